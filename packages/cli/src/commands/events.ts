import { addDataFlag } from '../data-flag.ts'
import { addEventFlags, eventFilter, eventsText, LEVELS, levelFilter } from '../event-filter.ts'
import { choice } from '../parse-option.ts'
import { complain } from '../terminal.ts'
import type { LogLevel } from '@peerwatch/node/events'
import type { Command } from 'commander'
import type { EventFlags } from '../event-filter.ts'

interface EventsFlags extends EventFlags {
  readonly data?: string
  readonly follow?: true
  readonly level?: LogLevel
  readonly json?: true
}

const HELP = `
Shows the last 200 events that the running node tells, at most 50 of them of those that strangers bring about, without chat.
With --follow also those that come, until Ctrl+C or the end of the node. \`peerwatch logs\` has older ones.
People see those of level info and above: registrations that are only renewed, and what a node does in every window, are of level debug.
How many were left out is said on stderr. --json leaves none out that comes, unless --level asks for it.

Groups and their events (\`--type peer\`, \`--type peer:evicted\`):
${eventsText()}

Examples:
  $ peerwatch events
  $ peerwatch events --follow --type peer --type neighbour:cut
  $ peerwatch events --follow --json --peer 12D3Koo… | jq .`

const SIGINT_CODE = 130

/** Says what people did not see, by name. */
function sayLeftOut(leftOut: ReadonlyMap<string, number>): void {
  if (leftOut.size === 0) return
  const counts = [...leftOut].toSorted(([, a], [, b]) => b - a).map(([event, count]) => `${count} ${event}`)
  complain(`left out: ${counts.join(', ')}; --follow --level debug shows those that come, and \`peerwatch logs\` has what the log was told to keep`)
}

/** `events`: what the running node tells, as lines or JSON. */
export function addEventsCommand(program: Command): void {
  const command = program.command('events').description('what happens at the node that runs here')
  addDataFlag(command).option('--follow', 'go on with those that come')
  command.addOption(choice('--level <level>', 'only events of this level or above (default: info; with --json: debug)', LEVELS))
  addEventFlags(command)
    .option('--json', 'print JSON, one object per line')
    .addHelpText('after', HELP)
    .action(async ({ data, follow, level, json, ...filter }: EventsFlags) => {
      const [{ apiClient, followEvents }, { linePrinter }, { namesFrom }] = await Promise.all([
        import('../api-client.ts'),
        import('../line-printer.ts'),
        import('../known-peers.ts')
      ])
      const ask = await apiClient(data)
      const names = await namesFrom(ask)
      const [isWanted, isLevel] = [eventFilter(filter, names), levelFilter(level ?? (json === true ? undefined : 'info'))]
      const leftOut = new Map<string, number>()
      const leave = (event: string, count: number): void => {
        leftOut.set(event, (leftOut.get(event) ?? 0) + count)
      }
      const passes: typeof isWanted = line => {
        if (!isWanted(line)) return false
        if (isLevel(line)) return true
        leave(String(line['event']), 1)
        return false
      }
      const print = linePrinter({ json: json === true, passes, names })
      if (follow === true) {
        process.once('SIGINT', () => {
          sayLeftOut(leftOut)
          process.exit(SIGINT_CODE)
        })
        await followEvents(data, print)
      } else {
        const { events, leftOut: before } = await ask<{ events: object[]; leftOut: Record<string, number> }>('GET', '/v1/events/recent')
        for (const event of events) print(JSON.stringify(event))
        // of these only the names are known
        if (filter.peer == null) for (const [event, count] of Object.entries(before)) if (isWanted({ event })) leave(event, count)
      }
      sayLeftOut(leftOut)
    })
}
