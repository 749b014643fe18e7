import { systemClock } from '@peerwatch/model/system-clock'
import { within } from '@peerwatch/model/timing'
import { askNode, readApiFile } from '@peerwatch/node/api-file'
import type { ReadyView } from '@peerwatch/node/node-view'
import type { ListedNode } from './listed-node.ts'

/** Whether a node that runs takes part in its network. */
export interface NodeState {
  /** `no-answer`: stopped, or too busy; its neighbours take it for dead. */
  readonly state: 'ready' | 'not-ready' | 'no-answer'
  /** Why it is not ready. */
  readonly reason?: string | undefined
}

/** All are asked at once. */
const ANSWERS_WITHIN_MS = 2_000

export async function askState({ dataDir }: ListedNode): Promise<NodeState> {
  try {
    const { address, token } = await readApiFile(dataDir)
    const text = await within(systemClock, ANSWERS_WITHIN_MS, async signal =>
      (await askNode({ address, token, method: 'GET', path: '/readyz', signal })).text()
    )
    const { ready, reason } = JSON.parse(text) as ReadyView
    return ready ? { state: 'ready' } : { state: 'not-ready', reason }
  } catch {
    return { state: 'no-answer' }
  }
}
