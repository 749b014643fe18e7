import type { Clock } from '@peerwatch/model'

/** `12.3 s` since that instant. */
export function seconds(clock: Clock, sinceMonotonicMs: number): string {
  return `${((clock.monotonicMs() - sinceMonotonicMs) / 1000).toFixed(1)} s`
}
