import type { AttackOutcome } from './attack-run.ts'

/** What the process that tries attacks is asked for. */
export interface TrialOrder {
  readonly name: string
  readonly seed: number
}

/** What it tells. */
export type TrialNews = { readonly type: 'said'; readonly line: string } | { readonly type: 'outcome'; readonly outcome: AttackOutcome }
