/** A network of 27 hosts in a few processes, which can be stopped as a whole, and time as the machine keeps it. */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { PRESETS } from '@peerwatch/model'
import { planTestnet } from '@peerwatch/node/testnet'
import type { HostNews, ShareNews, ShareOrder, ToldLine } from './share.ts'
import type { ChildProcess } from 'node:child_process'

export const WINDOW_MS = PRESETS.demo.windowMs
const LOOK_EVERY_MS = 250
/** As long as the demo waits for a good window. */
const PATIENCE_MS = 180_000

/** A process and the names of its hosts; a trusted node's watchers run beside it. */
export type Cast = readonly (readonly string[])[]

export interface Shares {
  /** Runs in the order of the cast: seeds are to be first. Rejects when a process ends. */
  readonly start: () => Promise<void>
  readonly signal: (share: number, signal: NodeJS.Signals) => void
  readonly lines: () => readonly ToldLine[]
  /** The last news of each host that lives in these processes; default: of all. */
  readonly hosts: (shares?: readonly number[]) => HostNews[]
  readonly history: (node: string) => readonly HostNews[]
  /** Windows since `fromMs` that every host that lived then, and still does, closed within half a window of their end. */
  readonly good: (fromMs: number) => number
  /** Good windows since `fromMs` that followed on a good one. */
  readonly calm: (fromMs: number) => ReadonlySet<number>
  /** Waits for so many calm windows; what the machine is too late for does not count. */
  readonly pass: (windows: number) => Promise<void>
  /** Waits until it is so; fails after so many good windows without, or when none come at all, and says what is missing. */
  readonly within: (windows: number, missing: (news: readonly HostNews[]) => string[]) => Promise<void>
  readonly close: () => Promise<void>
}

export async function makeShares(cast: Cast): Promise<Shares> {
  const directory = await mkdtemp(join(tmpdir(), 'peerwatch-e2e-shares-'))
  const names = cast.flat()
  const counted = (role: string): number => names.filter(name => name.startsWith(role)).length
  const plan = await planTestnet(directory, { seeds: counted('seed'), trusted: counted('trusted'), peers: counted('peer'), watchers: 2 })
  const children: ChildProcess[] = []
  const living = new Map<number, readonly HostNews[]>()
  const lines: ToldLine[] = []
  const histories = new Map<string, HostNews[]>()
  const closed = new Map<string, Map<number, number>>()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})

  const take = (share: number, news: ShareNews): void => {
    if (news.type === 'told') lines.push(news.line)
    if (news.type === 'closed') (closed.get(news.node) ?? closed.set(news.node, new Map()).get(news.node))?.set(news.window, news.atMs)
    if (news.type !== 'hosts') return
    living.set(share, news.hosts)
    for (const host of news.hosts) {
      histories.set(host.node, [...(histories.get(host.node) ?? []), host])
    }
  }
  const run = async (share: number): Promise<void> => {
    const child = fork(new URL('share.ts', import.meta.url), { serialization: 'advanced' })
    children.push(child)
    const running = Promise.withResolvers<void>()
    child.on('message', (news: ShareNews) => {
      if (news.type === 'running') running.resolve()
      else take(share, news)
    })
    child.once('exit', (code, signal) => {
      failed.reject(new Error(`process ${share} ended with ${code ?? signal}`))
    })
    child.send({ plan, names: cast[share] ?? [] } satisfies ShareOrder)
    await Promise.race([running.promise, failed.promise])
  }
  const hosts: Shares['hosts'] = (shares = [...living.keys()]) => shares.flatMap(share => living.get(share) ?? [])
  const goodWindows = (fromMs: number): number[] => {
    const windowsOf = hosts().map(({ node }) => closed.get(node) ?? new Map<number, number>())
    const inTime = windowsOf.map(windows => ({ first: Math.min(...windows.keys()), windows: closedInTime(windows, fromMs) }))
    const all = new Set(inTime.flatMap(({ windows }) => [...windows]))
    // a host that started later had no window to close
    return [...all].filter(window => inTime.every(({ first, windows }) => window <= first || windows.has(window)))
  }
  const good = (fromMs: number): number => goodWindows(fromMs).length
  const calm = (fromMs: number): ReadonlySet<number> => {
    const windows = new Set(goodWindows(fromMs))
    return new Set([...windows].filter(window => windows.has(window - 1)))
  }
  const within: Shares['within'] = async (windows, missing) => {
    const fromMs = Date.now()
    for (let [passed, passedAtMs] = [0, fromMs]; ; ) {
      const now = good(fromMs)
      if (now > passed) [passed, passedAtMs] = [now, Date.now()]
      const news = hosts()
      // what was told before is of a time before
      const stale = news.filter(({ atMs }) => atMs < fromMs).map(({ node }) => `news of ${node}`)
      const left = [...stale, ...missing(news)]
      if (left.length === 0) return
      assert.ok(passed <= windows, `after ${windows} good windows there is missing: ${left.join(', ')}`)
      assert.ok(Date.now() - passedAtMs < PATIENCE_MS, `no good window for ${PATIENCE_MS} ms, ${passed} before; missing: ${left.join(', ')}`)
      await Promise.race([pause(LOOK_EVERY_MS), failed.promise])
    }
  }
  return {
    start: async () => {
      for (const share of cast.keys()) await run(share)
    },
    signal: (share, signal) => children[share]?.kill(signal),
    lines: () => lines,
    hosts,
    history: node => histories.get(node) ?? [],
    good,
    calm,
    within,
    pass: async windows => {
      const fromMs = Date.now()
      await within(Infinity, () => (calm(fromMs).size >= windows ? [] : ['windows']))
    },
    close: async () => {
      await Promise.all(
        children.map(async child => {
          if (child.exitCode != null || child.signalCode != null) return
          const ended = new Promise(resolve => child.once('exit', resolve))
          // a stopped process takes this one
          child.kill('SIGKILL')
          await ended
        })
      )
      await rm(directory, { recursive: true, force: true })
    }
  }
}

/** A host that heard late where the network's windows begin is not late itself: one window has to follow on the other. */
function closedInTime(windows: ReadonlyMap<number, number>, fromMs: number): Set<number> {
  const isInTime = ([window, atMs]: readonly [number, number]): boolean => {
    const beforeMs = windows.get(window - 1)
    return beforeMs != null && beforeMs >= fromMs && Math.abs(atMs - beforeMs - WINDOW_MS) <= WINDOW_MS / 2
  }
  return new Set([...windows].filter(isInTime).map(([window]) => window))
}
