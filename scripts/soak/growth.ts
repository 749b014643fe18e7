/** What a node process holds while nobody is linked to it but the other nodes. */
export interface Held {
  readonly heapBytes: number
  /** Sockets, files and the like that keep the process running. */
  readonly handles: number
  readonly timers: number
  readonly listeners: number
  /** Connections that are open. */
  readonly links: number
}

export interface Sample extends Held {
  readonly atMs: number
  /** Names that had come and gone by then. */
  readonly names: number
}

export interface Grown {
  readonly before: number
  readonly after: number
  /** The most that `after` may be. */
  readonly most: number
}

export type Growth = { readonly [K in keyof Held]: Grown }

/** By so much of it what a node holds may grow. */
const GROWTH_MOST = 0.05
/** A node has about ten: one more may be of a dial. What each host leaves behind is hundreds after minutes. */
const TIMERS_UNDER_WAY = 1
/** Heap that one name costs which a node has met, and how many are remembered. Source: docs/limits.md. */
const BYTES_A_NAME = 4 * 1024
const REMEMBERED_NAMES = 20_000
const LONGEST_WARMUP_MS = 10 * 60_000

/** Ten minutes of an hour; half of a short run, in which caches are still filling for longer. */
export function warmupMs(runMs: number): number {
  return Math.min(LONGEST_WARMUP_MS, runMs / 2)
}

/**
 * Compares the first third of what comes after the warm-up with the last.
 *
 * The least of each third counts: a collection that had not run yet or a dial that was under way is no leak, and what leaks raises the least too.
 */
export function growthOf(samples: readonly Sample[], runMs: number, isFresh: boolean): Growth {
  const counted = samples.filter(({ atMs }) => atMs >= warmupMs(runMs))
  const third = Math.max(1, Math.floor(counted.length / 3))
  const [first, last] = [counted.slice(0, third), counted.slice(-third)]
  const newNames = isFresh ? Math.min(REMEMBERED_NAMES, (last[0]?.names ?? 0) - (first[0]?.names ?? 0)) : 0
  const grown = (what: keyof Held, spare = 0): Grown => {
    const before = Math.min(...first.map(each => each[what]))
    return { before, after: Math.min(...last.map(each => each[what])), most: Math.floor(before * (1 + GROWTH_MOST)) + spare }
  }
  return {
    heapBytes: grown('heapBytes', newNames * BYTES_A_NAME),
    handles: grown('handles'),
    timers: grown('timers', TIMERS_UNDER_WAY),
    listeners: grown('listeners'),
    links: grown('links')
  }
}

/** The less of each. */
export function leastOf(one: Held, other: Held): Held {
  return {
    heapBytes: Math.min(one.heapBytes, other.heapBytes),
    handles: Math.min(one.handles, other.handles),
    timers: Math.min(one.timers, other.timers),
    listeners: Math.min(one.listeners, other.listeners),
    links: Math.min(one.links, other.links)
  }
}

export function hasHeld(growth: Growth): boolean {
  return Object.values(growth).every(({ after, most }) => after <= most)
}
