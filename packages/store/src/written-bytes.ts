import type { RecordOutcome } from '@peerwatch/model'
import type { Offered } from './write-plan.ts'

/** Counts the bytes that went to disk since opening, by epoch. The tables of the database do not show what is still in its log. */
export interface WrittenBytes {
  readonly count: (offered: readonly Offered[], outcomes: readonly RecordOutcome[]) => void
  readonly forget: (epoch: number) => void
  readonly forgetUpTo: (floor: number) => void
  readonly sum: () => number
}

export function writtenBytes(): WrittenBytes {
  const byEpoch = new Map<number, number>()
  return {
    count: (offered, outcomes) => {
      for (const [index, { epoch, key, payload }] of offered.entries()) {
        if (outcomes[index] === 'stored') byEpoch.set(epoch, (byEpoch.get(epoch) ?? 0) + key.length + payload.length)
      }
    },
    forget: epoch => {
      byEpoch.delete(epoch)
    },
    forgetUpTo: floor => {
      for (const epoch of byEpoch.keys()) if (epoch <= floor) byEpoch.delete(epoch)
    },
    sum: () => {
      let sum = 0
      for (const bytes of byEpoch.values()) sum += bytes
      return sum
    }
  }
}
