import type { RatioSums } from '@peerwatch/model'

/** The share of good observations, drawn towards ½ by two more: a good and a bad one. */
export function goodShare({ ok, bad }: RatioSums): number {
  return (1 + ok) / (2 + (ok + bad))
}
