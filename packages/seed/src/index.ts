/**
 * A seed: the registry of live peers, its guests, and the tests of peers that others call dead.
 *
 * @packageDocumentation
 */
export { REGISTRY_SERVER_DEFAULTS } from './options.ts'
export type { RegistryServerOptions } from './options.ts'
export { seed } from './seed.ts'
export type { SeedAssembly, SeedOptions } from './seed.ts'
