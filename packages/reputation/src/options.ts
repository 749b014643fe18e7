import { DIMENSIONS } from '@peerwatch/detection'
import { EXAMINER_PERIOD_WINDOWS, PRESETS } from '@peerwatch/model'
import { ReputationError } from './errors.ts'
import type { DimensionTable, Preset } from '@peerwatch/model'

/** The constants of a judge. The network's preset gives the first part, which must be the same on every trusted node. */
export interface ReputationOptions {
  /** After so many windows, half of the good evidence is forgotten. Longer: an old good name protects for longer. */
  readonly okHalfLifeWindows: number
  /** The same for bad evidence. It is never shorter than for good evidence, or misdeeds would wash off by waiting. */
  readonly badHalfLifeWindows: number
  /** The dimensions: what a reporter accuses below, what a control must pass, and what a look must have seen. */
  readonly dimensions: DimensionTable
  readonly uncheckedCredibility: number
  /** A reporter is believed by its ledger of so many epochs. Higher: more of what it said is checked, and it is believed less for longer after a lie. */
  readonly ledgerEpochs: number
  /**
   * With this median difference from the checked reporters a reporter counts for nothing. Lower: liars count for nothing sooner, and so do reporters
   * that see what few others see.
   */
  readonly deviationMost: number
  /** What such a reporter still weighs, out of 1. */
  readonly deviationLeast: number
  /** A reporter is compared by so many subjects at least. */
  readonly deviationSubjects: number
  /** A group whose best member weighs less cannot accuse. Higher: liars lose their voice sooner, but so do unlucky reporters. */
  readonly accuserLeastWeight: number
  readonly restWindows: number
  readonly lookWindows: number
  readonly caseWindows: number
  readonly watchersCount: number
  readonly lookSlotsCount: number
  /** So many windows count as recent. On-off misdeeds show here before they show in the decayed sums. */
  readonly recentWindows: number
  /** An accusation needs so many bad observations. Lower: natural noise accuses. */
  readonly accusationLeastBad: number
  /** So many accusing groups make a suspect, if as many have evidence. Higher: fewer looks for nothing, but misdeeds towards few peers go unseen. */
  readonly suspicionGroups: number
  /** So many observations make a dimension known. */
  readonly knownObservations: number
  /** A cut that is not reported again is live for so many windows. It takes some, because reports come late. */
  readonly cutLiveWindows: number
  /**
   * The judge keeps so many windows of one reporter about one subject one by one, for recent evidence and retractions. Older ones are sums. Higher: more
   * memory.
   */
  readonly keptWindows: number
  readonly mostSubjects: number
  readonly mostReportersPerSubject: number
  /** After so many windows without a result the next examiner is asked. */
  readonly nextExaminerWindows: number
  /** After so many windows the next examiner in order proposes. */
  readonly nextProposerWindows: number
  readonly findingLiveWindows: number
  readonly controlsMost: number
  readonly controlsLeast: number
  /** A neighbour needs so many copies or slots to be a control. Higher: findings are surer, but quiet networks reach none. */
  readonly controlLeastSeen: number
  readonly mostQueued: number
  readonly firstEvictionMs: number
  readonly longestEvictionMs: number
  /** One trusted node may sign evictions of this share of the registered peers per window, and of at least so many. */
  readonly signedShare: number
  readonly signedLeast: number
}

const HOUR_MS = 60 * 60 * 1000

/** Source: docs/design.md, "From observations to eviction". It was modelled before anything was built. */
export const DEFAULTS = Object.freeze({
  dimensions: DIMENSIONS,
  // with the two of `SETTLED_EPOCHS` no more than are read at a start: 360 windows
  ledgerEpochs: 10,
  deviationMost: 0.5,
  deviationLeast: 1e-3,
  deviationSubjects: 3,
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

/** Checks ranges and relations. Throws ReputationError `bad-option`, which names the field, the rule and the value. */
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
