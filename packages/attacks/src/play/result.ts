import type { EvictableDimension, PeerIdString, PresetName } from '@peerwatch/model'
import type { FindingOutcome } from '@peerwatch/link'
import type { NodeRole } from '@peerwatch/node/roles'
import type { Fate } from './fates.ts'

export interface CastNode {
  readonly id: PeerIdString
  /** For people: `peer-7`. */
  readonly name: string
  readonly role: NodeRole
  /** `honest`, or what the node does wrong. */
  readonly behaviour: string
}

interface Judged {
  readonly id: PeerIdString
  readonly behaviour: string
}

export interface RunRemoval extends Judged {
  readonly afterMs: number
  /** The seeds that found it dead by their own tests. */
  readonly seeds: readonly PeerIdString[]
}

export interface RunEviction extends Judged {
  readonly dimension: EvictableDimension
  readonly reason: string
  /** Since the first misdeed. */
  readonly afterWindows: number
  readonly afterMs: number
  /** The groups on whose reports the case stood when the certificate was made. Empty: watchers saw the misdeed before. */
  readonly reporterGroups: readonly string[]
  /** The groups whose reports accuse it at the end of the run. */
  readonly accusedBy: readonly string[]
  readonly findings: readonly { readonly by: PeerIdString; readonly outcome: FindingOutcome }[]
  readonly signers: readonly PeerIdString[]
}

/** What should have become of one peer, and what did. */
export interface PeerFate extends Judged {
  readonly name: string
  readonly expected: Fate
  readonly found: Fate
  /** Since the first misdeed. Absent for a peer that is unharmed. */
  readonly afterWindows: number | undefined
  readonly afterMs: number | undefined
}

/** `shown`: everything came about. `missed`: enough good windows passed without it. `too-busy`: the machine was too late to tell. `stopped`: by Ctrl+C. */
export type RunEnd = 'shown' | 'missed' | 'too-busy' | 'stopped'

/** What `peerwatch demo --json` puts on stdout. */
export interface RunResult {
  /**
   * Whether each peer met with what the story promises: the dead are removed, corrupters and flooders are evicted everywhere, the slandered peer is
   * acquitted, and nobody else is harmed.
   */
  readonly ok: boolean
  readonly end: RunEnd
  readonly seed: number
  readonly preset: PresetName
  readonly elapsedMs: number
  /** When the misdeeds began, on the same clock. Absent: they never did. */
  readonly misdeedsAtMs: number | undefined
  /** The window in which the misdeeds began. Reports about an earlier window blame nobody for them. */
  readonly misdeedsWindow: number | undefined
  /** The windows since then: those that all hosts closed in time, and the others. */
  readonly windows: { readonly good: number; readonly late: number }
  readonly nodes: readonly CastNode[]
  readonly removed: readonly RunRemoval[]
  readonly evictions: readonly RunEviction[]
  /** The peers that were examined and found innocent. */
  readonly acquitted: readonly Judged[]
  readonly wronglyEvicted: readonly Judged[]
  /** The peers that should have been removed, evicted or acquitted, and were not. */
  readonly missed: readonly Judged[]
  /** The fate of every peer. */
  readonly fates: readonly PeerFate[]
}
