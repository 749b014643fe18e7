import type { TypedEventTarget } from '@libp2p/interface'

/** The listeners to one thing. */
export interface Listeners<Args extends readonly unknown[]> {
  /** Returns a function that removes the listener. A listener that was added twice is called once. */
  readonly add: (listener: (...args: Args) => void) => () => void
  /** Calls all listeners, in the order in which they were added. */
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

/** Listens to events of `target`; returns a function that ends it for all of them. */
export function listenTo<Events extends object>(
  target: TypedEventTarget<Events>,
  handlers: { readonly [Name in keyof Events]?: (event: Events[Name]) => void }
): () => void {
  const all = Object.entries(handlers) as [keyof Events, (event: Events[keyof Events]) => void][]
  for (const [name, handler] of all) target.addEventListener(name, handler)
  return () => {
    for (const [name, handler] of all) target.removeEventListener(name, handler)
  }
}
