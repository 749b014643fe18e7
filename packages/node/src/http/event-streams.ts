import { ApiError } from './api-error.ts'
import type { FastifyReply } from 'fastify'
import type { ServerResponse } from 'node:http'
import type { NodeEvent } from '../logging/node-event.ts'

const STREAMS_MOST = 8
/** A reader that is further behind is cut off. */
const UNREAD_BYTES_MOST = 1024 * 1024

export interface EventStreams {
  /** Answers with the recent events given, then those that come, one JSON object per line, until the reader goes. Throws `busy` when there are too many. */
  readonly open: (reply: FastifyReply, recent: readonly NodeEvent[]) => void
  readonly close: () => void
}

export function eventStreams(subscribe: (listener: (event: NodeEvent) => void) => () => void): EventStreams {
  const readers = new Set<ServerResponse>()
  return {
    open: (reply, recent) => {
      if (readers.size >= STREAMS_MOST) throw new ApiError('busy', `${STREAMS_MOST} event streams are open`)
      const { raw } = reply
      reply.hijack()
      // the reader may be gone, and would be told to have gone never again
      if (raw.destroyed) return
      raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
      raw.flushHeaders()
      for (const event of recent) raw.write(`${JSON.stringify(event)}\n`)
      readers.add(raw)
      const unsubscribe = subscribe(event => {
        if (raw.writableLength > UNREAD_BYTES_MOST) raw.destroy()
        else raw.write(`${JSON.stringify(event)}\n`)
      })
      raw.on('error', () => {})
      raw.on('close', () => {
        unsubscribe()
        readers.delete(raw)
      })
    },
    close: () => {
      for (const reader of readers) reader.end()
    }
  }
}
