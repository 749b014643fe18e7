import { multiaddr } from '@multiformats/multiaddr'
import { BoundedMap } from '@peerwatch/model'
import { addressesOfSeed, listeners, readPeerId } from '@peerwatch/link'
import { systemClock } from '@peerwatch/model/system-clock'
import { seedElsewhereProblem } from './files/seed-place.ts'
import { describeEvent, levelOf, linesPerMinuteOf } from './logging/index.ts'
import { peersOf } from './peers-view.ts'
import { heldBack } from './held-back.ts'
import type { Libp2p } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { TrustedTier } from '@peerwatch/tier'
import type { SeedElsewhere } from './files/seed-place.ts'
import type { NodeAssembly } from './node-assembly.ts'
import type { NodeServices } from './host.ts'
import type { CaseView, FullStandingView, GuestView, ListedView, NeighbourView, NodeView, StatusView, SurroundingsView } from './http/node-view.ts'
import type { EventDetail, EventName, NodeEvent } from './logging/index.ts'
import type { NodeRole, Role } from './roles/index.ts'

export interface ViewInit {
  readonly libp2p: Libp2p<NodeServices>
  readonly role: NodeRole
  readonly row: Role
  readonly name: string
  readonly version: string
  readonly reload: NodeView['reload']
  /** Of a seed that is not where `network.json` says. */
  readonly elsewhere: () => SeedElsewhere | undefined
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

/** What the node shows of itself. */
export function nodeView(init: ViewInit, hub: EventHub): NodeView {
  const { peerwatch } = init.libp2p.services
  const { assembly } = peerwatch
  const startedMs = systemClock.monotonicMs()
  const cutBy = cutsByOthers(assembly.core)
  return {
    status: () => statusOf(init, assembly, cutBy(), Math.round(systemClock.monotonicMs() - startedMs)),
    peers: async like => peersOf(init.libp2p, assembly, like),
    evictions: () => peerwatch.evictions().map(eviction => ({ ...eviction })),
    standing: async peer => {
      const registry = await listedOf(assembly, peer as PeerIdString)
      const { windowMs } = assembly.core.windows
      const { tier } = assembly
      // what passes through a trusted node that does not hold the records is a part of them
      const held = tier?.tree.isHolding(peer as PeerIdString) === true ? fullStanding(tier, peer as PeerIdString, { registry, windowMs }) : undefined
      if (held != null) return held
      const told = await assembly.standing(peer as PeerIdString)
      if (told.state === 'unknown' && registry === 'unlisted') return undefined
      const holders = tier?.tree.holding(peer as PeerIdString).filter(node => node !== assembly.core.self)
      return { detail: 'coarse', peer, ...told, windowMs, registry, ...(holders != null && { holders }) }
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
    guests: () => {
      const { guests, removedGuests } = assembly.seed?.status() ?? {}
      return guests && [...guests.map(guest => guestView(guest, false)), ...(removedGuests ?? []).map(guest => guestView(guest, true))]
    },
    addGuest: async (address, forMs) => {
      if (assembly.seed == null) return undefined
      const peer = multiaddr(address)
        .getComponents()
        .findLast(({ name: part }) => part === 'p2p')?.value
      const guest = await assembly.seed.addGuest(readPeerId(peer ?? ''), [address], forMs)
      return { ...guestView(guest, false), reachable: await assembly.seed.reachesGuest(guest) }
    },
    removeGuest: async peer => {
      if (assembly.seed == null) return undefined
      const gone = await assembly.seed.removeGuest(peer as PeerIdString)
      return gone == null ? null : { peer: gone.peer, untilMs: gone.expiresAtMs }
    },
    publishRoster: async (encoded, isForced) => {
      const { roster } = assembly.core
      const reason = isForced ? undefined : await heldBack(assembly, encoded)
      if (reason != null) return { taken: 'waits', version: roster.current().version, reason }
      return { taken: await roster.accept(encoded), version: roster.current().version }
    },
    reload: init.reload,
    surroundings: async () => surroundingsOf(init, assembly),
    recentEvents: hub.recent,
    eventsLeftOut: hub.leftOut,
    subscribe: hub.subscribe,
    ready: () => {
      const elsewhere = init.elsewhere()
      const { member } = init.row
      const { version, [member ?? 'seeds']: members } = assembly.core.roster.current()
      if (member != null && !members.includes(assembly.core.self) && (assembly.tier?.tree.status().awaited.length ?? 0) > 0)
        return { ready: false, reason: `this node leaves with roster ${version}: do not stop it yet, others read what it holds` }
      if (member != null && !members.includes(assembly.core.self))
        return { ready: false, reason: `this node is no ${member === 'seeds' ? 'seed' : 'trusted node'} of roster ${version}: stop it` }
      if (elsewhere != null) return { ready: false, reason: seedElsewhereProblem(elsewhere).found }
      const { state } = assembly.registry.state()
      if (assembly.tier?.tree.isCaughtUp() === false) return { ready: false, reason: 'records of others are still being fetched' }
      if (init.row.needsSeeds && state === 'alone') return { ready: false, reason: 'registered at no seed' }
      const stuck =
        assembly.tier?.tree.status().nodes.filter(({ node, isReachable }) => !isReachable && assembly.tier?.tree.status().awaited.includes(node)) ?? []
      if (stuck.length > 0) {
        const whom = stuck.map(({ node }) => assembly.core.roster.current().names.get(node) ?? node).join(', ')
        return { ready: true, warning: `${whom} has to copy what a move gave it, and is out of reach: start it again, or remove it from the roster` }
      }
      if (!assembly.core.roster.hasDouble()) return { ready: true }
      return { ready: true, warning: `the authority signed two rosters ${version}: sign the next one in one folder, and publish it` }
    }
  }
}

/** What others say; as long as their cut lasts. */
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

function statusOf({ libp2p, role, name, version }: ViewInit, assembly: NodeAssembly, cutBy: StatusView['cutBy'], uptimeMs: number): StatusView {
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
    evictions: core.certificates.evictions().length,
    allowed: core.certificates.allowed(),
    cuts: assembly.cuts(),
    cutBy,
    uptimeMs,
    ...(reports != null && {
      entries: reports.entries.map(entry => ({ ...entry, isCurrent: entry.peer === reports.entry })),
      reportsPending: reports.pending,
      reportsDropped: reports.dropped,
      lastAcknowledged: reports.lastAcknowledged
    }),
    ...(registered != null && { seed: { registered: registered.peers.length, guests: registered.guests.length, underTest: registered.tests.length } }),
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
