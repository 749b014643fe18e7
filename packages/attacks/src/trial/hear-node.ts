import { describeEvent, hearAll } from '@peerwatch/node/events'
import type { PeerIdString } from '@peerwatch/model'
import type { PeerwatchEvents } from '@peerwatch/link'
import type { PeerwatchNode } from '@peerwatch/node/testnet'

/** One event of one node, as plain data. */
export interface Heard {
  readonly by: PeerwatchNode
  readonly event: keyof PeerwatchEvents
  /** As in the log, with peers as text. */
  readonly fields: Readonly<Record<string, unknown>>
}

export function hearNode(by: PeerwatchNode, hear: (heard: Heard) => void): void {
  hearAll(by.libp2p.services.peerwatch, (event, detail) => {
    hear({ by, event, fields: describeEvent(event, detail as never).fields })
  })
}

/** The peer that the event is about. */
export function subjectOf({ fields }: Heard): PeerIdString | undefined {
  return (fields.peer ?? fields.subject) as PeerIdString | undefined
}
