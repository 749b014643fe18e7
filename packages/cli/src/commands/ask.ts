import { systemClock } from '@peerwatch/model/system-clock'
import { addDataFlag } from '../data-flag.ts'
import { peerId, wholeNumber } from '../parse-option.ts'
import { paintFor } from '../paint.ts'
import { evictionsText, standingText, statusText, treeText } from './ask-tables.ts'
import { historyText } from './history-table.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from 'commander'
import type { EvictionView, HistoryView, StandingView, StatusView, TreeView } from '@peerwatch/node/node-view'
import type { ApiClient } from '../api-client.ts'
import type { Paint } from '../paint.ts'

interface AskFlags {
  readonly data?: string
  readonly json?: true
}

interface HistoryFlags {
  readonly history?: true
  readonly windows?: number
}

interface Question<T> {
  readonly ask: (node: ApiClient) => Promise<T>
  readonly show: (answer: T, paint: Paint) => string
}

/** Asks the running node and prints its answer: as it came, or as people like it. */
async function tell<T>({ data, json }: AskFlags, { ask, show }: Question<T>): Promise<void> {
  const { apiClient } = await import('../api-client.ts')
  const answer = await ask(await apiClient(data))
  console.log(json ? JSON.stringify(answer) : show(answer, paintFor(process.stdout)))
}

function askCommand(program: Command, name: string, description: string, example: string): Command {
  return addDataFlag(program.command(name).description(description)).option('--json', 'print JSON').addHelpText('after', `\nExample:\n  $ peerwatch ${example}`)
}

/** `status`, `standing`, `tree`, `evictions` and `allow`. */
export function addAskCommands(program: Command): void {
  askCommand(program, 'status', 'how it is: registration, neighbours, reports, evictions', 'status --json').action(async (flags: AskFlags) => {
    await tell<StatusView>(flags, { ask: async node => node('GET', '/v1/status'), show: (view, paint) => statusText(view, systemClock.nowMs(), paint) })
  })
  askCommand(program, 'standing', 'what a trusted node knows of a peer; elsewhere what any peer is told', 'standing 12D3Koo… --data peerwatch-data/trusted-1')
    .argument('<peer>', 'its peer id', peerId)
    .option('--history', 'its reputation in each of the last windows, from the reports that the trusted nodes keep')
    .option('--windows <count>', 'with --history: how many windows, 1 to 360 (default: 60)', wholeNumber('--windows', 1, 360))
    .action(async (peer: string, flags: AskFlags & HistoryFlags) => {
      const { history, windows } = flags
      if (windows != null && history !== true) throw new UsageError('--windows without --history', 'both', 'add --history')
      if (history === true) {
        const query = windows == null ? '' : `?windows=${windows}`
        await tell<HistoryView>(flags, { ask: async node => node('GET', `/v1/standing/${peer}/history${query}`), show: historyText })
        return
      }
      await tell<StandingView>(flags, { ask: async node => node('GET', `/v1/standing/${peer}`), show: standingText })
    })
  askCommand(program, 'tree', 'range, load and threads of every trusted node', 'tree --data peerwatch-data/trusted-1').action(async (flags: AskFlags) => {
    await tell<TreeView>(flags, { ask: async node => node('GET', '/v1/tree'), show: treeText })
  })
  askCommand(program, 'evictions', 'the evictions that this node enforces', 'evictions --json').action(async (flags: AskFlags) => {
    await tell<{ evictions: EvictionView[] }>(flags, { ask: async node => node('GET', '/v1/evictions'), show: evictionsText })
  })
  askCommand(program, 'allow', 'keep a peer on this node whatever was signed against it', 'allow 12D3Koo…')
    .argument('<peer>', 'its peer id', peerId)
    .option('--undo', 'enforce evictions of it again')
    .action(async (peer: string, flags: AskFlags & { readonly undo?: true }) => {
      await tell<{ peer: string; allowed: boolean }>(flags, {
        ask: async node => node(flags.undo === true ? 'DELETE' : 'POST', `/v1/allow/${peer}`),
        show: ({ allowed }) => (allowed ? `${peer} is allowed on this node, whatever was signed against it` : `evictions of ${peer} are enforced again`)
      })
    })
}
