/**
 * Ids, units, records, clock and randomness: what every other package speaks of. Pure.
 *
 * @packageDocumentation
 */
export * from './bounded-map.ts'
export * from './causes.ts'
export * from './clock.ts'
export * from './counted.ts'
export * from './counts.ts'
export * from './dimension.ts'
export * from './fingerprint.ts'
export * from './group-commit.ts'
export * from './ids.ts'
export * from './in-order.ts'
export * from './in-turn.ts'
export * from './nearest.ts'
export * from './preset.ts'
export * from './record.ts'
export * from './report.ts'
export * from './roster-limits.ts'
export * from './text-of.ts'
export * from './timing.ts'
