import type { EvictableDimension, PeerIdString } from '@peerwatch/model'

/** One subject has at most one case in each dimension. */
export function caseKey(subject: PeerIdString, dimension: EvictableDimension): string {
  return `${dimension} ${subject}`
}
