import { createHmac } from 'node:crypto'
import { manualClock } from '@peerwatch/model/testing'
import { certificateBook } from '../../../peer/src/enforcement/certificates.ts'
import { examination } from '../../src/examination/examination.ts'
import { windowClock } from '../../../link/src/window-clock.ts'
import { testHost, testNetwork } from '../../../link/test/support/core.ts'
import type { PeerIdString, Report, WindowNumber } from '@peerwatch/model'
import type { ManualClock } from '@peerwatch/model/testing'
import type { CaseNotice } from '@peerwatch/wire'
import type { Seen } from '@peerwatch/reputation'
import type { Core, PeerwatchEvents } from '@peerwatch/link'
import type { Examination } from '../../src/examination/examination.ts'
import type { Announcement, ExaminationTree, LookOrder, ProposalAnswer, WatcherSeen, WatchersView } from '../../src/examination/interfaces.ts'
import type { WindowClock } from '../../../link/src/window-clock.ts'
import type { TestKeys } from '../../../link/test/support/core.ts'

export const START_WINDOW = 850_000_000
const WINDOW_MS = 2_000

/** Time that moves when the test says so. */
export interface ManualTime {
  readonly clock: ManualClock
  readonly windows: WindowClock
  /** Ends the window under way on every node. */
  readonly end: () => WindowNumber
}

function manualTime(): ManualTime {
  const clock = manualClock(START_WINDOW * WINDOW_MS + 500)
  const windows = windowClock(WINDOW_MS, clock)
  windows.start()
  return {
    clock,
    windows,
    end: () => {
      const { window } = windows.now()
      clock.advance(WINDOW_MS)
      return window
    }
  }
}

interface Hearing {
  readonly report: Set<(report: Report, conflict: boolean) => void>
  readonly case: Set<(notice: CaseNotice, from: PeerIdString) => void>
  readonly finding: Set<(encoded: Uint8Array) => void>
  readonly certificate: Set<(encoded: Uint8Array) => void>
  propose: (verdict: Uint8Array, from: PeerIdString) => Promise<ProposalAnswer>
}

function subscribe<T>(listeners: Set<T>): (listener: T) => () => void {
  return listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
}

/** Links between trusted nodes without a network: every report is held by all. */
export class FakeTree {
  readonly nodes = new Map<PeerIdString, Hearing>()
  readonly written: Uint8Array[] = []
  readonly announced: Announcement[] = []

  report(report: Report, conflict = false): void {
    for (const { report: listeners } of this.nodes.values()) for (const listener of listeners) listener(report, conflict)
  }

  of(self: PeerIdString): ExaminationTree {
    const hearing: Hearing = { report: new Set(), case: new Set(), finding: new Set(), certificate: new Set(), propose: async () => ({ refused: 'not ready' }) }
    this.nodes.set(self, hearing)
    return {
      onReport: subscribe(hearing.report),
      onCase: subscribe(hearing.case),
      onFinding: subscribe(hearing.finding),
      onCertificate: subscribe(hearing.certificate),
      onPropose: handler => {
        hearing.propose = handler
        return () => {}
      },
      broadcast: what => {
        this.announced.push(what)
        for (const [node, other] of this.nodes) if (node !== self) queueMicrotask(() => deliver(other, what, self))
      },
      propose: async (node, verdict) => this.nodes.get(node)!.propose(verdict, self),
      writeRecord: async (_kind, _subject, signed) => this.written.push(signed),
      hmac: (...parts) => parts.reduce((hmac, part) => hmac.update(part), createHmac('sha256', 'pepper')).digest(),
      registeredCount: () => 16
    }
  }
}

function deliver(to: Hearing, what: Announcement, from: PeerIdString): void {
  if ('case' in what) for (const listener of to.case) listener(what.case, from)
  if ('finding' in what) for (const listener of to.finding) listener(what.finding)
  if ('certificate' in what) for (const listener of to.certificate) listener(what.certificate)
}

/** Watchers that see what the test tells them to. */
export class FakeWatchers implements WatchersView {
  readonly orders = new Map<PeerIdString, readonly LookOrder[]>()
  readonly #names: readonly PeerIdString[]
  readonly #listeners = new Set<(report: WatcherSeen) => void>()

  constructor(names: readonly PeerIdString[]) {
    this.#names = names
  }

  connected = (): PeerIdString[] => [...this.#names]
  setLooks = (watcher: PeerIdString, looks: readonly LookOrder[]): void => {
    this.orders.set(watcher, looks)
  }
  onSeen = (listener: (report: WatcherSeen) => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  onChange = (): (() => void) => () => {}

  /** Each watcher sees its own neighbours, and of the suspects those that it was told to look at. */
  see(window: WindowNumber, neighbours: readonly Seen[], suspects: readonly Seen[]): void {
    for (const watcher of this.#names) {
      const isOrdered = ({ peer }: Seen): boolean => (this.orders.get(watcher) ?? []).some(order => order.peer === peer)
      const looked = suspects.filter(isOrdered)
      for (const listener of this.#listeners) listener({ watcher, window, seen: [...neighbours, ...looked], linked: looked.map(({ peer }) => peer) })
    }
  }
}

export interface Trusted {
  readonly core: Core
  readonly watchers: FakeWatchers
  readonly examination: Examination
  readonly published: { findings: Uint8Array[]; gossip: Uint8Array[] }
  readonly events: { readonly [K in keyof PeerwatchEvents]?: PeerwatchEvents[K]['detail'][] }
}

const RECORDED = ['case:opened', 'case:closed', 'finding:signed', 'verdict:signed', 'verdict:refused', 'certificate:made', 'standing:changed'] as const

function recordEvents(core: Core): Trusted['events'] {
  const events: Record<string, unknown[]> = {}
  for (const type of RECORDED) {
    const seen: unknown[] = []
    events[type] = seen
    core.events.addEventListener(type, ({ detail }) => seen.push(detail))
  }
  return events
}

export interface Tier {
  readonly keys: TestKeys
  readonly time: ManualTime
  readonly tree: FakeTree
  readonly trusted: readonly Trusted[]
}

/** Three trusted nodes with real keys, cores and certificate books, whose links and watchers are small and obedient. */
export async function testTier(watcherNames: readonly (readonly PeerIdString[])[]): Promise<Tier> {
  const keys = await testNetwork({ trusted: watcherNames.length })
  const time = manualTime()
  const tree = new FakeTree()
  const trusted = keys.trusted.map(async (key, index): Promise<Trusted> => {
    const host = await testHost(keys.network, key, { start: false, clock: time.clock, certificates: certificateBook })
    const core: Core = { ...host.core, windows: time.windows }
    const watchers = new FakeWatchers(watcherNames[index]!)
    const published: Trusted['published'] = { findings: [], gossip: [] }
    const events = recordEvents(core)
    const part = examination(core, {
      tree: tree.of(core.self),
      watchers,
      registry: { publish: ({ findings = [] }) => published.findings.push(...findings) },
      publishCertificate: async encoded => published.gossip.push(encoded),
      isOwnWatcher: peer => watcherNames[index]!.includes(peer)
    })
    part.start()
    return { core, watchers, examination: part, published, events }
  })
  return { keys, time, tree, trusted: await Promise.all(trusted) }
}
