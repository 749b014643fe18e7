import { Option } from 'commander'
import { addEventFlags, eventFilter, LEVELS, levelFilter } from '../event-filter.ts'
import { choice, wholeNumber } from '../parse-option.ts'
import type { Command } from 'commander'
import type { LogLevel } from '@peerwatch/node/events'
import type { EventFlags } from '../event-filter.ts'

interface LogsFlags extends EventFlags {
  readonly data?: string
  readonly log?: string
  readonly lines: number
  readonly follow?: true
  readonly level?: LogLevel
  readonly json?: true
}

const HELP = `
Reads the log in the node's data folder, whether the node runs or not. It is found by --log or --data, else by the file that
PEERWATCH_CONFIG names, else as the only one below ./peerwatch-data.

Examples:
  $ peerwatch logs --lines 20
  $ peerwatch logs --follow --level warn
  $ peerwatch logs --json --type peer:evicted --lines 100000 | jq .peer`

const DEFAULT_LINES = 100
const LINES_MOST = 1_000_000

/** `logs`: the node's log, for people. */
export function addLogsCommand(program: Command): void {
  const command = program
    .command('logs')
    .description("the log of a node, for people; also after the node's end")
    .addOption(
      new Option('--data <folder>', 'data folder of the node (default: that of PEERWATCH_CONFIG, else the only one below ./peerwatch-data with a log)').env(
        'PEERWATCH_DATA'
      )
    )
    .addOption(new Option('--log <file>', 'the log, where it is not in the data folder').env('PEERWATCH_LOG'))
    .option('--lines <count>', 'the last so many that pass the filters', wholeNumber('--lines', 1, LINES_MOST), DEFAULT_LINES)
    .option('--follow', 'go on with those that come, until Ctrl+C')
    .addOption(choice('--level <level>', 'only lines of this level or above', LEVELS))
  addEventFlags(command)
    .option('--json', 'print the lines as they are')
    .addHelpText('after', HELP)
    .action(async ({ data, log, lines, follow, level, json, ...filter }: LogsFlags) => {
      const [{ findLog, readLog }, { linePrinter }, { petnames }] = await Promise.all([
        import('../log-file.ts'),
        import('../line-printer.ts'),
        import('../known-peers.ts')
      ])
      const own = await petnames()
      const names = { of: (peer: string): string | undefined => own.get(peer) }
      const [isWanted, isLevel] = [eventFilter(filter, names), levelFilter(level)]
      const print = linePrinter({ json: json === true, passes: () => true, names })
      await readLog({ path: await findLog({ data, log }), lines, follow: follow === true, passes: line => isWanted(line) && isLevel(line), print })
    })
}
