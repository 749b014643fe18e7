/** One node in a process of its own, which says what it holds when it is asked. Started by `soak-network.ts`, with `--expose-gc`. */
import { parseNetwork } from '@peerwatch/link'
import { EVENT_TABLE } from '@peerwatch/node/events'
import { createNode, plannedInit } from '@peerwatch/node/testnet'
import type { PeerIdString } from '@peerwatch/model'
import type { PlannedNode, TestnetPlan } from '@peerwatch/node/testnet'
import type { Held } from './growth.ts'

export interface NodeOrder {
  readonly plan: Pick<TestnetPlan, 'directory' | 'file'>
  readonly planned: PlannedNode
  /** Makes it a watcher of this trusted node. */
  readonly owner?: PeerIdString
  readonly watcherIds?: readonly PeerIdString[]
}

export type NodeNews =
  | { readonly type: 'running'; readonly addresses: readonly string[]; readonly id: PeerIdString }
  | { readonly type: 'held'; readonly held: Held; readonly isReady: boolean; readonly isQuiet: boolean; readonly rejections: number }

const LIBP2P_EVENTS = [
  'peer:connect',
  'peer:disconnect',
  'peer:identify',
  'peer:update',
  'connection:open',
  'connection:close',
  'self:peer:update',
  'start',
  'stop'
]

let rejections = 0
process.on('unhandledRejection', error => {
  rejections++
  console.error('unhandled rejection', error)
})

async function start({ plan, planned, owner, watcherIds }: NodeOrder): Promise<void> {
  const node = await createNode({
    ...plannedInit(plan, await parseNetwork(plan.file), planned),
    ...(owner != null && { role: 'watcher' as const, owner }),
    ...(watcherIds != null && { watcherIds })
  })
  const { peerwatch } = node.libp2p.services
  const { events } = peerwatch.assembly.core.components
  const listenerCount = (): number => {
    const ofLibp2p = LIBP2P_EVENTS.map(name => events.listenerCount(name))
    const ofPeerwatch = Object.keys(EVENT_TABLE).map(name => peerwatch.listenerCount(name))
    const ofProcess = process.eventNames().map(name => process.listenerCount(name))
    return [...ofLibp2p, ...ofPeerwatch, ...ofProcess].reduce((sum, count) => sum + count, 0)
  }
  /** Nobody who left without a word is still redialled. */
  const isQuiet = (): boolean => peerwatch.neighbours().every(({ state }) => state === 'connected')
  const held = async (): Promise<Held> => {
    for (let times = 0; times < 3; times++) {
      await new Promise(resolve => {
        setImmediate(resolve)
      })
      globalThis.gc?.()
    }
    const resources = process.getActiveResourcesInfo()
    const timers = resources.filter(name => name === 'Timeout' || name === 'Immediate').length
    return {
      heapBytes: process.memoryUsage().heapUsed,
      handles: resources.length - timers,
      timers,
      listeners: listenerCount(),
      links: node.libp2p.getConnections().length
    }
  }
  process.on('message', order => {
    if (order === 'stop') void node.stop().finally(() => process.exit())
    else void held().then(now => tell({ type: 'held', held: now, isReady: node.view.ready().ready, isQuiet: isQuiet(), rejections }))
  })
  tell({ type: 'running', addresses: node.addresses(), id: peerwatch.assembly.core.self })
}

function tell(news: NodeNews): void {
  process.send?.(news)
}

process.once('message', order => {
  void start(order as NodeOrder)
})
process.once('disconnect', () => {
  process.exit()
})
