import { wireCodec } from './codec.ts'
import { AppealRequest, AppealResponse } from './generated/appeal.js'
import { CutNotice } from './generated/cut.js'
import { QueryRequest, QueryResponse } from './generated/query.js'
import { RegistryRequest, RegistryResponse } from './generated/registry.js'
import { ReportDown, ReportUp } from './generated/report.js'
import { Certificate, Erasure, Finding, Goodbye, Guest, Ledger, RemovalVote, Report, Roster, Signed, Stamp, Token, Verdict } from './generated/signed.js'
import { TreeRequest, TreeResponse } from './generated/tree.js'
import { WatcherDown, WatcherUp } from './generated/watch.js'
import { LIMITS } from './limits.ts'

/**
 * Every message of Peerwatch, by name: `messages.report.decode(bytes)`.
 *
 * protons' names for limits: `field: n` bounds a repeated field, `field$: {…}` is what holds inside each of its entries,
 * `field: {…}` is what holds inside a field that comes once.
 */
export const messages = Object.freeze({
  signed: wireCodec<Signed>('signed message', Signed, LIMITS.rosterBytes),
  roster: wireCodec<Roster>('roster', Roster, LIMITS.rosterBytes, {
    trusted: LIMITS.members,
    seeds: LIMITS.members,
    formerSeeds: LIMITS.members,
    formerTrusted: LIMITS.members,
    formerQuorums: LIMITS.cosignatures,
    requestLimits: LIMITS.requestLimits,
    trustedNames: LIMITS.members,
    seedNames: LIMITS.members,
    seedAddresses: LIMITS.members
  }),
  token: wireCodec<Token>('token', Token, LIMITS.tokenBytes),
  stamp: wireCodec<Stamp>('stamp', Stamp, LIMITS.stampBytes),
  goodbye: wireCodec<Goodbye>('goodbye', Goodbye, LIMITS.tokenBytes),
  removalVote: wireCodec<RemovalVote>('removal vote', RemovalVote, LIMITS.tokenBytes),
  guest: wireCodec<Guest>('guest', Guest, LIMITS.guestBytes, { addresses: LIMITS.addresses }),
  report: wireCodec<Report>('report', Report, LIMITS.reportBytes, { observations: LIMITS.observations, cuts: LIMITS.cuts }),
  finding: wireCodec<Finding>('finding', Finding, LIMITS.findingBytes),
  ledger: wireCodec<Ledger>('ledger entry', Ledger, LIMITS.ledgerBytes),
  erasure: wireCodec<Erasure>('erasure', Erasure, LIMITS.erasureBytes),
  verdict: wireCodec<Verdict>('verdict', Verdict, LIMITS.certificateBytes),
  certificate: wireCodec<Certificate>('certificate', Certificate, LIMITS.certificateBytes, { cosignatures: LIMITS.cosignatures }),
  registryRequest: wireCodec<RegistryRequest>('registry request', RegistryRequest, LIMITS.frameBytes, {
    dead: LIMITS.listedPeers,
    find: { peers: LIMITS.listedPeers },
    publish: { certificates: LIMITS.certificates, votes: LIMITS.votes }
  }),
  registryResponse: wireCodec<RegistryResponse>('registry response', RegistryResponse, LIMITS.frameBytes, {
    peers: LIMITS.listedPeers,
    certificates: LIMITS.certificates,
    changes: LIMITS.listedPeers,
    changes$: { votes: LIMITS.votes, dead: LIMITS.listedPeers }
  }),
  reportUp: wireCodec<ReportUp>('report frame', ReportUp, LIMITS.frameBytes, { reports: LIMITS.batch }),
  reportDown: wireCodec<ReportDown>('report answer', ReportDown, LIMITS.frameBytes, { answers: LIMITS.batch, certificates: LIMITS.certificates }),
  treeRequest: wireCodec<TreeRequest>('tree request', TreeRequest, LIMITS.frameBytes, {
    hello: { tokens: LIMITS.members, erasures: { signed: LIMITS.erasures } },
    write: { records: LIMITS.records },
    case: { groups: LIMITS.observations },
    credibilityOf: LIMITS.reporters,
    compare: { spans: LIMITS.spans }
  }),
  treeResponse: wireCodec<TreeResponse>('tree response', TreeResponse, LIMITS.frameBytes, {
    hello: { tokens: LIMITS.members, erasures: { signed: LIMITS.erasures } },
    outcomes: LIMITS.records,
    records: LIMITS.records,
    summaries: LIMITS.summaries,
    credibilities: LIMITS.reporters,
    epochSums: LIMITS.epochSums
  }),
  queryRequest: wireCodec<QueryRequest>('query', QueryRequest, LIMITS.signedBytes),
  queryResponse: wireCodec<QueryResponse>('query response', QueryResponse, LIMITS.frameBytes, { certificates: LIMITS.certificates }),
  appealRequest: wireCodec<AppealRequest>('appeal', AppealRequest, LIMITS.appealBytes),
  appealResponse: wireCodec<AppealResponse>('appeal answer', AppealResponse, LIMITS.frameBytes),
  cutNotice: wireCodec<CutNotice>('cut notice', CutNotice, LIMITS.cutNoticeBytes),
  watcherUp: wireCodec<WatcherUp>('watcher report', WatcherUp, LIMITS.frameBytes, { seen: LIMITS.seen, linked: LIMITS.looks }),
  watcherDown: wireCodec<WatcherDown>('watcher orders', WatcherDown, LIMITS.frameBytes, { looks: LIMITS.looks })
})
