/**
 * The parts of a peer that other roles of Peerwatch are built of. For its own packages: no promise is made about them.
 *
 * @packageDocumentation
 */
export { assembleCommon } from './assemble-common.ts'
export type { Common } from './assemble-common.ts'
export type { Assembly } from './assembly.ts'
export { assemblePeer } from './assemble-peer.ts'
export { OBSERVERS } from './observation/observers.ts'
export type { Observer, ObserverFactory, ObserverInit } from './observation/observer.ts'
export { tally } from './observation/tally.ts'
export type { GossipCopy } from './gossip/gossip-tap.ts'
export { gossipTopics } from './gossip/core-topics.ts'
export { ping, pingUntil } from './neighbours/ping.ts'
export type { Pinged } from './neighbours/ping.ts'
export type { CoreOptions, PeerOptions } from './options.ts'
export { roleService } from './peerwatch.ts'
export type { Peerwatch } from './peerwatch.ts'
export { queryClient } from './query/query-client.ts'
export { standingMessage, toldFrom } from './query/standing-message.ts'
export { openGuest } from './registry/known-peers.ts'
export { readPeerRecord, withPeer } from './registry/peer-record.ts'
export type { ReadPeerRecord } from './registry/peer-record.ts'
export { changeOf, wireBytes } from './registry/changes.ts'
export type { RegistryClient } from './registry/registry-client.ts'
export type { SeedNews } from './registry/seed-pushes.ts'
export { DEATH_TESTS_COUNT, openVote, signVote, VOTE_LIVES_WINDOWS, votesNeeded } from './registry/removal-votes.ts'
export type { RemovalVote } from './registry/removal-votes.ts'
