import type { EvictableDimension, PeerIdString, Report, WindowNumber } from '@peerwatch/model'
import type { Seen } from '@peerwatch/reputation'
import type { CaseNotice } from '@peerwatch/wire'

export type Unsubscribe = () => void

/** What one trusted node tells all others. */
export type Announcement = { readonly case: CaseNotice } | { readonly finding: Uint8Array } | { readonly certificate: Uint8Array }

/** What became of a verdict that was put to another trusted node. */
export type ProposalAnswer = { readonly signature: Uint8Array } | { readonly refused: string }

/** What an examination needs of the trust tree. `from` is always the Noise peer of the link. */
export interface ExaminationTree {
  /** Reports that this node holds, each once; `conflict` for another one by the same reporter for the same subject and window. */
  readonly onReport: (listener: (report: Report, conflict: boolean) => void) => Unsubscribe
  readonly onCase: (listener: (notice: CaseNotice, from: PeerIdString) => void) => Unsubscribe
  /** Encoded `Signed<Finding>`, not checked: live ones of other nodes, and those held on disk after a restart. */
  readonly onFinding: (listener: (encoded: Uint8Array) => void) => Unsubscribe
  readonly onCertificate: (listener: (encoded: Uint8Array) => void) => Unsubscribe
  /** One handler; never rejects. */
  readonly onPropose: (handler: (verdict: Uint8Array, from: PeerIdString) => Promise<ProposalAnswer>) => Unsubscribe
  readonly broadcast: (what: Announcement) => void
  /** Rejects where the node cannot be reached. */
  readonly propose: (node: PeerIdString, verdict: Uint8Array) => Promise<ProposalAnswer>
  readonly writeRecord: (kind: 'finding', subject: PeerIdString, signed: Uint8Array) => Promise<unknown>
  /** HMAC-SHA-256 with the pepper over the parts, one after the other. */
  readonly hmac: (...parts: Uint8Array[]) => Uint8Array
  /** How many peers the network has, as far as this node knows. */
  readonly registeredCount: () => number
}

/** One thing to look at. */
export interface LookOrder {
  readonly peer: PeerIdString
  readonly dimension: EvictableDimension
}

export interface WatcherSeen {
  readonly watcher: PeerIdString
  readonly window: WindowNumber
  readonly seen: readonly Seen[]
  /** Suspects to which a link was found. */
  readonly linked: readonly PeerIdString[]
}

/** A trusted node's side of the links to its watchers. */
export interface WatchersView {
  readonly connected: () => PeerIdString[]
  /** The whole list of what this watcher is to look at; sent when it differs, and again after a lost link. */
  readonly setLooks: (watcher: PeerIdString, looks: readonly LookOrder[]) => void
  readonly onSeen: (listener: (report: WatcherSeen) => void) => Unsubscribe
  readonly onChange: (listener: () => void) => Unsubscribe
}
