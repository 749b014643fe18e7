import { Worker } from 'node:worker_threads'
import { roleNames } from '@peerwatch/node/roles'
import { THREADS_COUNT } from './roles.ts'
import type { News, Order, ThreadInit } from './thread-messages.ts'

/** The threads that run the hosts. The calling thread is the first of them. */
export interface HostThreads {
  readonly order: (thread: number, order: Order) => void
  readonly orderAll: (order: Order) => void
  /** Rejects when a thread fails, and never resolves. Whatever waits for a thread races with it. */
  readonly failure: Promise<never>
  readonly end: () => Promise<void>
}

interface HostThread {
  readonly order: (order: Order) => void
  readonly end: () => Promise<unknown>
}

/** A neighbour of this file. It has the extension that this file has, compiled or not. */
const THREAD_FILE = new URL(import.meta.url.replace(/host-threads(?=\.[jt]s$)/, 'host-thread'))

export function startHostThreads(init: ThreadInit, hear: (news: News) => void): HostThreads {
  const { promise: failure, reject } = Promise.withResolvers<never>()
  failure.catch(() => {})
  const threads = Array.from({ length: THREADS_COUNT }, (_, index) => (index === 0 ? callingThread : otherThread)(init, hear, reject))
  return {
    order: (thread, what) => threads[thread]?.order(what),
    orderAll: what => {
      for (const { order } of threads) order(what)
    },
    failure,
    end: async () => {
      await Promise.all(threads.map(async thread => thread.end()))
    }
  }
}

/** It has loaded much of what hosts need, and has little else to do: one thread less that loads and compiles the same. */
function callingThread(init: ThreadInit, hear: (news: News) => void, onFailure: (error: unknown) => void): HostThread {
  const hosts = import('./hosting.ts').then(({ hosting }) => hosting(init, hear))
  const obey = async (order: Order): Promise<void> => (await hosts).obey(order)
  return {
    order: what => {
      obey(what).catch(onFailure)
    },
    // where another thread failed, its hosts run on
    end: async () => obey({ type: 'stop', roles: roleNames() }).catch(() => {})
  }
}

function otherThread(init: ThreadInit, hear: (news: News) => void, onFailure: (error: unknown) => void): HostThread {
  const worker = new Worker(THREAD_FILE, { workerData: init })
  worker.on('error', onFailure)
  worker.on('message', (news: News) => {
    if (news.type === 'failed') onFailure(new Error(news.message))
    else hear(news)
  })
  return {
    order: what => {
      worker.postMessage(what, [])
    },
    end: async () => worker.terminate()
  }
}
