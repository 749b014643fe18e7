import { ApiError } from './api-error.ts'
import type { HistoryView, NodeView } from './node-view.ts'

export interface HistoryQuery {
  readonly windows?: string
}

/** How many windows are shown unless said otherwise, and at most: each of them is a fold over all reporters. */
export const HISTORY_WINDOWS = Object.freeze({ usual: 60, most: 360 })

/** Histories that are read and folded at a time: each holds the reports of hours in memory. */
const AT_A_TIME = 4

export type Histories = (peer: string, query: HistoryQuery) => Promise<HistoryView | undefined>

/** Answers as long as there are not too many at a time; throws ApiError `busy` beyond. */
export function histories(view: NodeView): Histories {
  let underWay = 0
  return async (peer, query) => {
    if (underWay >= AT_A_TIME) throw new ApiError('busy', `${AT_A_TIME} histories are being read; ask again`)
    underWay++
    try {
      return await historyOf(view, peer, query)
    } finally {
      underWay--
    }
  }
}

/** `GET /v1/standing/:peer/history?windows=…`. Undefined on a role that keeps no records. */
async function historyOf(view: NodeView, peer: string, { windows = String(HISTORY_WINDOWS.usual) }: HistoryQuery): Promise<HistoryView | undefined> {
  const count = Number(windows)
  if (!Number.isInteger(count) || count < 1 || count > HISTORY_WINDOWS.most) {
    throw new ApiError('bad-request', `windows: expected 1 to ${HISTORY_WINDOWS.most}, found ${JSON.stringify(windows.slice(0, 40))}`)
  }
  const history = await view.history(peer, count)
  if (history?.windows.length === 0) throw new ApiError('unknown-peer', `no report about ${peer} is stored`)
  return history
}
