/** What the limits that the authority signs into the roster may be. */
export const ROSTER_RANGES = Object.freeze({
  maxDegree: { least: 1, most: 512 },
  requestsPerSecond: { least: 1, most: 1_000_000 },
  retentionMs: { least: 60_000, most: 366 * 86_400_000 },
  retentionBytes: { least: 2 ** 20, most: 2 ** 44 }
})

export type RosterLimits = { readonly [K in keyof typeof ROSTER_RANGES]?: number }
