import { ApiError } from './api-error.ts'
import type { HistoryView, NodeView } from './node-view.ts'

export interface HistoryQuery {
  readonly windows?: string
}

/** How many windows are shown unless said otherwise, and at most: each of them is a fold over all reporters. */
export const HISTORY_WINDOWS = Object.freeze({ usual: 60, most: 360 })

/** `GET /v1/standing/:peer/history?windows=…`. Undefined on a role that keeps no records. */
export async function historyOf(view: NodeView, peer: string, { windows = String(HISTORY_WINDOWS.usual) }: HistoryQuery): Promise<HistoryView | undefined> {
  const count = Number(windows)
  if (!Number.isInteger(count) || count < 1 || count > HISTORY_WINDOWS.most) {
    throw new ApiError('bad-request', `windows: expected 1 to ${HISTORY_WINDOWS.most}, found ${JSON.stringify(windows.slice(0, 40))}`)
  }
  const history = await view.history(peer, count)
  if (history?.windows.length === 0) throw new ApiError('unknown-peer', `no report about ${peer} is stored`)
  return history
}
