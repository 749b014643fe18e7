import { peerIdText } from '@peerwatch/link'
import { claimOf, linkOf, refusedOf } from './peer-detail.ts'
import type { Libp2p } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { MemberNames } from '../member-names.ts'
import type { NodeAssembly } from '../node-assembly.ts'
import type { PeersView, PeerView } from '../http/node-view.ts'
import type { PeerTraces } from './peer-detail.ts'

export interface PeersInit {
  readonly libp2p: Libp2p
  readonly assembly: NodeAssembly
  readonly traces: PeerTraces
  readonly names: MemberNames
}

/** A roster has at most 512 of each kind; of a seed's list so many are enough to complete a word from. */
const TOLD_MOST = 2_000

/** Every peer that a node can name, roster members first, each once and by what matters most of it. */
function* kinds({ core, neighbours, seed, tier }: NodeAssembly): Generator<readonly [PeerIdString, PeerView['kind']]> {
  const { trusted, seeds, leaving } = core.roster.current()
  yield [core.self, 'self']
  for (const peer of trusted) yield [peer, 'trusted']
  for (const peer of seeds) yield [peer, 'seed']
  for (const peer of leaving) yield [peer, 'leaving']
  for (const peer of tier?.watcherIds() ?? []) yield [peer, 'watcher']
  for (const { peer } of neighbours.list()) yield [peer, 'neighbour']
  for (const { peer } of core.certificates.evictions()) yield [peer, 'evicted']
  for (const { peer } of seed?.status().peers ?? []) yield [peer, 'registered']
}

/** Whether a peer is one of those meant by the beginning of its id, by beginning and end (`12D3KooWAb…xyz`), or by its name. */
function isLike(like: string, peer: string, name: string | undefined): boolean {
  const [begin = '', end = ''] = like.split('…')
  return name === like || (peer.startsWith(begin) && peer.endsWith(end) && peer.length >= begin.length + end.length)
}

/** `GET /v1/peers`: the peers that this node knows, at most `TOLD_MOST` of those that are like what is asked for. */
export async function peersOf({ libp2p, assembly, traces, names }: PeersInit, like: string): Promise<PeersView> {
  const found = new Map<PeerIdString, PeerView['kind']>()
  let isCut = false
  for (const [peer, kind] of kinds(assembly)) {
    if (found.has(peer) || !isLike(like, peer, names.of(peer))) continue
    isCut = found.size === TOLD_MOST
    if (isCut) break
    found.set(peer, kind)
  }
  const claims = await claimsOf(libp2p)
  const links = Map.groupBy(libp2p.getConnections(), ({ remotePeer }): PeerIdString => peerIdText(remotePeer))
  const peers = [...found].map(([peer, kind]): PeerView => {
    const [name, claim, refused] = [names.of(peer), claims.get(peer), refusedOf(peer, assembly)]
    const link = linkOf(peer, links.get(peer) ?? [], assembly, traces)
    return { peer, kind, ...(name != null && { name }), ...(claim != null && { claim }), ...(link != null && { link }), ...(refused != null && { refused }) }
  })
  return { peers, isCut }
}

/** One of them. */
export function listedPeer(peer: PeerIdString, assembly: NodeAssembly): PeerView['kind'] | undefined {
  for (const [known, kind] of kinds(assembly)) if (known === peer) return kind
  return undefined
}

/** What the linked peers said of themselves when they identified. */
async function claimsOf(libp2p: Libp2p): Promise<ReadonlyMap<string, string>> {
  const pairs = libp2p.getPeers().map(async (peer): Promise<[string, string][]> => {
    const claim = claimOf(await libp2p.peerStore.get(peer).catch(() => undefined))
    return claim == null ? [] : [[peer.toString(), claim]]
  })
  return new Map((await Promise.all(pairs)).flat())
}
