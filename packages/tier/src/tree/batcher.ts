import { ServicesError } from '@peerwatch/link'

export interface BatcherInit<T, R> {
  readonly mostItems: number
  readonly mostBytes: number
  readonly bytesOf: (item: T) => number
  /** Batches under way at a time. */
  readonly concurrency: number
  /** Items that wait, at most; a further one is refused with `busy`. */
  readonly mostQueued: number
  /** One result per item, in order; a rejection is that of each item. */
  readonly run: (items: readonly T[]) => Promise<readonly R[]>
}

/** Group commit: whatever comes while a batch is under way goes into the next one, so one fsync or frame serves many. */
export interface Batcher<T, R> {
  readonly push: (item: T) => Promise<R>
  readonly queued: () => number
}

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

export function batcher<T, R>(init: BatcherInit<T, R>): Batcher<T, R> {
  let queue: Waiting<T, R>[] = []
  let underWay = 0
  let isScheduled = false

  const take = (): Waiting<T, R>[] => {
    let bytes = 0
    let count = 0
    while (count < queue.length && count < init.mostItems) {
      bytes += init.bytesOf(queue[count]!.item)
      if (count > 0 && bytes > init.mostBytes) break
      count++
    }
    const batch = queue.slice(0, count)
    queue = queue.slice(count)
    return batch
  }
  const settle = async (batch: Waiting<T, R>[]): Promise<void> => {
    try {
      const results = await init.run(batch.map(({ item }) => item))
      if (results.length !== batch.length) throw new ServicesError('refused', `${results.length} results for ${batch.length} items`)
      for (const [index, { resolve }] of batch.entries()) resolve(results[index]!)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
    underWay--
    schedule()
  }
  const pump = (): void => {
    isScheduled = false
    while (underWay < init.concurrency && queue.length > 0) {
      underWay++
      void settle(take())
    }
  }
  const schedule = (): void => {
    if (isScheduled || queue.length === 0 || underWay >= init.concurrency) return
    isScheduled = true
    // after this turn of the event loop: all that came with it goes together
    setImmediate(pump)
  }
  return {
    push: async item =>
      new Promise((resolve, reject) => {
        if (queue.length >= init.mostQueued) {
          reject(new ServicesError('busy', `${queue.length} items wait`))
          return
        }
        queue.push({ item, resolve, reject })
        schedule()
      }),
    queued: () => queue.length
  }
}
