import { Command, Help } from 'commander'
import { rowsOf } from './command-table.ts'
import { describeError, EXIT } from './report-error.ts'
import { complain, pageOf } from './terminal.ts'
import { version } from './version.ts'
import { fittedHelp } from './wrap.ts'
import type { Roles } from '@peerwatch/node/roles'
import type { Option } from 'commander'

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

/** A longer list is there for completion; in the help it would hide the rest. */
const CHOICES_SHOWN_MOST = 8

function optionDescription(this: Help, option: Option): string {
  const isLong = (option.argChoices?.length ?? 0) > CHOICES_SHOWN_MOST
  const shown = isLong ? (Object.create(option, { argChoices: { value: undefined } }) as Option) : option
  return Help.prototype.optionDescription.call(this, shown)
}

/** Fits a page of help to the terminal: the text below the options is written for wide ones. */
function writeOut(text: string): void {
  process.stdout.write(fittedHelp(text, pageOf(process.stdout).columns))
}

/** How every command shows its options. */
const HELP_STYLE = { optionDescription }

/** With the command that the words ask for, or with all where they name none: to load those that are not asked for takes longer than to run most. */
export async function createProgram(words: readonly string[] = [], roles?: Roles): Promise<Command> {
  const program = new Command('peerwatch')
    .description('a neighbourhood watch for libp2p networks')
    .version(version(), '-v, --version', 'print the version')
    .option('--debug', 'print stack traces of errors')
    // before the commands: they inherit it. Errors are told by `describeError`, once.
    .exitOverride()
    .configureOutput({ outputError: () => {}, writeOut })
    .configureHelp(HELP_STYLE)
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES)
  const [word = ''] = words
  for (const { group, add } of await rowsOf(word, roles)) {
    program.commandsGroup(group)
    await add(program, roles, word)
  }
  return program.commandsGroup('Help:').helpCommand('help [command]', 'display help for a command')
}

/** The help of the command, or of the command of a group, that was typed. */
function helpFor(group: Command, args: readonly string[], typed = 'peerwatch'): string {
  const [word, ...rest] = args.filter(arg => !arg.startsWith('-'))
  const found = group.commands.find(command => command.name() === word)
  return found == null ? `${typed} --help` : helpFor(found, rest, `${typed} ${found.name()}`)
}

/** Runs one command; resolves to its exit code. */
export async function runProgram(args: readonly string[], roles?: Roles): Promise<number> {
  const debug = args.includes('--debug')
  // `--debug` may stand anywhere
  const words = args.filter(arg => arg !== '--debug')
  const program = await createProgram(words, roles)
  try {
    await program.parseAsync(words, { from: 'user' })
    return Number(process.exitCode ?? EXIT.ok)
  } catch (error) {
    const report = describeError(error, helpFor(program, words))
    if (report.line != null) complain(report.line)
    if (debug && report.stack != null) console.error(report.stack)
    return report.exitCode
  }
}
