import { LIMITS } from '@peerwatch/wire'
import { ApiError } from './api-error.ts'
import type { NodeView, ReinstatementView } from './node-view.ts'

/** `POST /v1/reinstate/PEER` with `{ "reason": TEXT }`: the word of this trusted node's operator that the eviction was wrong. Undefined on other roles. */
export async function reinstate(view: NodeView, peer: string, body: unknown): Promise<ReinstatementView | undefined> {
  const { reason } = (typeof body === 'object' && body != null ? body : {}) as { readonly reason?: unknown }
  if (typeof reason !== 'string' || reason.trim() === '' || Buffer.byteLength(reason) > LIMITS.reasonBytes || /\p{Cc}/u.test(reason)) {
    throw new ApiError(
      'bad-request',
      `reason: expected 1 to ${LIMITS.reasonBytes} bytes of text in one line, found ${(JSON.stringify(reason) ?? 'none').slice(0, 100)}`
    )
  }
  const found = await view.reinstate(peer, reason.trim())
  if (found === null) throw new ApiError('not-evicted', `no eviction of ${peer} is in force here`)
  return found
}
