import type { PeerIdString } from '@peerwatch/model'
import type { Core } from './core.ts'

/** Whether this node watches, reports and cuts the peer: any peer but itself and the members of the roster. */
export function isSubject({ self, roster }: Pick<Core, 'self' | 'roster'>, peer: PeerIdString): boolean {
  return peer !== self && !roster.isMember(peer)
}
