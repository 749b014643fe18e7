export interface GroupCommitInit<T, R> {
  /** The most items of one group, so that the first of a long queue does not wait for the last. A single item may weigh more than `mostWeight`. */
  readonly mostItems?: number
  readonly mostWeight: number
  readonly weightOf: (item: T) => number
  /** Groups under way at a time. */
  readonly concurrency: number
  /** Items that wait, at most; a further one is refused with what `full` makes. Default: no bound. */
  readonly mostQueued?: number
  readonly full?: (queuedCount: number) => Error
  /** Runs later what forms the next groups: whatever comes until then goes together. */
  readonly soon: (run: () => void) => void
  /** One result per item, in order; a rejection is that of each item. */
  readonly commit: (group: readonly T[]) => Promise<readonly R[]>
}

/** Items that come while a group is under way go into the next one. So one fsync or frame serves many. */
export interface GroupCommit<T, R> {
  readonly push: (item: T) => Promise<R>
  /** Runs alone, after what was pushed before and before what is pushed later. */
  readonly alone: <A>(task: () => Promise<A>) => Promise<A>
}

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

export function groupCommit<T, R>(init: GroupCommitInit<T, R>): GroupCommit<T, R> {
  const { mostItems = Infinity, mostWeight, weightOf, concurrency, mostQueued = Infinity, full = () => new RangeError('too many wait') } = init
  let queue: (Waiting<T, R> | { readonly task: () => Promise<void> })[] = []
  let underWay = 0
  let isScheduled = false

  const hasPlace = (): boolean => underWay < concurrency
  const nextGroup = (): Waiting<T, R>[] => {
    const group: Waiting<T, R>[] = []
    let weight = 0
    for (const entry of queue) {
      if ('task' in entry || group.length >= mostItems) break
      weight += weightOf(entry.item)
      if (group.length > 0 && weight > mostWeight) break
      group.push(entry)
    }
    queue = queue.slice(group.length)
    return group
  }
  const settle = async (group: readonly Waiting<T, R>[]): Promise<void> => {
    try {
      const results = await init.commit(group.map(({ item }) => item))
      if (results.length !== group.length) throw new RangeError(`${results.length} results for ${group.length} items`)
      for (const [index, { resolve }] of group.entries()) resolve(results[index]!)
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }
  const start = (work: Promise<void>, places: number): void => {
    underWay += places
    void work.finally(() => {
      underWay -= places
      schedule()
    })
  }
  const pump = (): void => {
    isScheduled = false
    while (hasPlace()) {
      const [first] = queue
      if (first == null) return
      if (!('task' in first)) start(settle(nextGroup()), 1)
      else if (underWay > 0) return
      else {
        queue.shift()
        start(first.task(), concurrency)
      }
    }
  }
  const schedule = (): void => {
    if (isScheduled || queue.length === 0 || !hasPlace()) return
    isScheduled = true
    init.soon(pump)
  }
  return {
    push: async item =>
      new Promise((resolve, reject) => {
        if (queue.length >= mostQueued) {
          reject(full(queue.length))
          return
        }
        queue.push({ item, resolve, reject })
        schedule()
      }),
    alone: async task =>
      new Promise((resolve, reject) => {
        queue.push({ task: async () => task().then(resolve, reject) })
        schedule()
      })
  }
}
