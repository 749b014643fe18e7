import { PRESETS, quorumFor } from '@peerwatch/model'
import { CAST } from './cast.ts'
import type { PresetName } from '@peerwatch/model'

export interface IntroductionInit {
  readonly seed: number
  readonly preset: PresetName
  readonly misdeedsAfterMs: number
  readonly limitMs: number
  /** The folder of the logs. */
  readonly logs: string
}

/** What the demo says before it begins: who takes part, and by which constants they go. */
export function introduction({ seed, preset, misdeedsAfterMs, limitMs, logs }: IntroductionInit): string[] {
  const { windowMs, pingEveryMs, pingMisses, watchersCount, theta, ...rest } = PRESETS[preset]
  const { okHalfLifeWindows, badHalfLifeWindows, lookWindows, caseWindows, refusedWindows, restWindows } = rest
  return [
    `Peerwatch demo: ${CAST.seeds} seeds, ${CAST.trusted} trusted nodes with ${watchersCount} watchers each, ${CAST.honest} honest peers, ${CAST.misbehaving.length} that misbehave; seed ${seed}`,
    `preset ${preset}: window ${windowMs / 1000} s; ping every ${pingEveryMs / 1000} s, ${pingMisses} misses = dead; θ integrity ${theta.integrity}, resource ${theta.resource}, forwarding ${theta.forwarding} (shown only)`,
    `k = ${quorumFor(CAST.trusted)} signatures evict; in windows: half-life of good evidence ${okHalfLifeWindows}, of bad ${badHalfLifeWindows}, look ${lookWindows}, case ${caseWindows}, refusal after a cut ${refusedWindows}, rest after an acquittal ${restWindows}`,
    `misdeeds begin after ${misdeedsAfterMs / 1000} s; it ends within ${limitMs / 1000} s; logs in ${logs}`,
    ''
  ]
}
