import { addDataFlag } from '../data-flag.ts'
import { peerId, peerLike, wholeNumber } from '../parse-option.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from 'commander'
import type { EvictionView, HistoryView, StandingView, StatusView } from '@peerwatch/node/node-view'
import type { ApiClient } from '../api-client.ts'
import type { Look } from '../look.ts'

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
  /** Loads what shows the answer to people. */
  readonly show: () => Promise<(answer: T, look: Look) => string>
}

/** Asks the running node and prints its answer: as it came, or as people like it. */
async function tell<T>({ data, json }: AskFlags, { ask, show }: Question<T>): Promise<void> {
  const { apiClient } = await import('../api-client.ts')
  const node = await apiClient(data)
  if (json === true) {
    console.log(JSON.stringify(await ask(node)))
    return
  }
  const [terminal, { namesFrom }, text] = await Promise.all([import('../terminal.ts'), import('../known-peers.ts'), show()])
  const [answer, names] = await Promise.all([ask(node), namesFrom(node)])
  terminal.show(look => text(answer, look), names)
}

function askCommand(program: Command, name: string, description: string, example: string): Command {
  return addDataFlag(program.command(name).description(description)).option('--json', 'print JSON').addHelpText('after', `\nExample:\n  $ peerwatch ${example}`)
}

/** `status`, `standing`, `evictions` and `allow`. */
export function addAskCommands(program: Command): void {
  askCommand(program, 'status', 'how it is: registration, neighbours, reports, evictions', 'status --json').action(async (flags: AskFlags) => {
    await tell<StatusView>(flags, { ask: async node => node('GET', '/v1/status'), show: async () => (await import('./status-text.ts')).statusText })
  })
  askCommand(program, 'standing', 'what a trusted node knows of a peer; elsewhere what any peer is told', 'standing 12D3KooWAb --data peerwatch-data/trusted-1')
    .argument('<peer>', 'its peer id, the beginning of it, or its name', peerLike)
    .option('--history', 'its reputation in each of the last windows, from the reports that the trusted nodes keep')
    .option('--windows <count>', 'with --history: how many windows, 1 to 360 (default: 60)', wholeNumber('--windows', 1, 360))
    .action(async (peer: string, flags: AskFlags & HistoryFlags) => {
      const { history, windows } = flags
      if (windows != null && history !== true) throw new UsageError('--windows without --history', 'both', 'add --history')
      const path = async (node: ApiClient): Promise<string> => {
        const { resolvePeer } = await import('../known-peers.ts')
        return `/v1/standing/${await resolvePeer(node, peer)}`
      }
      if (history === true) {
        const query = windows == null ? '' : `?windows=${windows}`
        await tell<HistoryView>(flags, {
          ask: async node => node('GET', `${await path(node)}/history${query}`),
          show: async () => (await import('./history-table.ts')).historyText
        })
        return
      }
      await tell<StandingView>(flags, { ask: async node => node('GET', await path(node)), show: async () => (await import('./ask-tables.ts')).standingText })
    })
  askCommand(program, 'evictions', 'the evictions that this node enforces', 'evictions --json').action(async (flags: AskFlags) => {
    await tell<{ evictions: EvictionView[] }>(flags, {
      ask: async node => node('GET', '/v1/evictions'),
      show: async () => (await import('./ask-tables.ts')).evictionsText
    })
  })
  askCommand(program, 'allow', 'keep a peer on this node whatever was signed against it', 'allow 12D3Koo…')
    .argument('<peer>', "its whole peer id: a beginning can be another peer's too", peerId)
    .option('--undo', 'enforce evictions of it again')
    .action(async (peer: string, flags: AskFlags & { readonly undo?: true }) => {
      await tell<{ peer: string; allowed: boolean }>(flags, {
        ask: async node => node(flags.undo === true ? 'DELETE' : 'POST', `/v1/allow/${peer}`),
        show: async () => (answer, look) => {
          const shown = look.peer(answer.peer)
          return answer.allowed ? `${shown} is allowed on this node, whatever was signed against it` : `evictions of ${shown} are enforced again`
        }
      })
    })
}
