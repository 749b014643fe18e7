/** Calls a timer off; does nothing once it has run. */
export type CallOff = () => void

/** Where a shell takes time and timers from; pure code gets instants as arguments. */
export interface Clock {
  /** ms since the Unix epoch. */
  readonly nowMs: () => number
  /** ms since some fixed instant; never jumps. */
  readonly monotonicMs: () => number
  /**
   * Runs `run` once, at the earliest `ms` from now on the monotonic clock and never within this call.
   *
   * Those with the same `ms` run in the order of the calls; of others a late loop may run the later one first.
   */
  readonly after: (ms: number, run: () => void) => CallOff
}

/** Runs `run` every `everyMs`, for the first time that long from now; the next run is due that long after the last one began. */
export function repeat(clock: Pick<Clock, 'after'>, everyMs: number, run: () => void): CallOff {
  const tick = (): void => {
    callOff = clock.after(everyMs, tick)
    run()
  }
  let callOff = clock.after(everyMs, tick)
  return () => {
    callOff()
  }
}

/** A number in [0, 1). */
export type Rng = () => number

/** A small seeded generator (mulberry32), for choices that a test or `--seed` must be able to repeat; not for secrets. */
export function seededRng(seed: number): Rng {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A copy of `items` in random order. */
export function shuffled<T>(items: Iterable<T>, rng: Rng): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(rng() * (last + 1))
    const moved = result[last]!
    result[last] = result[other]!
    result[other] = moved
  }
  return result
}
