import { describeEvent, EVENT_TABLE } from '@peerwatch/node/events'
import type { PeerIdString } from '@peerwatch/model'
import type { PeerwatchEvents } from '@peerwatch/link'
import type { PeerwatchNode } from '@peerwatch/node/testnet'

/** One event of one node, as plain data. */
export interface Heard {
  readonly by: PeerwatchNode
  readonly event: keyof PeerwatchEvents
  /** As the log has them: peers as text. */
  readonly fields: Readonly<Record<string, unknown>>
}

const EVENTS = Object.keys(EVENT_TABLE).filter((name): name is keyof PeerwatchEvents => !name.startsWith('node:') && name !== 'chat:first-sight')

export function hearNode(by: PeerwatchNode, hear: (heard: Heard) => void): void {
  for (const event of EVENTS) {
    by.libp2p.services.peerwatch.addEventListener(event, ({ detail }) => {
      hear({ by, event, fields: describeEvent(event, detail as never).fields })
    })
  }
}

/** Whom the event is about. */
export function subjectOf({ fields }: Heard): PeerIdString | undefined {
  return (fields.peer ?? fields.subject) as PeerIdString | undefined
}
