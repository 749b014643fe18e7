import { ROLES } from '@peerwatch/node/roles'
import { Command } from 'commander'
import { addAskCommands } from './commands/ask.ts'
import { addCompletionCommand } from './commands/completion.ts'
import { addConfigCommand } from './commands/config.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addEventsCommand } from './commands/events.ts'
import { addHealthCommand } from './commands/health.ts'
import { addGuestCommands } from './commands/guest.ts'
import { addInitCommand } from './commands/init.ts'
import { addLogsCommand } from './commands/logs.ts'
import { addNodesCommand } from './commands/nodes.ts'
import { addReloadCommand } from './commands/reload.ts'
import { addRunCommands } from './commands/run.ts'
import { HELP_STYLE } from './help-style.ts'
import { describeError, EXIT } from './report-error.ts'
import { version } from './version.ts'
import type { Roles } from '@peerwatch/node/roles'

const EXAMPLES = `
Examples:
  $ peerwatch demo                            see a network find its misbehaving peers
  $ peerwatch init my-network                 make a network of your own
  $ peerwatch peer --network my-network/public
  $ peerwatch status                          ask the node that runs here
  $ peerwatch events --follow                 see what happens there
  $ peerwatch doctor                          see what is wrong with its surroundings

Exit codes: 0 done; 1 failed, with one line on stderr; 2 typed wrong; 130 and 143 ended at once by a second signal.
NO_COLOR turns colours off, FORCE_COLOR wins over it. PEERWATCH_* variables stand for the options of their name, and --config FILE (YAML) for both: docs/configuration.md.`

/** With a command for each role of the table. */
export function createProgram(roles: Roles = ROLES): Command {
  const program = new Command('peerwatch')
    .description('a neighbourhood watch for libp2p networks')
    .version(version(), '--version', 'print the version')
    .option('--debug', 'print stack traces of errors')
    // before the commands: they inherit it. Errors are told by `describeError`, once.
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp(HELP_STYLE)
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES)
  program.commandsGroup('See it at work:')
  addDemoCommand(program)
  program.commandsGroup('Make a network, run its nodes:')
  addInitCommand(program)
  addRunCommands(program, roles)
  program.commandsGroup('Ask the node that runs here:')
  addNodesCommand(program)
  addAskCommands(program)
  addGuestCommands(program)
  addHealthCommand(program)
  addEventsCommand(program)
  addLogsCommand(program)
  program.commandsGroup('Look after a node:')
  addConfigCommand(program, roles)
  addReloadCommand(program)
  addDoctorCommand(program, roles)
  program.commandsGroup('Help:')
  addCompletionCommand(program)
  program.helpCommand('help [command]', 'display help for a command')
  return program
}

/** Runs one command; resolves to its exit code. */
export async function runProgram(args: readonly string[], roles?: Roles): Promise<number> {
  const debug = args.includes('--debug')
  const program = createProgram(roles)
  const command = program.commands.map(each => each.name()).find(name => args.includes(name))
  try {
    // `--debug` may stand anywhere
    await program.parseAsync(
      args.filter(arg => arg !== '--debug'),
      { from: 'user' }
    )
    return Number(process.exitCode ?? EXIT.ok)
  } catch (error) {
    const report = describeError(error, command == null ? 'peerwatch --help' : `peerwatch ${command} --help`)
    if (report.line != null) console.error(report.line)
    if (debug && report.stack != null) console.error(report.stack)
    return report.exitCode
  }
}
