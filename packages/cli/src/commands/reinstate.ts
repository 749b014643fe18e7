import { addDataFlag } from '../data-flag.ts'
import { clockTime } from '../look.ts'
import { peerId } from '../parse-option.ts'
import { show } from '../terminal.ts'
import { quoted, UsageError } from '../usage-error.ts'
import type { Command } from 'commander'
import type { ReinstatementView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

interface ReinstateFlags {
  readonly reason: string
  readonly data?: string
  readonly json?: true
}

const HELP = `
An eviction that was wrong ends when the operators of as many trusted nodes as an eviction needs have run this command, each on a
node of its own. Their words are kept until the eviction ends. The peer is then watched, and what was seen of it before counts no more.

Example:
  $ peerwatch reinstate 12D3Koo… --reason "our own relay was faulty" --data peerwatch-data/trusted-1`

const REASON_BYTES = 200

function reasonText(text: string): string {
  if (text.trim() !== '' && Buffer.byteLength(text) <= REASON_BYTES && !/\p{Cc}/u.test(text)) return text
  throw new UsageError(`--reason is ${quoted(text)}`, `1 to ${REASON_BYTES} bytes of text in one line: everybody reads it`)
}

export function reinstatementText({ peer, isDone, reason, quorum, spoken, missing, expiresAtMs }: ReinstatementView, look: Look): string {
  const by = spoken.map(look.called).join(', ')
  if (isDone)
    return `${look.peer(peer)} is reinstated, by the word of ${by}: ${reason}\nIt is watched from now on, and every node learns of it within a few windows.`
  const wanted = quorum - spoken.length
  return [
    `${spoken.length} of ${quorum} have spoken for ${look.peer(peer)}: ${by}`,
    `missing: ${wanted} of ${missing.map(look.called).join(', ')}`,
    `Run this command on ${wanted === 1 ? 'one more trusted node' : `${wanted} more trusted nodes`} before ${clockTime(expiresAtMs, look.nowMs)}, when the eviction ends by itself.`
  ].join('\n')
}

export function addReinstateCommand(program: Command): void {
  addDataFlag(program.command('reinstate').description('say on a trusted node that an eviction was wrong: enough of them end it'))
    .argument('<peer>', "its whole peer id: a beginning can be another peer's too", peerId)
    .requiredOption('--reason <text>', 'why, for everybody to read', reasonText)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (peer: string, { reason, data, json }: ReinstateFlags) => {
      const { apiClient } = await import('../api-client.ts')
      const ask = await apiClient(data)
      const view = await ask<ReinstatementView>('POST', `/v1/reinstate/${peer}`, [], { reason })
      if (json === true) {
        console.log(JSON.stringify(view))
        return
      }
      const { namesFrom } = await import('../known-peers.ts')
      show(look => reinstatementText(view, look), await namesFrom(ask))
    })
}
