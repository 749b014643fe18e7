/** A thread of the demo. It runs its share of the hosts, and tells the stage of them in plain data. `host-threads.ts` starts it. */
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { News, Order, ThreadInit } from './thread-messages.ts'

if (parentPort == null) throw new TypeError('this file runs as a thread')
const port = parentPort
const tell = (news: News): void => {
  port.postMessage(news)
}

// every thread loads the same modules: compiled once, for the next runs too
enableCompileCache()
const { hosting } = await import('./hosting.ts')
const hosts = hosting(workerData as ThreadInit, tell)

port.on('message', (order: Order) => {
  hosts.obey(order).catch((error: unknown) => {
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  })
})
