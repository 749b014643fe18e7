import type { PeerIdString } from '@peerwatch/model'
import type { Core } from './core.ts'

/** Whether this node watches, reports and cuts such a peer: not itself, and no member of the roster. */
export function isSubject({ self, roster }: Pick<Core, 'self' | 'roster'>, peer: PeerIdString): boolean {
  return peer !== self && !roster.isMember(peer)
}
