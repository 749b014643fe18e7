import { addDataFlag } from '../data-flag.ts'
import { addEventFlags, eventFilter, eventsText } from '../event-filter.ts'
import type { Command } from 'commander'
import type { EventFlags } from '../event-filter.ts'

interface EventsFlags extends EventFlags {
  readonly data?: string
  readonly follow?: true
  readonly json?: true
}

const HELP = `
Shows the last 200 events that the running node tells, at most 50 of them of those that strangers bring about, without chat.
With --follow also those that come, until Ctrl+C or the end of the node. \`peerwatch logs\` has older ones.

Groups and their events (\`--type peer\`, \`--type peer:evicted\`):
${eventsText()}

Examples:
  $ peerwatch events
  $ peerwatch events --follow --type peer --type neighbour:cut
  $ peerwatch events --follow --json --peer 12D3Koo… | jq .`

/** `events`: what the running node tells, as lines or JSON. */
export function addEventsCommand(program: Command): void {
  const command = program.command('events').description('what happens at the node that runs here')
  addEventFlags(addDataFlag(command).option('--follow', 'go on with those that come'))
    .option('--json', 'print JSON, one object per line')
    .addHelpText('after', HELP)
    .action(async ({ data, follow, json, ...filter }: EventsFlags) => {
      const [{ apiClient, followEvents }, { linePrinter }] = await Promise.all([import('../api-client.ts'), import('../line-printer.ts')])
      const print = linePrinter({ json: json === true, passes: eventFilter(filter) })
      if (follow === true) {
        await followEvents(data, print)
        return
      }
      const ask = await apiClient(data)
      const { events } = await ask<{ events: object[] }>('GET', '/v1/events/recent')
      for (const event of events) print(JSON.stringify(event))
    })
}
