/** What a peer is judged by. The number is its name on the wire and never changes; `honesty` of a reporter is kept apart (5 is reserved for it). */
export const DIMENSIONS = { liveness: 1, integrity: 2, forwarding: 3, resource: 4 } as const

export type Dimension = keyof typeof DIMENSIONS

/** The dimensions in which a case can be opened and a certificate signed; the others only lower a standing. */
export const EVICTABLE = ['integrity', 'resource'] as const satisfies readonly Dimension[]

export type EvictableDimension = (typeof EVICTABLE)[number]

export const dimensionNames: readonly Dimension[] = Object.keys(DIMENSIONS) as Dimension[]

/** The dimension with this number on the wire; undefined for one that this version does not know. */
export function findDimension(number: number): Dimension | undefined {
  return dimensionNames.find(name => DIMENSIONS[name] === number)
}

export function isEvictable(dimension: Dimension): dimension is EvictableDimension {
  return dimension === 'integrity' || dimension === 'resource'
}
