import { multiaddr } from '@multiformats/multiaddr'
import { BoundedMap } from '@peerwatch/model'
import { addressesOfSeed, listeners, readPeerId, toPeerId } from '@peerwatch/link'
import { systemClock } from '@peerwatch/model/system-clock'
import { describeEvent, levelOf, linesPerMinuteOf } from './logging/index.ts'
import { erasureOf } from './erasure.ts'
import { peerDetail } from './peers/peer-detail.ts'
import { peerTraces } from './peers/peer-traces.ts'
import { listedPeer, peersOf } from './peers/peers-view.ts'
import { heldBack } from './held-back.ts'
import { lapsing } from './lapsing.ts'
import { memberNames } from './member-names.ts'
import { readiness } from './readiness.ts'
import type { Libp2p } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { TrustedTier } from '@peerwatch/tier'
import type { NodeAssembly } from './node-assembly.ts'
import type { NodeServices } from './host.ts'
import type { CaseView, FullStandingView, GuestView, ListedView, NeighbourView, NodeView, StatusView, SurroundingsView } from './http/node-view.ts'
import type { EventDetail, EventName, NodeEvent } from './logging/index.ts'
import type { ReadinessInit } from './readiness.ts'
import type { NodeRole } from './roles/index.ts'

export interface ViewInit extends ReadinessInit {
  readonly libp2p: Libp2p<NodeServices>
  readonly role: NodeRole
  readonly name: string
  readonly version: string
  readonly reload: NodeView['reload']
}

/** Events of one node for whoever listens: its log, the HTTP API, the commands. */
export interface EventHub {
  readonly hear: <K extends EventName>(event: K, detail: EventDetail<K>) => void
  readonly subscribe: NodeView['subscribe']
  readonly recent: NodeView['recentEvents']
  readonly leftOut: NodeView['eventsLeftOut']
}

/** Neighbours are few; whoever cuts this node last is shown. */
const CUT_BY_MOST = 32
/** Enough for the last minutes of a busy node. What strangers bring about has a list of its own: it pushes nothing else out. */
const RECENT_MOST = { own: 150, foreign: 50 }

export function eventHub(): EventHub {
  const heard = listeners<[event: NodeEvent]>()
  const recent: Record<keyof typeof RECENT_MOST, NodeEvent[]> = { own: [], foreign: [] }
  const leftOut = new Map<string, number>()
  const leave = (event: string): void => {
    leftOut.set(event, (leftOut.get(event) ?? 0) + 1)
  }
  return {
    recent: () => [...recent.own, ...recent.foreign].toSorted((a, b) => a.time.localeCompare(b.time)),
    leftOut: () => Object.fromEntries(leftOut),
    hear: (event, detail) => {
      const level = levelOf(event, detail)
      const isKept = event !== 'chat:first-sight' && level !== 'debug'
      if (!isKept) leave(event)
      if (heard.count() === 0 && !isKept) return
      const line = { time: new Date(systemClock.nowMs()).toISOString(), level, ...describeEvent(event, detail).fields, event }
      const kind = linesPerMinuteOf(event) == null ? 'own' : 'foreign'
      if (isKept) recent[kind].push(line)
      if (recent[kind].length > RECENT_MOST[kind]) leave(recent[kind].shift()?.event ?? event)
      heard.tell(line)
    },
    subscribe: heard.add
  }
}

/** The view of a node. */
export function nodeView(init: ViewInit, hub: EventHub): NodeView {
  const { peerwatch } = init.libp2p.services
  const { assembly } = peerwatch
  const startedMs = systemClock.monotonicMs()
  const cutBy = cutsByOthers(assembly.core)
  const traces = peerTraces(init.libp2p, assembly)
  const names = memberNames(assembly.core)
  return {
    status: () =>
      statusOf(init, assembly, {
        cutBy: cutBy(),
        notReady: readiness(init, assembly, names).reason,
        uptimeMs: Math.round(systemClock.monotonicMs() - startedMs)
      }),
    peers: async like => peersOf({ libp2p: init.libp2p, assembly, traces, names }, like),
    peer: async peer => {
      const kind = listedPeer(peer as PeerIdString, assembly)
      const registry = await listedOf(assembly, peer as PeerIdString)
      return peerDetail(toPeerId(peer as PeerIdString), { libp2p: init.libp2p, assembly, traces, names, kind, registry })
    },
    evictions: () => peerwatch.evictions().map(eviction => ({ ...eviction })),
    standing: async peer => {
      const registry = await listedOf(assembly, peer as PeerIdString)
      const { windowMs } = assembly.core.windows
      const { tier } = assembly
      // what passes through a trusted node that does not hold the records is a part of them
      const isHolding = tier?.tree.isHolding(peer as PeerIdString) === true
      const held = isHolding ? fullStanding(tier, peer as PeerIdString, { registry, windowMs }) : undefined
      if (held != null) return held
      const told = await assembly.standing(peer as PeerIdString)
      if (told.state === 'unknown' && registry === 'unlisted') return undefined
      const isMember = assembly.core.roster.isMember(peer as PeerIdString)
      // who holds all records and found none sends nobody on: the other holders have none either
      const holders = tier?.tree.holding(peer as PeerIdString).filter(node => !isMember && !isHolding && node !== assembly.core.self)
      return { detail: 'coarse', peer, ...told, windowMs, registry, isMember, ...(holders != null && { holders }) }
    },
    history: async (peer, windowsCount) => {
      const found = await assembly.tier?.history(peer as PeerIdString, windowsCount)
      if (found == null) return undefined
      const windows = found.windows.map(({ ratio, ...rest }) => ({ ...rest, reputation: ratio }))
      const registry = await listedOf(assembly, peer as PeerIdString)
      return { peer, windowMs: assembly.core.windows.windowMs, registry, isComplete: found.isComplete, windows }
    },
    tree: () => assembly.tier?.tree.status(),
    allow: async (peer, allowed) => assembly.core.certificates.allow(peer as PeerIdString, allowed),
    appeal: async () => {
      const { eviction, ...whom } = await assembly.appeal()
      return { peer: assembly.core.self, ...whom, ...(eviction != null && { eviction }) }
    },
    reinstate: async (peer, reason) => {
      if (assembly.tier == null) return undefined
      return (await assembly.tier.examination.reinstate(peer as PeerIdString, reason)) ?? null
    },
    guests: () => {
      const { guests, removedGuests } = assembly.seed?.status() ?? {}
      return guests && [...guests.map(guest => guestView(guest, false)), ...(removedGuests ?? []).map(guest => guestView(guest, true))]
    },
    addGuest: async (address, forMs) => {
      if (assembly.seed == null) return undefined
      const named = multiaddr(address)
      const last = named.getComponents().findLast(({ name: part }) => part === 'p2p')
      const peer = readPeerId(last?.value ?? '')
      // a CID is the same id in other letters: whoever dials compares the text
      const guest = await assembly.seed.addGuest(peer, [String(named.decapsulateCode(last!.code).encapsulate(`/p2p/${peer}`))], forMs)
      return { ...guestView(guest, false), reachable: await assembly.seed.reachesGuest(guest) }
    },
    removeGuest: async peer => {
      if (assembly.seed == null) return undefined
      const gone = await assembly.seed.removeGuest(peer as PeerIdString)
      return gone == null ? null : { peer: gone.peer, untilMs: gone.expiresAtMs }
    },
    publishRoster: async (encoded, { isForced, isCheck }) => {
      const { roster } = assembly.core
      const ending = (await lapsing(assembly.core, encoded)).map(({ peer }) => peer)
      const found = { version: roster.current().version, ending }
      const reason = isForced ? undefined : await heldBack(assembly, encoded)
      if (reason != null) return { ...found, taken: 'waits', reason }
      if (isCheck) return { ...found, taken: 'would be' }
      return { taken: await roster.accept(encoded), version: roster.current().version, ending }
    },
    export: peer => assembly.tier?.tree.export(peer as PeerIdString),
    publishErasure: async (peer, encoded) => {
      if (assembly.tier == null) return undefined
      const taken = await assembly.tier.tree.publishErasure(encoded, peer as PeerIdString)
      return { taken, receipt: (await erasureOf(assembly, names, peer as PeerIdString)) ?? undefined }
    },
    erasure: async peer => erasureOf(assembly, names, peer as PeerIdString),
    reload: init.reload,
    surroundings: async () => surroundingsOf(init, assembly),
    recentEvents: hub.recent,
    eventsLeftOut: hub.leftOut,
    subscribe: hub.subscribe,
    ready: () => readiness(init, assembly, names)
  }
}

/** The cuts that others tell of, for as long as a cut lasts. */
function cutsByOthers(core: NodeAssembly['core']): () => StatusView['cutBy'] {
  const heard = new BoundedMap<string, StatusView['cutBy'][number]>(CUT_BY_MOST)
  core.events.addEventListener('neighbour:refuses', ({ detail: { peer, dimension } }) => {
    heard.set(peer.toString(), { peer: peer.toString(), dimension, window: core.windows.now().window })
  })
  return () => {
    const since = core.windows.now().window - core.roster.current().preset.refusedWindows
    return [...heard.values()].filter(({ window }) => window > since)
  }
}

async function surroundingsOf(init: ViewInit, { core, registry }: NodeAssembly): Promise<SurroundingsView> {
  const elsewhere = init.elsewhere()
  const { window, offsetMs } = core.windows.now()
  const { windowMs } = core.windows
  const roster = core.roster.current()
  const [self] = await registry.find([core.self])
  return {
    clockOffsetMs: Math.round(window * windowMs + offsetMs - core.clock.nowMs()),
    windowMs,
    reachable: self == null ? 'unknown' : self.unreachable ? 'no' : 'yes',
    registry: registry.state().state,
    seeds: roster.seeds.flatMap(seed => addressesOfSeed(core.network, roster, seed).map(String)),
    ...(elsewhere != null && { elsewhere })
  }
}

function statusOf({ libp2p, role, name, version }: ViewInit, assembly: NodeAssembly, now: Pick<StatusView, 'cutBy' | 'notReady' | 'uptimeMs'>): StatusView {
  const { core, registry, reporting, seed, tier, watching } = assembly
  const roster = core.roster.current()
  const reports = reporting?.status()
  const registered = seed?.status()
  return {
    version,
    name,
    role,
    peer: core.self,
    network: core.network.name,
    scope: roster.scope,
    preset: roster.presetName,
    window: core.windows.now().window,
    windowMs: core.windows.windowMs,
    rosterVersion: roster.version,
    hasTwoRosters: core.roster.hasDouble(),
    quorum: roster.quorum,
    addresses: libp2p.getMultiaddrs().map(String),
    registry: registry.state(),
    health: core.health.now(),
    neighbours: assembly.neighbours.list().map(neighbour => ({ ...neighbour, gone: goneOf(registry, neighbour.peer) })),
    evicted: core.certificates.evicted(core.self),
    evictions: core.certificates.evictions().length,
    allowed: core.certificates.allowed(),
    cuts: assembly.cuts(),
    ...now,
    ...(reports != null && {
      entries: reports.entries.map(entry => ({ ...entry, isCurrent: entry.peer === reports.entry })),
      reportsPending: reports.pending,
      reportsDropped: reports.dropped,
      lastAcknowledged: reports.lastAcknowledged
    }),
    ...(registered != null && {
      seed: {
        registered: registered.peers.length,
        guests: registered.guests.length,
        underTest: registered.tests.length,
        others: roster.seeds.filter(id => id !== core.self).length
      }
    }),
    ...(tier != null && {
      trusted: { watchers: tier.watcherIds(), openCases: tier.examination.cases().map(caseView), isCaughtUp: tier.tree.isCaughtUp() }
    }),
    ...(watching != null && { watcher: { isLinked: watching.isLinked(), looks: watching.looks() } })
  }
}

function guestView({ peer, addresses, expiresAtMs }: Omit<GuestView, 'removed'>, removed: boolean): GuestView {
  return { peer, addresses, expiresAtMs, removed }
}

function caseView({ subject, dimension, openedWindow, groups, firstHand }: ReturnType<TrustedTier['examination']['cases']>[number]): CaseView {
  return { subject, dimension, openedWindow, groups: [...groups], firstHand }
}

function goneOf(registry: NodeAssembly['registry'], peer: PeerIdString): NeighbourView['gone'] {
  const departed = registry.departed(peer)
  return departed === 'goodbye' ? 'left' : departed
}

/** A seed knows by itself; others ask one. */
async function listedOf({ registry, seed }: NodeAssembly, peer: PeerIdString): Promise<ListedView> {
  const gone = goneOf(registry, peer)
  if (gone != null) return gone
  const own = seed?.status().peers.find(known => known.peer === peer)
  if (own != null) return own.reach === 'unreachable' ? 'unreachable' : 'registered'
  if (registry.state().seeds.length === 0) return seed == null ? 'unknown' : 'unlisted'
  const [known] = await registry.find([peer])
  if (known == null) return 'unlisted'
  return known.unreachable ? 'unreachable' : 'registered'
}

function fullStanding(tier: TrustedTier, peer: PeerIdString, around: Pick<FullStandingView, 'registry' | 'windowMs'>): FullStandingView | undefined {
  const { standing, windows, reporters, cases, findings } = tier.examination.evidenceOf(peer)
  if (standing.state === 'unknown' && reporters.length === 0 && cases.length === 0 && findings.length === 0) return undefined
  return {
    detail: 'full',
    peer,
    state: standing.state,
    ...around,
    reputation: standing.ratio,
    dimension: standing.dimension,
    dimensions: standing.dimensions,
    windows,
    reporters: reporters.map(({ reporter, group, weight, accuses, cuts, evidence, newestWindow }) => ({
      reporter,
      group,
      weight,
      accuses,
      cuts,
      evidence,
      newestWindow
    })),
    cases: cases.map(caseView),
    findings: findings.map(({ id: _id, subject: _subject, ...finding }) => finding)
  }
}
