import { DIMENSIONS } from '@peerwatch/detection'
import { EXAMINER_PERIOD_WINDOWS, PRESETS } from '@peerwatch/model'
import { ReputationError } from './errors.ts'
import type { DimensionTable, Preset } from '@peerwatch/model'

/** What a judge can be told; the network's preset gives the first part, and every trusted node must use the same. */
export interface ReputationOptions {
  /** Windows after which half of the good evidence is forgotten. Longer: an old good name shields for longer. */
  readonly okHalfLifeWindows: number
  /** The same for bad evidence; never shorter than for good, or misdeeds wash off by waiting. */
  readonly badHalfLifeWindows: number
  /** By what peers are judged: what a reporter accuses below, what a control must pass, what a look must have seen. */
  readonly dimensions: DimensionTable
  readonly uncheckedCredibility: number
  /** A group whose best member weighs less cannot accuse. Higher: liars lose their voice sooner, as do the unlucky. */
  readonly accuserLeastWeight: number
  readonly restWindows: number
  readonly lookWindows: number
  readonly caseWindows: number
  readonly watchersCount: number
  readonly lookSlotsCount: number
  /** Windows that count as recent: on-off misdeeds show here before they show in the decayed sums. */
  readonly recentWindows: number
  /** Bad observations that an accusation needs. Lower: natural noise accuses. */
  readonly accusationLeastBad: number
  /** Accusing groups that make a suspect, where as many have evidence. Higher: fewer looks for nothing, and misdeeds towards few go unseen. */
  readonly suspicionGroups: number
  /** Observations that make a dimension known. */
  readonly knownObservations: number
  /** Windows after which a cut that was not reported again is no longer live; some, because reports come late. */
  readonly cutLiveWindows: number
  /** Windows of one reporter about one subject that are kept one by one, for recent evidence and retractions; older ones are sums. Higher: more memory. */
  readonly keptWindows: number
  readonly mostSubjects: number
  readonly mostReportersPerSubject: number
  /** Windows without a result after which the next examiner is asked. */
  readonly nextExaminerWindows: number
  /** Windows after which the next examiner in order proposes. */
  readonly nextProposerWindows: number
  readonly findingLiveWindows: number
  readonly controlsMost: number
  readonly controlsLeast: number
  /** Copies or slots that make a neighbour fit for a control. Higher: surer, and quiet networks reach no finding. */
  readonly controlLeastSeen: number
  readonly mostQueued: number
  readonly firstEvictionMs: number
  readonly longestEvictionMs: number
  /** Share of the registered peers that one trusted node may sign evictions of per window, and the least number of them. */
  readonly signedShare: number
  readonly signedLeast: number
}

const HOUR_MS = 60 * 60 * 1000

/** Source: docs/design.md, "From observations to eviction"; modelled before anything was built. */
export const DEFAULTS = Object.freeze({
  dimensions: DIMENSIONS,
  recentWindows: 3,
  accusationLeastBad: 3,
  suspicionGroups: 3,
  knownObservations: 20,
  cutLiveWindows: 6,
  keptWindows: 12,
  mostSubjects: 100_000,
  mostReportersPerSubject: 256,
  nextExaminerWindows: 3,
  nextProposerWindows: 2,
  findingLiveWindows: EXAMINER_PERIOD_WINDOWS,
  controlsMost: 5,
  controlsLeast: 3,
  controlLeastSeen: 8,
  mostQueued: 1_024,
  firstEvictionMs: HOUR_MS,
  longestEvictionMs: 7 * 24 * HOUR_MS,
  signedShare: 0.05,
  signedLeast: 2
})

/** Checks ranges and relations; throws ReputationError `bad-option` that names field, rule and value. */
export function resolveOptions(preset: Preset = PRESETS.demo, partial: Partial<ReputationOptions> = {}): ReputationOptions {
  const options: ReputationOptions = { ...DEFAULTS, ...preset, ...partial }
  for (const [field, value] of Object.entries(options)) {
    if (typeof value === 'number' && !(value > 0)) throw new ReputationError('bad-option', `${field}: expected a number above 0, found ${value}`)
  }
  const atMost = (low: keyof typeof DEFAULTS | keyof Preset, high: keyof typeof DEFAULTS | keyof Preset): void => {
    const [a, b] = [options[low as keyof ReputationOptions], options[high as keyof ReputationOptions]] as [number, number]
    if (a > b) throw new ReputationError('bad-option', `${low}: expected at most ${high} (${b}), found ${a}`)
  }
  atMost('okHalfLifeWindows', 'badHalfLifeWindows')
  atMost('recentWindows', 'keptWindows')
  atMost('controlsLeast', 'controlsMost')
  atMost('lookWindows', 'caseWindows')
  atMost('firstEvictionMs', 'longestEvictionMs')
  return options
}
