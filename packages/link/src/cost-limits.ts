import { BoundedMap } from '@peerwatch/model'
import type { Clock } from '@peerwatch/model'

/** A bucket that refills for each peer, or whatever else is named. It outlives streams, so that a reconnect refills nothing. */
export interface CostLimits {
  readonly take: (key: string, cost: number) => boolean
}

interface Bucket {
  readonly left: number
  readonly atMs: number
}

export interface CostLimitsInit {
  readonly perSecond: number
  readonly burst: number
  readonly mostKeys: number
  readonly clock: Pick<Clock, 'monotonicMs'>
}

export function costLimits({ perSecond, burst, mostKeys, clock }: CostLimitsInit): CostLimits {
  const buckets = new BoundedMap<string, Bucket>(mostKeys)
  return {
    take: (key, cost) => {
      const atMs = clock.monotonicMs()
      const bucket = buckets.get(key)
      const left = bucket == null ? burst : Math.min(burst, bucket.left + ((atMs - bucket.atMs) / 1000) * perSecond)
      const granted = left >= cost
      buckets.set(key, { left: granted ? left - cost : left, atMs })
      return granted
    }
  }
}
