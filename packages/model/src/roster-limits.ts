/** The ranges of the limits that the authority signs into the roster. */
export const ROSTER_RANGES = Object.freeze({
  maxDegree: { least: 1, most: 512 },
  requestsPerSecond: { least: 1, most: 1_000_000 },
  retentionMs: { least: 60_000, most: 366 * 86_400_000 },
  retentionBytes: { least: 2 ** 20, most: 2 ** 44 }
})

const PROTOCOL = /^\/[\x21-\x7e]{1,127}$/
const OWN = ['/peerwatch/', '/ipfs/ping/', '/ipfs/id/', '/meshsub/', '/floodsub/']

/** Whether a network can limit this protocol: an application's own. Those of Peerwatch have `requestsPerSecond` and docs/limits.md. */
export function isLimitable(protocol: string): boolean {
  return PROTOCOL.test(protocol) && !OWN.some(prefix => protocol.startsWith(prefix))
}

export type RosterLimits = { readonly [K in keyof typeof ROSTER_RANGES]?: number }
