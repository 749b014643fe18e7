import type { AttackOutcome } from './attack-run.ts'

/** What the process that tries attacks is asked for. */
export type TrialOrder = { readonly type: 'attempt'; readonly name: string; readonly seed: number } | { readonly type: 'end' }

/** What the process tells. */
export type TrialNews = { readonly type: 'said'; readonly line: string } | { readonly type: 'outcome'; readonly outcome: AttackOutcome }
