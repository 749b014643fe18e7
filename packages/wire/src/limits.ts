import { DIMENSIONS_MOST } from '@peerwatch/model'

/** Size limits of every message, in bytes and entries. docs/limits.md has the same table; test/limits.test.ts compares them. */
export const LIMITS = Object.freeze({
  /** Any frame on any stream; below the 1 MiB that go-libp2p programs usually accept. */
  frameBytes: 512 * 1024,
  signedBytes: 4 * 1024,
  rosterBytes: 64 * 1024,
  tokenBytes: 512,
  stampBytes: 512,
  reportBytes: 2 * 1024,
  findingBytes: 1024,
  ledgerBytes: 512,
  /** Subjects by which one entry of a ledger compares a reporter. */
  deviations: 64,
  /** Reporters in one question of a trusted node to another. */
  reporters: 256,
  certificateBytes: 4 * 1024,
  guestBytes: 2 * 1024,
  /** One erasure with its signature. */
  erasureBytes: 184,
  peerRecordBytes: 4 * 1024,
  /** Ids of Ed25519, secp256k1 and RSA keys have 34 to 39 bytes. */
  peerIdBytes: 64,
  /** One address in a peer record. */
  addressBytes: 256,
  observations: DIMENSIONS_MOST,
  cuts: DIMENSIONS_MOST,
  cosignatures: 16,
  members: 512,
  /** Erasures that trusted nodes know at a time: a hello carries them all. */
  erasures: 1_000,
  /** An application's protocols that a roster limits. */
  requestLimits: 64,
  addresses: 16,
  /** Entries of a peer list, of which each has a signed record. */
  listedPeers: 100,
  /** Reports in one frame. */
  batch: 64,
  certificates: 100,
  records: 256,
  /** What is left of one reporter's reports about one subject in an expired epoch, and such in one page. */
  summaryBytes: 2 * 1024,
  summaries: 128,
  /** Ranges compared in one request, and epochs in its answer. */
  spans: 512,
  epochSums: 2048,
  votes: 16,
  cutNoticeBytes: 16,
  /** A question without content. */
  appealBytes: 16,
  reasonBytes: 200,
  /** The fields of one message and of all within it. A full list of changes has half as many. */
  fields: 32 * 1024,
  /** The messages within one message. */
  messages: 4 * 1024,
  looks: 64,
  seen: 1024
})
