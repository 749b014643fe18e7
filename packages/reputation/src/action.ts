import type { Dimension, EvictableDimension, PeerIdString } from '@peerwatch/model'
import type { Admission, Case, CaseOutcome } from './case-book.ts'
import type { Assessment } from './examine.ts'
import type { Finding } from './finding-book.ts'
import type { Look } from './look-book.ts'
import type { StandingState } from './standing.ts'
import type { Proposal } from './verdict.ts'

export type ConclusiveAssessment = Assessment & { readonly outcome: 'failed' | 'not confirmed' }

interface Watched {
  readonly subject: PeerIdString
  readonly dimension: EvictableDimension
  readonly watcher: PeerIdString
}

type Plain =
  | ({ readonly type: 'look' } & Watched)
  | { readonly type: 'end look'; readonly look: Look }
  | ({ readonly type: 'dismiss evidence' } & Watched)
  | { readonly type: 'close case'; readonly open: Case; readonly outcome: CaseOutcome }

/** What follows from all that is known, before it is in force here. */
export type Decision = { readonly reason: string } & (
  | Plain
  | { readonly type: 'open case'; readonly admission: Admission }
  | ({ readonly type: 'sign finding'; readonly assessment: ConclusiveAssessment } & Watched)
  | { readonly type: 'propose'; readonly open: Case }
)

/** What is in force here, and what the node has to do about it. The reason becomes the line in the log. */
export type Action = { readonly reason: string } & (
  | Plain
  /** Tell all other trusted nodes. */
  | { readonly type: 'open case'; readonly open: Case }
  /** Another trusted node told of the case. */
  | { readonly type: 'join case'; readonly open: Case }
  /** Sign the finding, tell it to the others, and keep it. */
  | { readonly type: 'sign finding'; readonly finding: Finding }
  /** Another trusted node signed the finding. */
  | { readonly type: 'take finding'; readonly finding: Finding }
  /** Sign the verdict, and ask the nodes that found the same to sign it too. `findings`: all live ones in the case. */
  | { readonly type: 'propose'; readonly open: Case; readonly findings: readonly Finding[]; readonly proposal: Proposal }
  | { readonly type: 'sign verdict'; readonly proposal: Proposal; readonly proposer: PeerIdString }
  | { readonly type: 'refuse verdict'; readonly proposal: Proposal; readonly proposer: PeerIdString }
  | { readonly type: 'change standing'; readonly peer: PeerIdString; readonly state: StandingState; readonly dimension: Dimension | undefined }
)
