import type { Libp2p } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { NodeAssembly } from './node-assembly.ts'
import type { PeersView, PeerView } from './http/node-view.ts'

/** A roster has at most 512 of each kind; of a seed's list so many are enough to complete a word from. */
const TOLD_MOST = 2_000
/** Of what a peer says of itself. */
const CLAIM_CHARACTERS_MOST = 64

/** Every peer that a node can name, roster members first, each once and by what matters most of it. */
function* kinds({ core, neighbours, seed, tier }: NodeAssembly): Generator<readonly [PeerIdString, PeerView['kind']]> {
  const { trusted, seeds } = core.roster.current()
  yield [core.self, 'self']
  for (const peer of trusted) yield [peer, 'trusted']
  for (const peer of seeds) yield [peer, 'seed']
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
export async function peersOf(libp2p: Libp2p, assembly: NodeAssembly, like: string): Promise<PeersView> {
  const { names } = assembly.core.roster.current()
  const found = new Map<PeerIdString, PeerView['kind']>()
  let isCut = false
  for (const [peer, kind] of kinds(assembly)) {
    if (found.has(peer) || !isLike(like, peer, names.get(peer))) continue
    isCut = found.size === TOLD_MOST
    if (isCut) break
    found.set(peer, kind)
  }
  const claims = await claimsOf(libp2p)
  const peers = [...found].map(([peer, kind]): PeerView => {
    const [name, claim] = [names.get(peer), claims.get(peer)]
    return { peer, kind, ...(name != null && { name }), ...(claim != null && { claim }) }
  })
  return { peers, isCut }
}

/** What those to whom there is a link said of themselves when they identified. */
async function claimsOf(libp2p: Libp2p): Promise<ReadonlyMap<string, string>> {
  const pairs = libp2p.getPeers().map(async (peer): Promise<[string, string][]> => {
    const known = await libp2p.peerStore.get(peer).catch(() => undefined)
    const claim = known?.metadata.get('AgentVersion')
    return claim == null ? [] : [[peer.toString(), new TextDecoder().decode(claim.subarray(0, CLAIM_CHARACTERS_MOST))]]
  })
  return new Map((await Promise.all(pairs)).flat())
}
