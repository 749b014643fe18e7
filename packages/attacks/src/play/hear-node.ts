import { describeEvent as plainEvent } from '@peerwatch/node/events'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { News, ThreadInit, Told } from './thread-messages.ts'

/** A node, and what it has told so far. */
export interface Heard {
  readonly node: PeerwatchNode
  readonly messages: () => number
  readonly reports: () => number
}

/** Passes on what a node tells: its events as plain data, and how late it closes its windows. */
export function hearNode(node: PeerwatchNode, events: ThreadInit['events'], tell: (news: News) => void): Heard {
  const { peerwatch } = node.libp2p.services
  const { windows } = peerwatch.assembly.core
  let messages = 0
  let reports = 0
  for (const event of events) {
    peerwatch.addEventListener(event, ({ detail }) => {
      // a finding is told by whoever signed it, not by those who hear of it
      if (event === 'finding:signed' && 'by' in detail && !detail.by.equals(node.peerId)) return
      const told = { event, detail: plainEvent(event, detail as never).fields } as unknown as Told
      tell({ type: 'told', node: node.name, told })
    })
  }
  peerwatch.addEventListener('report:acknowledged', () => {
    reports++
  })
  node.onFirstSight(() => {
    messages++
  })
  windows.onWindow(window => {
    const { window: current, offsetMs } = windows.now()
    tell({ type: 'closed', node: node.name, window, lateMs: (current - window - 1) * windows.windowMs + offsetMs })
  })
  return { node, messages: () => messages, reports: () => reports }
}
