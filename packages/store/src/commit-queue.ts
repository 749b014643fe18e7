/** Records that one batch takes at most, so that the first of a long queue is not kept waiting for the last. */
const WEIGHT_MOST = 4_096

export interface CommitQueue<T> {
  readonly push: (job: T, weight: number) => void
  /** Runs alone, after what was pushed before and before what is pushed later. */
  readonly alone: <R>(task: () => Promise<R>) => Promise<R>
}

/**
 * Group commit: jobs that arrive while a group is being written form the next one.
 *
 * @param commit - settles every job of the group and does not reject
 */
export function commitQueue<T>(commit: (group: readonly T[]) => Promise<void>): CommitQueue<T> {
  const waiting: ({ job: T; weight: number } | { task: () => Promise<void> })[] = []
  let running = false

  function nextGroup(): T[] {
    const group: T[] = []
    let weight = 0
    let taken = 0
    for (const entry of waiting) {
      if ('task' in entry || (taken > 0 && weight + entry.weight > WEIGHT_MOST)) break
      group.push(entry.job)
      weight += entry.weight
      taken++
    }
    waiting.splice(0, taken)
    return group
  }

  async function run(): Promise<void> {
    running = true
    // calls made in the same turn share the first batch
    await Promise.resolve()
    while (waiting.length > 0) {
      const [first] = waiting
      if (first != null && 'task' in first) {
        waiting.shift()
        await first.task()
      } else await commit(nextGroup())
    }
    running = false
  }

  function wake(): void {
    if (!running) void run()
  }

  return {
    push: (job, weight) => {
      waiting.push({ job, weight })
      wake()
    },
    alone: async task =>
      new Promise((resolve, reject) => {
        waiting.push({ task: async () => task().then(resolve, reject) })
        wake()
      })
  }
}
