import { behaviourNames } from '@peerwatch/attacks'
import { Option } from 'commander'
import { addConfigFlags, configFlags } from '../config-flags.ts'
import { oneOf, peerId } from '../parse-option.ts'
import { spareMemory } from '../spare-memory.ts'
import type { Command } from 'commander'
import type { NodeRole } from '@peerwatch/node/files'
import type { ConfigFlags } from '../config-flags.ts'
import type { RunFlags } from '../run-plan.ts'

const DESCRIPTIONS: Record<NodeRole, string> = {
  seed: 'run a seed: the registry of live peers',
  trusted: 'run a trusted node: keeps reports, examines suspects, signs evictions',
  watcher: 'run a watcher of a trusted node as a process of its own: to all others a peer',
  peer: 'run a peer: watches its neighbours and reports what it sees'
}

/** For tests and research on networks of one's own; not in the help, and the node says so when it starts. */
function addBehaviour(command: Command): void {
  command
    .addOption(new Option('--behaviour <name>').argParser(oneOf('--behaviour', behaviourNames)).hideHelp())
    .addOption(new Option('--victim <peer>').argParser(peerId).hideHelp())
}

function examples(role: NodeRole): string {
  const node = {
    seed: ' --node my-network/nodes/seed-1',
    trusted: ' --node my-network/nodes/trusted-1',
    watcher: ' --node my-network/nodes/watcher-1-1',
    peer: ''
  }
  return `
Limits and what raising or lowering each option does: docs/configuration.md. \`peerwatch config ${role}\` shows what is in force and why.

Examples:
  $ peerwatch ${role} --network my-network/public${node[role]}
  $ peerwatch ${role} --config ${role}.yaml

Ctrl+C (SIGINT, SIGTERM) ends it in order: deregistered, the reports in hand delivered or kept on disk. A second one ends it at once.
SIGHUP and \`peerwatch reload\` read the file of --config again.`
}

/** `seed`, `trusted`, `watcher` and `peer`. */
export function addRunCommands(program: Command): void {
  for (const role of ['seed', 'trusted', 'watcher', 'peer'] as const) {
    const command = program.command(role).description(DESCRIPTIONS[role])
    addConfigFlags(command, role)
    command.option('--json-ready', 'say on stdout as JSON lines when the node is started, ready and stopped')
    if (role === 'peer') addBehaviour(command)
    command.addHelpText('after', examples(role)).action(async (flags: RunFlags & ConfigFlags) => {
      if (role === 'peer' || role === 'watcher') spareMemory()
      const { runNode } = await import('../run-node.ts')
      process.exitCode = await runNode(role, flags, { file: flags.config, flags: configFlags(flags) })
    })
  }
}
