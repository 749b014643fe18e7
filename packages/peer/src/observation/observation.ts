import { capped, OBSERVATIONS_MOST, total } from '@peerwatch/model'
import { isSubject, listeners, listenTo, peerIdText, ServicesError } from '@peerwatch/link'
import { OBSERVERS } from './observers.ts'
import { tally } from './tally.ts'
import type { Connection, PeerId } from '@libp2p/interface'
import type { Counts, Dimension, EvictableDimension, Observation, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core, NeighboursView, Part, SeenNeighbour, SeenView } from '@peerwatch/link'
import type { GossipTap } from '../gossip/gossip-tap.ts'
import type { Probing } from '../neighbours/probes.ts'
import type { Cut, Defence } from '../enforcement/defence.ts'
import type { Observer, ObserverFactory, ObserverInit } from './observer.ts'

export interface ObservationInit {
  readonly tap: Pick<GossipTap, 'onCopy' | 'meshPeers'>
  readonly neighbours: Pick<NeighboursView, 'isNeighbour'> & Probing
  readonly defence: Defence
  /** `false`: excess requests are counted and let through. Default true. */
  readonly enforce?: boolean
  /** One for each dimension. Default: those of Peerwatch. */
  readonly observers?: readonly ObserverFactory[]
}

export interface Observing extends Part, SeenView {
  /** Adds what the application itself saw of a neighbour in this window. */
  readonly observe: (peer: PeerIdString, dimension: Dimension, counts: Counts) => void
  /**
   * For servers: counts a request frame that the allowance of its protocol does not cover, beside inbound streams and pings.
   * False where it is beyond the signed limit too.
   *
   * A frame within its allowance is none: the allowances of docs/limits.md are larger than the signed limit, and whoever keeps them floods nobody.
   */
  readonly countRequest: (peer: PeerIdString) => boolean
}

type CountsByDimension = Map<Dimension, Counts>

/**
 * Watches the neighbours: one observer per dimension counts, each window's end makes observations of the counts.
 *
 * It blames the peer at the other end of an authenticated link for what this peer did. It never blames a peer because a message names it.
 */
export function observation(core: Core, { tap, neighbours, defence, enforce = true, observers: factories = OBSERVERS }: ObservationInit): Observing {
  const onlookers = listeners<[window: WindowNumber, seen: SeenNeighbour[]]>()
  const findings = new Map<string, { readonly peer: PeerIdString; readonly dimension: EvictableDimension }>()
  const byApplication = new Map<Dimension, ReturnType<typeof tally>>()
  const ends: (() => void)[] = []
  let firstWindow: WindowNumber = 0
  /** How long this node had stood still in all when the last two windows closed: what is settled now came in since the older one. */
  let lostMs: readonly [number, number] = [0, 0]

  const isWatched = (peer: PeerIdString): boolean => isSubject(core, peer)
  const init: ObserverInit = {
    tap,
    onProbe: neighbours.onProbe,
    isSubject: isWatched,
    enforce,
    onEvidence: (peer, dimension, evidence) => {
      findings.set(`${peer}/${dimension}`, { peer, dimension })
      defence.cut(peer, dimension, evidence)
      if (defence.isCut(peer)) for (const observer of observers) observer.forget?.(peer)
    }
  }
  const observers = factories.map(make => make(core, init))
  checkObservers(core, observers)

  const collect = (window: WindowNumber): Map<PeerIdString, CountsByDimension> => {
    const seen = new Map<PeerIdString, CountsByDimension>()
    const wasOffline = neighbours.wasOffline()
    const isBlind = wasOffline || core.health.wasLate(lostMs[0], core.windows.windowMs)
    lostMs = [lostMs[1], core.health.lostMs()]
    for (const observer of observers) {
      const counts = observer.close(window)
      if (!(isBlind && observer.needsOwnLink)) addTo(seen, observer.dimension, counts)
    }
    for (const [dimension, counts] of byApplication) addTo(seen, dimension, counts.take())
    return seen
  }
  const seenOf = (seen: ReadonlyMap<PeerIdString, CountsByDimension>): SeenNeighbour[] => {
    const found = [...seen].flatMap(([peer, byDimension]) =>
      core.dimensions.evictable.flatMap(dimension => {
        const counts = byDimension.get(dimension)
        const finding = findings.delete(`${peer}/${dimension}`)
        if (counts == null || total(counts) === 0) return finding ? [{ peer, dimension, ok: 0, bad: 0, finding }] : []
        return [{ peer, dimension, ...counts, finding }]
      })
    )
    const unseen = [...findings.values()].map(({ peer, dimension }) => ({ peer, dimension, ok: 0, bad: 0, finding: true }))
    findings.clear()
    return [...found, ...unseen]
  }
  const onWindow = (window: WindowNumber): void => {
    const seen = collect(window)
    const raw = seenOf(seen)
    onlookers.tell(window, raw)
    // nobody is reported for a window of which this node saw a part only
    if (window > firstWindow) core.emit('window:closed', { window, observations: observationsOf(core, window, seen, defence.cuts()) })
  }
  const onOpen = ({ detail }: CustomEvent<Connection>): void => {
    for (const observer of observers) observer.onOpen?.(detail)
  }
  const onDisconnect = ({ detail }: CustomEvent<PeerId>): void => {
    for (const observer of observers) observer.onDisconnect?.(peerIdText(detail))
  }
  return {
    observe: (peer, dimension, counts) => {
      if (!isWatched(peer) || !neighbours.isNeighbour(peer)) return
      const ofDimension = byApplication.get(dimension) ?? tally()
      byApplication.set(dimension, ofDimension)
      ofDimension.add(peer, { ok: Math.max(0, counts.ok), bad: Math.max(0, counts.bad) })
    },
    countRequest: peer => observers.every(observer => observer.countRequest?.(peer) ?? true),
    onSeen: onlookers.add,
    cuts: defence.cuts,
    beforeStart: () => {
      firstWindow = core.windows.now().window
      lostMs = [core.health.lostMs(), core.health.lostMs()]
      ends.push(
        listenTo(core.components.events, { 'connection:open': onOpen, 'peer:disconnect': onDisconnect }),
        ...observers.map(observer => observer.start()),
        core.windows.onWindow(onWindow)
      )
    },
    stop: () => {
      for (const end of ends.splice(0)) end()
    }
  }
}

/** A dimension that nobody watches would hold every peer for innocent, without a word. */
function checkObservers({ dimensions }: Core, observers: readonly Observer[]): void {
  const watched = observers.map(({ dimension }) => dimension).toSorted()
  const expected = dimensions.names.toSorted()
  if (watched.length === expected.length && watched.every((name, index) => name === expected[index])) return
  throw new ServicesError('bad-option', `observers: expected one for each of ${expected.join(', ')}, found those of ${watched.join(', ')}`)
}

/** Makes the observations that a report of this window has: of subjects that were seen or are cut, and of as many as a node may have links. */
function observationsOf(core: Core, window: WindowNumber, seen: ReadonlyMap<PeerIdString, CountsByDimension>, cut: readonly Cut[]): Observation[] {
  const cuts = Map.groupBy(cut, ({ peer }) => peer)
  // a peer that left within the window counts too; where there are too many, those that did something bad come first
  const badOf = (peer: PeerIdString): number => [...(seen.get(peer)?.values() ?? [])].reduce((bad, counts) => bad + counts.bad, 0)
  const observed = [...seen.keys()].filter(peer => isSubject(core, peer)).toSorted((a, b) => badOf(b) - badOf(a))
  const subjects = new Set([...cuts.keys(), ...observed])
  return [...subjects].slice(0, core.roster.current().maxDegree).map(subject => ({
    subject,
    window,
    counts: Object.fromEntries([...(seen.get(subject) ?? [])].map(([dimension, counts]) => [dimension, capped(counts, OBSERVATIONS_MOST, core.rng())])),
    cuts: cuts.get(subject)?.map(({ dimension }) => dimension) ?? []
  }))
}

function addTo(seen: Map<PeerIdString, CountsByDimension>, dimension: Dimension, counts: ReadonlyMap<PeerIdString, Counts>): void {
  for (const [peer, { ok, bad }] of counts) {
    if (ok + bad === 0) continue
    const ofPeer: CountsByDimension = seen.get(peer) ?? new Map()
    const before = ofPeer.get(dimension)
    ofPeer.set(dimension, { ok: ok + (before?.ok ?? 0), bad: bad + (before?.bad ?? 0) })
    seen.set(peer, ofPeer)
  }
}
