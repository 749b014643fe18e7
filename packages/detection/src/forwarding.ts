import type { ShownDimension } from '@peerwatch/model'

/** Copies of known messages that a mesh neighbour passed on. */
export const forwarding = {
  name: 'forwarding',
  number: 3,
  evictable: false,
  theta: 0.7,
  ratio: ({ ok, bad, groups }) => forwardingRatio(ok, ok + bad, groups)
} as const satisfies ShownDimension

/** f: what a neighbour itself brought cannot be brought back to it, hence d/(d−1); undefined for fewer than 2 reporters. */
export function forwardingRatio(copies: number, known: number, reporters: number): number | undefined {
  if (reporters < 2 || known <= 0) return undefined
  return Math.min(1, (copies / known) * (reporters / (reporters - 1)))
}
