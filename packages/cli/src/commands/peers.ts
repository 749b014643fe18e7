import { addDataFlag } from '../data-flag.ts'
import { choice, peerLike } from '../parse-option.ts'
import { SORTS } from '../peers/sorts.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from 'commander'
import type { PeerDetailView, PeersView } from '@peerwatch/node/node-view'
import type { Sort } from '../peers/sorts.ts'

interface PeersFlags {
  readonly data?: string
  readonly all?: true
  readonly json?: true
}

async function peers(like: string | undefined, { data, all, json }: PeersFlags): Promise<void> {
  if (like != null && all === true) throw new UsageError('--all with a peer', 'one of the two', 'leave --all out')
  const [{ apiClient }, { namesFrom, resolvePeer }] = await Promise.all([import('../api-client.ts'), import('../known-peers.ts')])
  const node = await apiClient(data)
  const path = like == null ? '/v1/peers' : `/v1/peers/${await resolvePeer(node, like)}`
  const answer = await node<PeersView | PeerDetailView>('GET', path)
  if (json === true) {
    console.log(JSON.stringify(answer))
    return
  }
  const [terminal, text, names] = await Promise.all([import('../terminal.ts'), import('../peers/peers-text.ts'), namesFrom(node)])
  terminal.show(look => ('peers' in answer ? text.peersText(answer, all === true, look) : text.peerText(answer, look)), names)
}

async function top({ data, sort, json }: { readonly data?: string; readonly sort?: Sort; readonly json?: true }): Promise<void> {
  const [{ apiClient }, { watchTop }] = await Promise.all([import('../api-client.ts'), import('../peers/top.ts')])
  await watchTop(await apiClient(data), sort ?? 'rate', json === true)
}

/** `peers` and `top`. */
export function addPeersCommands(program: Command): void {
  addDataFlag(program.command('peers').description('the peers that it knows: links, bytes, scores; of one peer all, with reasons'))
    .argument('[peer]', 'its peer id, the beginning of it, or its name', peerLike)
    .option('--all', 'also those that are known without a link')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  $ peerwatch peers\n  $ peerwatch peers 12D3KooWAb --data peerwatch-data/peer')
    .action(peers)
  addDataFlag(program.command('top').description('its links, live and sorted: who sends how much, how far away it is'))
    .addOption(choice('--sort <by>', `what comes first: ${SORTS.join(', ')} (default: rate)`, SORTS))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nUntil Ctrl+C. Where the output is no terminal it looks for a second, prints once and ends.\n\nExample:\n  $ peerwatch top --sort latency'
    )
    .action(top)
}
