import { sumOf } from './gossip-score.ts'
import type { Connection, Libp2p, Peer, PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { MemberNames } from '../member-names.ts'
import type { NodeAssembly } from '../node-assembly.ts'
import type { ListedView, PeerDetailView, PeerLinkView, PeerView, SeenWindowView } from '../http/node-view.ts'
import type { GossipInsight } from './gossip-insight.ts'
import type { ScorePart } from './gossip-score.ts'
import type { LinkEnd } from './link-ends.ts'
import type { Bytes, Traffic } from './traffic.ts'

/** What is kept of the peers from the start of the node on. */
export interface PeerTraces {
  readonly traffic: Traffic
  readonly gossip: GossipInsight
  readonly seen: (peer: PeerIdString) => SeenWindowView[]
  readonly ended: (peer: PeerIdString) => LinkEnd | undefined
}

/** What it says of itself is shown up to here. */
const CLAIM_CHARACTERS_MOST = 64
const ADDRESSES_MOST = 16
const PROTOCOLS_MOST = 64

export function claimOf(peer: Peer | undefined): string | undefined {
  const claim = peer?.metadata.get('AgentVersion')
  return claim == null ? undefined : new TextDecoder().decode(claim.subarray(0, CLAIM_CHARACTERS_MOST))
}

/** Undefined for a peer without a link. */
export function linkOf(peer: PeerIdString, connections: readonly Connection[], { neighbours }: NodeAssembly, traces: PeerTraces): PeerLinkView | undefined {
  const [oldest] = connections.toSorted((a, b) => a.timeline.open - b.timeline.open)
  if (oldest == null) return undefined
  const bytes = [...bytesOf(connections, traces).values()]
  const latencyMs = neighbours.list().find(each => each.peer === peer)?.lastAnswerMs
  const parts = traces.gossip.partsOf(peer)
  return {
    direction: oldest.direction,
    openedAtMs: oldest.timeline.open,
    inBytes: bytes.reduce((sum, each) => sum + each.in, 0),
    outBytes: bytes.reduce((sum, each) => sum + each.out, 0),
    ...(latencyMs != null && { latencyMs }),
    ...(parts != null && { score: sumOf(parts) })
  }
}

export function refusedOf(peer: PeerIdString, { core, cuts }: NodeAssembly): PeerView['refused'] {
  if (core.certificates.evicted(peer) != null) return 'evicted'
  return cuts().some(each => each.peer === peer) ? 'cut' : undefined
}

function bytesOf(connections: readonly Connection[], { traffic }: PeerTraces): Map<string, Bytes> {
  const all = new Map<string, Bytes>()
  for (const connection of connections) {
    for (const [protocol, { in: inBytes, out }] of traffic.of(connection)) {
      const before = all.get(protocol) ?? { in: 0, out: 0 }
      all.set(protocol, { in: before.in + inBytes, out: before.out + out })
    }
  }
  return all
}

export interface DetailInit {
  readonly libp2p: Libp2p
  readonly assembly: NodeAssembly
  readonly traces: PeerTraces
  readonly names: MemberNames
  /** Undefined for a peer that the node's lists do not have. */
  readonly kind: PeerView['kind'] | undefined
  readonly registry: ListedView
}

/** All that this node can say of one peer; undefined where that is nothing. */
export async function peerDetail(id: PeerId, { libp2p, assembly, traces, names, kind, registry }: DetailInit): Promise<PeerDetailView | undefined> {
  const peer = id.toString() as PeerIdString
  const stored = await libp2p.peerStore.get(id).catch(() => undefined)
  if (stored == null && kind == null && registry === 'unlisted') return undefined
  const { core } = assembly
  const connections = libp2p.getConnections(id)
  const [parts, windows, ended] = [traces.gossip.partsOf(peer), traces.seen(peer), connections.length === 0 ? traces.ended(peer) : undefined]
  const [cut, eviction, claim] = [assembly.cuts().find(each => each.peer === peer), core.certificates.evicted(peer), claimOf(stored)]
  const [name, refused, link] = [names.of(peer), refusedOf(peer, assembly), linkOf(peer, connections, assembly, traces)]
  return {
    peer,
    ...(kind != null && { kind }),
    ...(name != null && { name }),
    ...(claim != null && { agent_version: claim }),
    ...(parts != null && { score: sumOf(parts) }),
    ...(ended != null && { disconnect_reason: ended.reason, disconnectedAtMs: ended.atMs }),
    downscore_reasons: reasonsAgainst(parts ?? [], windows),
    ...(link != null && { link }),
    ...(refused != null && { refused }),
    registry,
    addresses: (stored?.addresses ?? []).slice(0, ADDRESSES_MOST).map(({ multiaddr }) => String(multiaddr)),
    protocols: (stored?.protocols ?? []).slice(0, PROTOCOLS_MOST),
    connections: connections.map(({ direction, remoteAddr, timeline }) => ({ direction, address: String(remoteAddr), openedAtMs: timeline.open })),
    traffic: [...bytesOf(connections, traces)]
      .map(([protocol, { in: inBytes, out: outBytes }]) => ({ protocol, inBytes, outBytes }))
      .toSorted((a, b) => b.inBytes + b.outBytes - a.inBytes - a.outBytes),
    scoreParts: parts ?? [],
    meshTopics: traces.gossip.meshTopicsOf(peer),
    windowMs: core.windows.windowMs,
    windows,
    ...(cut != null && { cut: { dimension: cut.dimension, untilWindow: cut.untilWindow } }),
    ...(eviction != null && { eviction: { ...eviction } }),
    isAllowed: core.certificates.allowed().includes(peer),
    ...reportersOf(peer, assembly),
    notHere: [
      ...(stored == null ? [unsaid(connections.length > 0, ended != null || cut != null || windows.length > 0)] : []),
      ...notHere(peer, { ...assembly, names })
    ]
  }
}

function reasonsAgainst(parts: readonly ScorePart[], windows: readonly SeenWindowView[]): string[] {
  const bad = new Map<string, { bad: number; of: number }>()
  for (const { counts } of windows) {
    for (const [dimension, counted] of Object.entries(counts)) {
      const before = bad.get(dimension) ?? { bad: 0, of: 0 }
      bad.set(dimension, { bad: before.bad + counted.bad, of: before.of + counted.ok + counted.bad })
    }
  }
  return [
    ...parts.filter(({ value }) => value < 0).map(({ part, topic, value }) => `gossipsub ${part}${topic == null ? '' : ` on ${topic}`}: ${value.toFixed(2)}`),
    ...[...bad].filter(([, counted]) => counted.bad > 0).map(([dimension, counted]) => `${dimension}: ${counted.bad} bad of ${counted.of} seen here`)
  ]
}

/** Only a trusted node has the reports of others, and only of the peers in its ranges. */
function reportersOf(peer: PeerIdString, { tier }: NodeAssembly): Pick<PeerDetailView, 'reporters'> {
  if (tier?.tree.isHolding(peer) !== true) return {}
  const { reporters } = tier.examination.evidenceOf(peer)
  return { reporters: reporters.map(({ reporter, newestWindow, accuses }) => ({ reporter, newestWindow, accuses })) }
}

/** Why nothing is kept that the peer says of itself: it is forgotten when this node refuses the peer, or some time after a link has ended. */
function unsaid(isLinked: boolean, wasLinked: boolean): string {
  const why = wasLinked ? 'it was said on a link that has ended, and is no longer kept' : 'this node remembers no link to it'
  return `what it says of itself: ${isLinked ? 'it has not said it yet' : why}`
}

function notHere(peer: PeerIdString, { core, tier, names }: NodeAssembly & Pick<DetailInit, 'names'>): string[] {
  const { trusted } = core.roster.current()
  const called = (nodes: readonly PeerIdString[]): string => nodes.map(node => names.of(node) ?? node).join(', ')
  const held = tier == null ? undefined : tier.tree.isHolding(peer)
  return [
    ...(held === true ? [] : [`what others report of it: trusted nodes know (${called(held == null ? trusted : (tier?.tree.holding(peer) ?? []))})`]),
    'what it reports of others: `peerwatch export` on a trusted node has it'
  ]
}
