/** Whoever wants to be told of one thing. */
export interface Listeners<Args extends readonly unknown[]> {
  /** Returns what ends it; a listener that is added twice is told once. */
  readonly add: (listener: (...args: Args) => void) => () => void
  /** Tells all, in the order in which they came. */
  readonly tell: (...args: Args) => void
  readonly count: () => number
}

export function listeners<Args extends readonly unknown[] = []>(): Listeners<Args> {
  const all = new Set<(...args: Args) => void>()
  return {
    add: listener => {
      all.add(listener)
      return () => {
        all.delete(listener)
      }
    },
    tell: (...args) => {
      for (const listener of all) listener(...args)
    },
    count: () => all.size
  }
}
