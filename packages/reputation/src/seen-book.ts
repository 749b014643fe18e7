import type { Counts, EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'

/** What a watcher saw of one neighbour in one window. */
export interface Seen extends Counts {
  readonly peer: PeerIdString
  readonly dimension: EvictableDimension
  /** Whether the evidence that a finding needs is complete. */
  readonly finding: boolean
}

/** Sums over some windows. */
export interface SeenSum extends Counts {
  readonly finding: boolean
}

const NOTHING: SeenSum = Object.freeze({ ok: 0, bad: 0, finding: false })

/** What one watcher saw of its neighbours in its last windows. It is bounded, although the watcher is our own. */
export class SeenBook {
  readonly #byKey = new Map<string, { readonly peer: PeerIdString; readonly dimension: EvictableDimension; readonly windows: Map<WindowNumber, SeenSum> }>()
  readonly #keptWindows: number
  readonly #mostNeighbours: number
  #newestWindow = -Infinity

  constructor(keptWindows: number, mostNeighbours = 2_048) {
    this.#keptWindows = keptWindows
    this.#mostNeighbours = mostNeighbours
  }

  /** The newest window that the watcher has told of. */
  get newestWindow(): WindowNumber {
    return this.#newestWindow
  }

  add(window: WindowNumber, seen: readonly Seen[]): void {
    if (window <= this.#newestWindow - this.#keptWindows) return
    this.#newestWindow = Math.max(this.#newestWindow, window)
    for (const { peer, dimension, ok, bad, finding } of seen) {
      const key = `${dimension} ${peer}`
      const entry = this.#byKey.get(key) ?? { peer, dimension, windows: new Map<WindowNumber, SeenSum>() }
      this.#byKey.delete(key)
      this.#byKey.set(key, entry)
      // told again after a lost link: what was dismissed does not come back
      entry.windows.set(window, { ok, bad, finding: finding && entry.windows.get(window)?.finding !== false })
      if (this.#byKey.size > this.#mostNeighbours) this.#byKey.delete(this.#byKey.keys().next().value!)
    }
    this.#prune()
  }

  #prune(): void {
    for (const [key, { windows }] of this.#byKey) {
      for (const window of windows.keys()) if (window <= this.#newestWindow - this.#keptWindows) windows.delete(window)
      if (windows.size === 0) this.#byKey.delete(key)
    }
  }

  /** Forgets one dimension, or all. */
  forget(peer: PeerIdString, dimension?: EvictableDimension): void {
    for (const [key, entry] of this.#byKey) if (entry.peer === peer && (dimension == null || entry.dimension === dimension)) this.#byKey.delete(key)
  }

  /** The sum from the first window to the last, both included. */
  sum(peer: PeerIdString, dimension: EvictableDimension, from: WindowNumber, to: WindowNumber): SeenSum {
    let result = NOTHING
    for (const [window, seen] of this.#byKey.get(`${dimension} ${peer}`)?.windows ?? []) {
      if (window < from || window > to) continue
      result = { ok: result.ok + seen.ok, bad: result.bad + seen.bad, finding: result.finding || seen.finding }
    }
    return result
  }

  /** The peers seen in this dimension, sorted, so that a seeded choice among them can be repeated. */
  peers(dimension: EvictableDimension): PeerIdString[] {
    return [...this.#byKey.values()].flatMap(entry => (entry.dimension === dimension ? [entry.peer] : [])).toSorted()
  }

  /**
   * Takes back the claim of complete evidence. The controls showed that the watcher itself was at fault, so it must not be drawn again until the
   * controls suit.
   */
  dismiss(peer: PeerIdString, dimension: EvictableDimension): void {
    const windows = this.#byKey.get(`${dimension} ${peer}`)?.windows
    for (const [window, seen] of windows ?? []) windows?.set(window, { ...seen, finding: false })
  }
}
