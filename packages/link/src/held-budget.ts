/** The bytes that the streams of a process hold together. */
export interface HeldBudget {
  /** `end` names the stream, and ends it. */
  readonly hold: (end: () => void, bytes: number) => void
  readonly heldBytes: () => number
}

/** The stream to end: the one that holds most, or the one that has held something for the longest time. */
export type HeldBy = 'largest' | 'oldest'

/** Each stream has a bound of its own; thousands of them, each just below it, would still fill the memory: then one is ended, and the next. */
export function heldBudget(mostBytes: number, ends: HeldBy): HeldBudget {
  /** In the order in which they began to hold something. */
  const held = new Map<() => void, number>()
  let total = 0
  const set = (end: () => void, bytes: number): void => {
    total += bytes - (held.get(end) ?? 0)
    if (bytes === 0) held.delete(end)
    else held.set(end, bytes)
  }
  const largest = (): (() => void) | undefined => {
    let found: (() => void) | undefined
    let most = 0
    for (const [end, bytes] of held) {
      if (bytes <= most) continue
      most = bytes
      found = end
    }
    return found
  }
  const nextToEnd = (): (() => void) | undefined => {
    if (total <= mostBytes) return undefined
    return ends === 'largest' ? largest() : held.keys().next().value
  }
  const trim = (): void => {
    for (let next = nextToEnd(); next != null; next = nextToEnd()) {
      set(next, 0)
      next()
    }
  }
  return {
    hold: (end, bytes) => {
      set(end, bytes)
      trim()
    },
    heldBytes: () => total
  }
}
