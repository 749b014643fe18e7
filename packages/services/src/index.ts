/**
 * A neighbourhood watch as a libp2p service: `peerwatch({ network })` among the services of a node.
 *
 * @packageDocumentation
 */
export { createNetworkFile, NETWORK_DEFAULTS } from './authority.ts'
export type { NetworkFileInit } from './authority.ts'
export type { Core, Eviction, KnownPeer, Neighbour, Part, PeerwatchComponents } from './core.ts'
export { gossipTopics } from './core-topics.ts'
export { systemClock } from './create-core.ts'
export { ServicesError } from './errors.ts'
export type { ServicesErrorCode } from './errors.ts'
export type { FindingOutcome, PeerwatchEvents, RegistryState, StandingState } from './events.ts'
export { messageId } from './message-id.ts'
export { networkId, openRoster, parseNetwork } from './network.ts'
export type { Network, NetworkFile, Roster, Scope } from './network.ts'
export { readNetwork } from './network-file.ts'
export { peerwatch } from './peerwatch.ts'
export type { CoarseStanding, Peerwatch } from './peerwatch.ts'
export type { Assembly } from './roles/assembly.ts'
export type { CoreOptions, PeerOptions } from './roles/options.ts'
export { seed } from './roles/seed.ts'
export type { SeedOptions } from './roles/seed.ts'
export { trusted } from './roles/trusted.ts'
export type { TrustedOptions, TrustedTier } from './roles/trusted.ts'
export { watcher } from './roles/watcher.ts'
export type { WatcherOptions } from './roles/watcher.ts'
export { createSigner, isSignedBy, openSigned } from './signatures.ts'
export type { Opened, Signer } from './signatures.ts'
