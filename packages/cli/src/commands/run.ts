import { BEHAVIOURS, behaviourNames } from '@peerwatch/attacks'
import { roleNames, roleOf } from '@peerwatch/node/roles'
import { Option } from 'commander'
import { addConfigFlags, configFlags } from '../config-flags.ts'
import { oneOf, peerIdOf } from '../parse-option.ts'
import type { Command } from 'commander'
import type { NodeRole, Role, Roles } from '@peerwatch/node/roles'
import type { ConfigFlags } from '../config-flags.ts'
import type { RunFlags } from '../run-plan.ts'

/** For tests and research on networks of one's own: the node says so when it starts. */
function addBehaviour(command: Command): void {
  const behaviour = new Option('--behaviour <name>', 'misbehave from the start on, on a network of your own').argParser(oneOf('--behaviour', behaviourNames))
  behaviour.argChoices = [...behaviourNames]
  command.addOption(behaviour).option('--victim <peer>', 'about whom `slanders` lies', peerIdOf('--victim'))
}

const BEHAVIOUR_HELP = `

Behaviours:
${behaviourNames.map(name => `  ${name.padEnd(14)}${BEHAVIOURS[name].description}`).join('\n')}`

function examples(role: string, { files: { folder }, misbehaves }: Role): string {
  return `
Limits and what raising or lowering each option does: docs/configuration.md. \`peerwatch config ${role}\` shows what is in force and why.

Examples:
  $ peerwatch ${role} --network my-network/public${folder == null ? '' : ` --node my-network/nodes/${folder}`}
  $ peerwatch ${role} --config ${role}.yaml

Ctrl+C (SIGINT, SIGTERM) ends it in order: deregistered, the reports in hand delivered or kept on disk. A second one ends it at once.
SIGHUP and \`peerwatch reload\` read the file of --config again.${misbehaves ? BEHAVIOUR_HELP : ''}`
}

/** A command for each role, or for the one that is asked for: each has some eighty options. */
export function addRunCommands(program: Command, roles: Roles, asked?: string): void {
  const all = roleNames(roles)
  for (const role of all.filter(each => each === asked || !all.includes(asked as NodeRole))) {
    const row = roleOf(role, roles)
    const command = program.command(role).description(row.about)
    addConfigFlags(command, row)
    command.option('--json-ready', 'say on stdout as JSON lines when the node is started, ready and stopped')
    if (row.misbehaves) addBehaviour(command)
    command.addHelpText('after', examples(role, row)).action(async (flags: RunFlags & ConfigFlags) => {
      const { runNode } = await import('../run-node.ts')
      process.exitCode = await runNode({ role, roles }, flags, { file: flags.config, flags: configFlags(flags) })
    })
  }
}
