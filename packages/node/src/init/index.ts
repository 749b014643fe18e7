/**
 * Makes a network: keys, roster and tokens, as files.
 *
 * @packageDocumentation
 */
export { changeRoster } from './change-roster.ts'
export { signErasure } from './sign-erasure.ts'
export type { ErasureInit, SignedErasure } from './sign-erasure.ts'
export { initNetwork } from './init-network.ts'
export type { ChangedRoster, RosterChange } from './change-roster.ts'
export type { MadeNetwork } from './init-network.ts'
export { INIT_DEFAULTS } from './options.ts'
export type { InitOptions } from './options.ts'
