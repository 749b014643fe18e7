import { Worker } from 'node:worker_threads'
import { THREADS_COUNT } from './roles.ts'
import type { News, Order, ThreadInit } from './thread-messages.ts'

/** The threads that run the hosts; the one that asks runs none. */
export interface HostThreads {
  readonly order: (thread: number, order: Order) => void
  readonly orderAll: (order: Order) => void
  /** Rejects when a thread fails, and never resolves: whatever waits for a thread races with it. */
  readonly failure: Promise<never>
  readonly end: () => Promise<void>
}

/** A neighbour of this file, under the name that it has where this one was compiled. */
const THREAD_FILE = new URL(import.meta.url.replace(/host-threads(?=\.[jt]s$)/, 'host-thread'))

export function startHostThreads(init: ThreadInit, hear: (news: News) => void): HostThreads {
  const threads = Array.from({ length: THREADS_COUNT }, () => new Worker(THREAD_FILE, { workerData: init }))
  const failure = new Promise<never>((_resolve, reject) => {
    for (const thread of threads) {
      thread.on('error', reject)
      thread.on('message', (news: News) => {
        if (news.type === 'failed') reject(new Error(news.message))
        else hear(news)
      })
    }
  })
  failure.catch(() => {})
  const order = (thread: number, what: Order): void => {
    threads[thread]?.postMessage(what)
  }
  return {
    order,
    orderAll: what => {
      for (const thread of threads.keys()) order(thread, what)
    },
    failure,
    end: async () => {
      await Promise.all(threads.map(async thread => thread.terminate()))
    }
  }
}
