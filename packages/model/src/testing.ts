/**
 * For tests of whatever takes a `Clock`.
 *
 * @packageDocumentation
 */
export * from './manual-clock.ts'
