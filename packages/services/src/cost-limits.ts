import { BoundedMap } from './bounded-map.ts'
import type { Clock, PeerIdString } from '@peerwatch/model'

/** What each peer may still ask: a bucket that refills. It outlives streams, so that a reconnect refills nothing. */
export interface CostLimits {
  readonly take: (peer: PeerIdString, cost: number) => boolean
}

interface Bucket {
  readonly left: number
  readonly atMs: number
}

export function costLimits(init: { readonly perSecond: number; readonly burst: number; readonly mostPeers: number; readonly clock: Clock }): CostLimits {
  const { perSecond, burst, mostPeers, clock } = init
  const buckets = new BoundedMap<PeerIdString, Bucket>(mostPeers)
  return {
    take: (peer, cost) => {
      const atMs = clock.monotonicMs()
      const bucket = buckets.get(peer)
      const left = bucket == null ? burst : Math.min(burst, bucket.left + ((atMs - bucket.atMs) / 1000) * perSecond)
      const granted = left >= cost
      buckets.set(peer, { left: granted ? left - cost : left, atMs })
      return granted
    }
  }
}
