/**
 * A neighbourhood watch as a libp2p service: `peerwatch({ network })` among the services of a node.
 *
 * @packageDocumentation
 */
export type { Appeal } from './appeal/appeals.ts'
export type { Assembly } from './assembly.ts'
export { gossipTopics } from './gossip/core-topics.ts'
export type { GossipLimitsOptions } from './gossip/gossip-limits.ts'
export { messageId } from './gossip/message-id.ts'
export type { LiveOptions } from './live-options.ts'
export type { CoreOptions, PeerOptions } from './options.ts'
export type { Observer, ObserverFactory, ObserverInit } from './observation/observer.ts'
export { peerwatch } from './peerwatch.ts'
export type { Peerwatch } from './peerwatch.ts'
export type { ServiceStatus } from './service-status.ts'
export type { ReportingOptions } from './reporting/reporting.ts'
export { traced } from './traced.ts'
export type { PeerwatchTracer, TraceSpan } from './traced.ts'
export type {
  BudgetName,
  Budgets,
  CoarseStanding,
  Core,
  Eviction,
  FindingOutcome,
  Health,
  HealthState,
  KnownPeer,
  Neighbour,
  Network,
  NetworkFile,
  NetworkFileInit,
  Opened,
  Part,
  PeerwatchComponents,
  PeerwatchEvents,
  RegistryState,
  RegistryStatus,
  Roster,
  Scope,
  SeedFailure,
  ServicesErrorCode,
  Signer,
  StandingState
} from '@peerwatch/link'
export {
  BUDGET_NAMES,
  createNetworkFile,
  createSigner,
  isSignedBy,
  NETWORK_DEFAULTS,
  networkId,
  openRoster,
  openSigned,
  parseNetwork,
  readNetwork,
  ServicesError
} from '@peerwatch/link'
