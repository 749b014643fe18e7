import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { manualClock } from '@peerwatch/model/testing'
import { Refusal, ServicesError } from '@peerwatch/link'
import { certificateBook } from '../../../peer/src/enforcement/certificates.ts'
import { examination } from '../../src/examination/examination.ts'
import { windowClock } from '../../../link/src/window-clock.ts'
import { testHost, testNetwork } from '../../../link/test/support/core.ts'
import type { PeerIdString, Report, WindowNumber } from '@peerwatch/model'
import type { ManualClock } from '@peerwatch/model/testing'
import type { Seen } from '@peerwatch/reputation'
import type { Core, PeerwatchEvents } from '@peerwatch/link'
import type { Examination, ExaminationInit } from '../../src/examination/examination.ts'
import type { JudgeCalls } from '../../src/tree/calls.ts'
import type { LookOrder, WatcherSeen } from '../../src/watch/watcher-owner.ts'
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
  readonly dropped: Set<(isDropped: (subject: PeerIdString) => boolean) => void>
  readonly erased: Set<(peer: PeerIdString, throughWindow: WindowNumber) => void>
  judge: Partial<JudgeCalls>
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
  /** They hear nothing and nobody hears them. */
  readonly cutOff = new Set<PeerIdString>()

  report(report: Report, conflict = false): void {
    for (const { report: listeners } of this.nodes.values()) for (const listener of listeners) listener(report, conflict)
  }

  erase(peer: PeerIdString, throughWindow: WindowNumber): void {
    for (const { erased } of this.nodes.values()) for (const listener of erased) listener(peer, throughWindow)
  }

  /** The reports about it are held elsewhere from now on. */
  drop(subject: PeerIdString): void {
    for (const { dropped: listeners } of this.nodes.values()) for (const listener of listeners) listener(each => each === subject)
  }

  of(self: PeerIdString): ExaminationInit['tree'] {
    const hearing: Hearing = { report: new Set(), erased: new Set(), dropped: new Set(), judge: {} }
    this.nodes.set(self, hearing)
    return {
      onReport: subscribe(hearing.report),
      onRecalled: () => () => {},
      onErased: subscribe(hearing.erased),
      onDropped: subscribe(hearing.dropped),
      serve: judge => {
        hearing.judge = judge
      },
      broadcast: (name, news) => {
        for (const [node, { judge }] of this.nodes) {
          if (node === self || this.cutOff.has(node) || this.cutOff.has(self)) continue
          queueMicrotask(() => void judge[name]?.(news as never, self))
        }
      },
      call: async (node, name, ask) => {
        assert.equal(name, 'propose')
        const answer = await this.nodes.get(node)!.judge.propose!(ask as Uint8Array, self)
        if (answer instanceof Refusal) throw new ServicesError('refused', answer.reason)
        return answer as never
      },
      writeRecord: async (_kind, signed) => {
        this.written.push(signed)
        return 'stored'
      },
      hmac: (...parts) => parts.reduce((hmac, part) => hmac.update(part), createHmac('sha256', 'pepper')).digest()
    }
  }
}

type Watchers = ExaminationInit['watchers']

/** Watchers that see what the test tells them to. */
export class FakeWatchers implements Watchers {
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
  readonly published: { registry: Uint8Array[]; gossip: Uint8Array[] }
  readonly events: { readonly [K in keyof PeerwatchEvents]?: PeerwatchEvents[K]['detail'][] }
}

const RECORDED = [
  'case:opened',
  'case:closed',
  'finding:signed',
  'verdict:signed',
  'verdict:refused',
  'certificate:made',
  'standing:changed',
  'reinstatement:asked',
  'peer:fault'
] as const

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
    const published: Trusted['published'] = { registry: [], gossip: [] }
    const events = recordEvents(core)
    const part = examination(core, {
      tree: tree.of(core.self),
      watchers,
      registry: { publish: ({ certificates = [] }) => published.registry.push(...certificates), registeredCount: () => 16 },
      publishCertificate: async encoded => published.gossip.push(encoded),
      isOwnWatcher: peer => watcherNames[index]!.includes(peer)
    })
    await part.beforeStart()
    part.start()
    return { core, watchers, examination: part, published, events }
  })
  return { keys, time, tree, trusted: await Promise.all(trusted) }
}
