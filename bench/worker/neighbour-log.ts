import type { GossipSub } from '@libp2p/gossipsub'
import type { Connection, Libp2p, StreamMuxer } from '@libp2p/interface'
import type { NodeServices } from '@peerwatch/node'

/** What one peer can see of one neighbour, without any key or insight of ours. */
export interface SeenNeighbour {
  readonly observer: string
  readonly neighbour: string
  readonly hosts: readonly string[]
  /** Named numbers for a classifier. */
  readonly features: Readonly<Record<string, number>>
}

export interface NeighbourLog {
  readonly seen: () => Promise<SeenNeighbour[]>
}

interface Counts {
  links: number
  firstSeenMs: number
  inbound: boolean
  streams: number[]
  originated: number[]
  relayed: number
}

/** Writes down whatever the public interfaces of libp2p and gossipsub show of the neighbours. */
export function neighbourLog(libp2p: Libp2p<NodeServices>): NeighbourLog {
  const startedMs = performance.now()
  const counts = new Map<string, Counts>()
  const of = (peer: string): Counts => {
    const found = counts.get(peer) ?? { links: 0, firstSeenMs: performance.now(), inbound: false, streams: [], originated: [], relayed: 0 }
    counts.set(peer, found)
    return found
  }
  libp2p.addEventListener('connection:open', ({ detail }) => {
    const seen = of(detail.remotePeer.toString())
    if (seen.links++ === 0) seen.inbound = detail.direction === 'inbound'
    muxerOf(detail)?.addEventListener('stream', () => seen.streams.push(performance.now()))
  })
  const { pubsub } = libp2p.services
  pubsub.addEventListener('gossipsub:message', ({ detail }) => {
    if (detail.msg.type === 'signed') of(detail.msg.from.toString()).originated.push(performance.now())
    of(detail.propagationSource.toString()).relayed++
  })
  return {
    seen: async () => Promise.all(libp2p.getPeers().map(async peer => seenOf(peer.toString())))
  }

  async function seenOf(neighbour: string): Promise<SeenNeighbour> {
    const connection = libp2p.getConnections().find(({ remotePeer }) => remotePeer.toString() === neighbour)!
    const { protocols, metadata, addresses } = await libp2p.peerStore.get(connection.remotePeer)
    const seen = of(neighbour)
    const nowMs = performance.now()
    return {
      observer: libp2p.peerId.toString(),
      neighbour,
      hosts: addresses.map(({ multiaddr }) => multiaddr.toString().split('/')[2] ?? ''),
      features: {
        age: (nowMs - seen.firstSeenMs) / (nowMs - startedMs),
        links: seen.links,
        inbound: Number(seen.inbound),
        linkAge: (Date.now() - connection.timeline.open) / (nowMs - startedMs),
        protocols: protocols.length,
        addresses: addresses.length,
        agent: new TextDecoder().decode(metadata.get('AgentVersion')).length,
        streamsPerSecond: (1000 * seen.streams.length) / (nowMs - seen.firstSeenMs),
        streamGap: middleGap(seen.streams),
        said: seen.originated.length,
        saidGap: middleGap(seen.originated),
        relayedPerSecond: (1000 * seen.relayed) / (nowMs - seen.firstSeenMs),
        mesh: Number(isInMesh(pubsub, neighbour)),
        subscriptions: pubsub.getTopics().filter(topic => pubsub.getSubscribers(topic).some(peer => peer.toString() === neighbour)).length
      }
    }
  }
}

function muxerOf(connection: Connection): StreamMuxer | undefined {
  return (connection as Connection & { readonly muxer?: StreamMuxer }).muxer
}

function isInMesh(pubsub: GossipSub, peer: string): boolean {
  const { mesh } = pubsub as GossipSub & { readonly mesh?: ReadonlyMap<string, ReadonlySet<string>> }
  return [...(mesh?.values() ?? [])].some(peers => peers.has(peer))
}

/** The middle of the pauses between instants, in seconds; 0 where there is none. */
function middleGap(atMs: readonly number[]): number {
  const gaps = atMs.slice(1).map((ms, index) => ms - atMs[index]!)
  return (gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0) / 1000
}
