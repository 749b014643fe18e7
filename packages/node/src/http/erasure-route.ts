import { once } from 'node:events'
import { ApiError } from './api-error.ts'
import type { FastifyReply } from 'fastify'
import type { ExportLineView, PublishedErasureView } from './erasure-view.ts'
import type { NodeView } from './node-view.ts'

/** Exports at a time: each has a page of every trusted node in memory. */
const EXPORTS_MOST = 2

/** `POST /v1/erasures/:peer` with `{ "erasure": BASE64 }`: the node checks the authority's signature, erases, and hands it on. Undefined on a role without records. */
export async function publishErasure(view: NodeView, peer: string, body: unknown): Promise<PublishedErasureView | undefined> {
  const { erasure } = (typeof body === 'object' && body != null ? body : {}) as { readonly erasure?: unknown }
  if (typeof erasure !== 'string' || !/^[A-Za-z0-9+/]+=*$/.test(erasure)) throw new ApiError('bad-request', 'erasure: expected base64')
  try {
    return await view.publishErasure(peer, Buffer.from(erasure, 'base64'))
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message: string }
    if (code !== 'bad-signature' && code !== 'refused') throw error
    const { network } = view.status()
    throw new ApiError('bad-erasure', message, {
      found: `the node, of the network "${network}", does not take it: ${message}`,
      expected: 'an erasure of an ordinary peer, up to this epoch at most, that the authority of its network signed',
      remedy: 'give the folder of that network with --authority, compare the clocks (`peerwatch doctor`), and remove members with `peerwatch roster remove`'
    })
  }
}

export type OpenExport = (reply: FastifyReply, lines: AsyncGenerator<ExportLineView>) => void

/** Answers with a JSON object per line, each when the reader has taken those before; throws ApiError `busy` where there are too many. */
export function exports(onError: (error: unknown) => void): OpenExport {
  let underWay = 0
  return (reply, lines) => {
    if (underWay >= EXPORTS_MOST) throw new ApiError('busy', `${EXPORTS_MOST} exports are being read; ask again`)
    const { raw } = reply
    reply.hijack()
    if (raw.destroyed) return
    const gone = new AbortController()
    raw.on('error', () => {})
    raw.on('close', () => {
      gone.abort()
    })
    raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
    const write = async (): Promise<void> => {
      for await (const line of lines) {
        if (gone.signal.aborted) return
        if (!raw.write(`${JSON.stringify(line)}\n`)) await once(raw, 'drain', { signal: gone.signal })
      }
      raw.end()
    }
    underWay++
    write()
      .catch((error: unknown) => {
        if (!gone.signal.aborted) onError(error)
        // without its last line nobody takes it for all
        raw.destroy()
      })
      .finally(() => {
        underWay--
      })
  }
}
