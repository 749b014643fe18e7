import type { EvictableDimension, PeerIdString, PresetName } from '@peerwatch/model'
import type { FindingOutcome } from '@peerwatch/link'
import type { Fate } from './fates.ts'

export interface CastNode {
  readonly id: PeerIdString
  /** For people: `peer-7`. */
  readonly name: string
  readonly role: 'seed' | 'trusted' | 'watcher' | 'peer'
  /** `honest`, or what the node does wrong. */
  readonly behaviour: string
}

interface Judged {
  readonly id: PeerIdString
  readonly behaviour: string
}

export interface RunRemoval extends Judged {
  readonly afterMs: number
  /** The seeds whose tests it failed. */
  readonly seeds: readonly PeerIdString[]
}

export interface RunEviction extends Judged {
  readonly dimension: EvictableDimension
  readonly reason: string
  /** Since the first misdeed. */
  readonly afterWindows: number
  readonly afterMs: number
  /** On whose reports the case stood when the certificate was made; none where watchers saw it before. */
  readonly reporterGroups: readonly string[]
  /** Whose reports accuse it at the end of the run. */
  readonly accusedBy: readonly string[]
  readonly findings: readonly { readonly by: PeerIdString; readonly outcome: FindingOutcome }[]
  readonly signers: readonly PeerIdString[]
}

/** What should have become of one peer, and what did. */
export interface PeerFate extends Judged {
  readonly name: string
  readonly expected: Fate
  readonly found: Fate
  /** Since the first misdeed; left out for who is unharmed. */
  readonly afterWindows: number | undefined
  readonly afterMs: number | undefined
}

/** `shown`: all came about. `missed`: good windows enough passed without it. `too-busy`: the machine was too late to tell. `stopped`: by Ctrl+C. */
export type RunEnd = 'shown' | 'missed' | 'too-busy' | 'stopped'

/** What `peerwatch demo --json` puts on stdout. */
export interface RunResult {
  /** Each peer met with what the story promises: the dead removed, corrupters and flooders evicted everywhere, the slandered acquitted, nobody else harmed. */
  readonly ok: boolean
  readonly end: RunEnd
  readonly seed: number
  readonly preset: PresetName
  readonly elapsedMs: number
  /** When the misdeeds began, on the same clock; left out where they never did. */
  readonly misdeedsAtMs: number | undefined
  /** The window in which they did: what was reported of an earlier one is innocent. */
  readonly misdeedsWindow: number | undefined
  /** Since then: those that all hosts closed in time, and the others. */
  readonly windows: { readonly good: number; readonly late: number }
  readonly nodes: readonly CastNode[]
  readonly removed: readonly RunRemoval[]
  readonly evictions: readonly RunEviction[]
  /** Examined and found innocent. */
  readonly acquitted: readonly Judged[]
  readonly wronglyEvicted: readonly Judged[]
  /** Should have been removed, evicted or acquitted and was not. */
  readonly missed: readonly Judged[]
  /** Of every peer. */
  readonly fates: readonly PeerFate[]
}
