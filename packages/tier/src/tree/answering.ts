import { TREE_STATUS } from '@peerwatch/wire'
import { answerCall, mayCallAny, Refusal } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { TreeRequest, TreeResponse } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { TierCalls, TierParts, TierTable } from './calls.ts'
import type { Views } from './views.ts'

type Answer = Partial<Omit<TreeResponse, 'id'>>

/** Answers requests of the other trusted nodes. If the asker has another view, the node answers nothing and shows it the whole view. */
export function answering<Rows extends TierCalls>(
  core: Core,
  view: Views,
  { table, parts }: { readonly table: TierTable<Rows>; readonly parts: TierParts }
): (from: PeerIdString, request: TreeRequest) => Promise<Answer> {
  return async (from, request) => {
    try {
      await view.merge(from, request.hello)
      if (request.view != null && !view.isOurs(request.view)) {
        return { status: TREE_STATUS.view, reason: 'another view', hello: view.hello(true, from) }
      }
      if (!mayCallAny(core, table, from)) return table.refusal.encode(new Refusal('refused', 'not in the roster'))
      const answered = await answerCall(core, table, parts, from, request)
      // what a mover has read by the newer view must not be acknowledged by the older one after that
      if (request.write != null && request.view != null && !view.isOurs(request.view)) {
        return { status: TREE_STATUS.view, reason: 'another view since then', hello: view.hello(true, from) }
      }
      return request.hello == null ? answered : { hello: view.hello(false, from), ...answered }
    } catch (error) {
      core.log.error('tree request of %s: %e', from, error)
      return table.refusal.encode(new Refusal('failed', error instanceof Error ? error.message : 'failed'))
    }
  }
}
