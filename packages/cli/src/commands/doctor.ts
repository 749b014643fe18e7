import { roleNames } from '@peerwatch/node/roles'
import { Argument } from 'commander'
import { addConfigFlags, configFlags } from '../config-flags.ts'
import { oneOf } from '../parse-option.ts'
import { oneLine } from '../report-error.ts'
import { pageOf } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import type { Command } from 'commander'
import type { NodeRole, Roles } from '@peerwatch/node/roles'
import type { ConfigFlags } from '../config-flags.ts'
import type { Diagnosis } from '../doctor/diagnosis.ts'
import type { Page } from '../table.ts'

const HELP = `
Looks at versions, network.json, the node's folders, file modes, disk and ports, and asks every seed but the node itself who it is; where the
node runs also at its clock and whether a seed can dial it. What could not be seen is skipped, with the reason.
Takes the same flags, file and variables as the node. Exit code 0: nothing is wrong, or a warning only; 1: something failed, a node that
ended without being stopped and one that does not take part in its network included; 2: typed wrong.

Examples:
  $ peerwatch doctor
  $ peerwatch doctor seed --config seed.yaml
  $ peerwatch doctor --data peerwatch-data/peer --json | jq '.checks[] | select(.state != "ok")'`

function roleArgument(names: readonly NodeRole[]): Argument {
  const argument = new Argument('[role]', 'of the node (default: as its folder has it, else peer)').argParser(oneOf('the role', names))
  argument.argChoices = [...names]
  return argument
}

const MARKS = { ok: ['green', 'ok'], warning: ['yellow', 'warning'], failed: ['red', 'failed'], skipped: ['dim', 'skipped'] } as const

export function diagnosisText(checks: readonly Diagnosis[], { paint, columns = Infinity }: Page): string {
  const indent = ' '.repeat(22)
  return checks
    .flatMap(({ check, state, found, remedy }) => {
      const [style, word] = MARKS[state]
      const head = `${paint(style, word.padEnd(8))}${paint('bold', check.padEnd(14))}`
      const [first = '', ...more] = [found, ...(remedy == null ? [] : [remedy])].flatMap(text => wrapped(oneLine(text), columns - indent.length))
      return [`${head}${first}`, ...more.map(text => `${indent}${text}`)]
    })
    .join('\n')
}

/** `doctor`: checks a node's surroundings and says what to do. */
export function addDoctorCommand(program: Command, roles: Roles): void {
  const command = program
    .command('doctor')
    .description("check a node's surroundings, and say what to do")
    .addArgument(roleArgument(roleNames(roles)))
  addConfigFlags(command)
  command
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (role: NodeRole | undefined, flags: ConfigFlags & { readonly json?: true }) => {
      const [{ loadConfig }, { examine }] = await Promise.all([import('../load-config.ts'), import('../doctor/examine.ts')])
      const config = await loadConfig({ file: flags.config, flags: configFlags(flags) })
      const checks = await examine({ config, role, roles })
      const ok = checks.every(({ state }) => state !== 'failed')
      console.log(flags.json === true ? JSON.stringify({ ok, checks }) : diagnosisText(checks, pageOf(process.stdout)))
      process.exitCode = ok ? 0 : 1
    })
}
