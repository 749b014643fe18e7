/**
 * How nodes of Peerwatch talk: frames, requests, signatures, the roster, windows, and what all parts of a node share.
 *
 * @packageDocumentation
 */
export { CLOCK_TOLERANCE_WINDOWS } from './absence.ts'
export { createNetworkFile, NETWORK_DEFAULTS, signRoster } from './authority.ts'
export type { NetworkFileInit } from './authority.ts'
export { backOff } from './back-off.ts'
export type { BackOff, BackOffTimes } from './back-off.ts'
export { BUDGET_NAMES } from './budgets.ts'
export { EVENT_NAMES, GOSSIP_REFUSALS } from './events.ts'
export type { BudgetName, Budgets } from './budgets.ts'
export { answerCall, makeCall, mayCallAny, Refusal } from './call-table.ts'
export type { AnswerOf, AskOf, Call, CallTable, FieldCodec, News, NewsName } from './call-table.ts'
export type {
  CertificateBook,
  CoarseStanding,
  Core,
  Eviction,
  KnownPeer,
  Neighbour,
  NeighboursView,
  Part,
  PeerwatchComponents,
  RegistryStatus,
  RegistryView,
  SeedFailure,
  SeenNeighbour,
  SeenView
} from './core.ts'
export { costLimits } from './cost-limits.ts'
export type { CostLimitsInit } from './cost-limits.ts'
export { createCore } from './create-core.ts'
export { ServicesError } from './errors.ts'
export type { ServicesErrorCode } from './errors.ts'
export { ERASURE_REFUSALS, REGISTRY_BOUNDS, TIME_BOUNDS } from './events.ts'
export type { ErasureRefusal, FindingOutcome, GossipRefusal, PeerwatchEvents, RegistryBound, RegistryState, StandingState } from './events.ts'
export { frames } from './frames.ts'
export type { FrameFault, Frames } from './frames.ts'
export type { Health, HealthState } from './local-health.ts'
export { holdUnread, unreadBytes } from './incoming-frames.ts'
export { listeners, listenTo } from './listeners.ts'
export type { Listeners } from './listeners.ts'
export { addressesIn, groupOf, hostOf, PRIVATE_GROUP } from './groups.ts'
export { readNetwork } from './network-file.ts'
export { addressesOfSeed, networkId, openRoster, parseNetwork } from './network.ts'
export type { Network, NetworkFile, Roster, Scope } from './network.ts'
export { rosterChanges } from './roster-changes.ts'
export type { ChangedTerm, RosterChanges } from './roster-changes.ts'
export { peerIdBytes, peerIdFromBytes, peerIdText, readPeerId, toPeerId } from './peer-ids.ts'
export { otherKeyIn, reach, reachStream, reasonOf } from './reach.ts'
export type { Reach } from './reach.ts'
export { refuseUnknown, resolveNumbers } from './resolve-options.ts'
export { answerer, caller } from './rpc.ts'
export type { Answerer, Caller } from './rpc.ts'
export { served } from './served.ts'
export type { Arrival, Served } from './served.ts'
export { joinShortPieces } from './short-pieces.ts'
export { createSigner, hasSigned, isSignedBy, openSigned, peekSigned } from './signatures.ts'
export type { Opened, Signer } from './signatures.ts'
export { isSubject } from './subject.ts'
export { sendOn, takeOver } from './take-over.ts'
export { readCertificate, signersOf, VERDICT_KINDS } from './verdicts.ts'
export type { ReadCertificate } from './verdicts.ts'
