/** What the streams of a process hold for readers that do not take it. */
export interface UnsentBudget {
  /** `end` names the stream, and ends it. */
  readonly hold: (end: () => void, bytes: number) => void
}

/** Each stream has a bound of its own; thousands of them, each just below it, would still fill the memory: then the largest is ended, and the next. */
export function unsentBudget(mostBytes: number): UnsentBudget {
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
  const trim = (): void => {
    const heaviest = total > mostBytes ? largest() : undefined
    if (heaviest == null) return
    set(heaviest, 0)
    heaviest()
    trim()
  }
  return {
    hold: (end, bytes) => {
      set(end, bytes)
      trim()
    }
  }
}
