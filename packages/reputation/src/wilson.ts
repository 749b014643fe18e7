import { total } from '@peerwatch/model'
import type { Counts } from '@peerwatch/model'

const Z_95 = 1.96

/** The upper end of the 95 % Wilson interval of ok/(ok+bad); 1 if nothing was seen. Source: Wilson 1927. */
export function wilsonUpper(counts: Counts): number {
  const n = total(counts)
  if (n <= 0) return 1
  const share = counts.ok / n
  const z2 = Z_95 ** 2
  const centre = share + z2 / (2 * n)
  const spread = Z_95 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n ** 2))
  return Math.min(1, (centre + spread) / (1 + z2 / n))
}
