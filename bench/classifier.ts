/** One thing seen, with what it is. */
export interface Sample {
  readonly features: readonly number[]
  readonly isPositive: boolean
}

const STEPS = 1_500
const RATE = 0.3
/** Keeps a feature that is rare from deciding alone. */
const SHRINK = 1e-3

/** Logistic regression on standardised features and their squares: tells by more or less of a thing, and by its being unusual. */
export function train(samples: readonly Sample[]): (features: readonly number[]) => number {
  const width = samples[0]!.features.length
  const columns = Array.from({ length: width }, (_, at) => samples.map(({ features }) => features[at]!))
  const scale = columns.map(column => {
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length
    const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length)
    return { mean, deviation: deviation > 1e-9 ? deviation : 1 }
  })
  const expand = (features: readonly number[]): number[] => {
    const standard = features.map((value, at) => Math.max(-4, Math.min(4, (value - scale[at]!.mean) / scale[at]!.deviation)))
    return [1, ...standard, ...standard.map(value => value ** 2 - 1)]
  }
  const rows = samples.map(({ features }) => expand(features))
  const weights = Array.from({ length: 1 + 2 * width }, () => 0)
  const score = (row: readonly number[]): number => row.reduce((sum, value, at) => sum + value * weights[at]!, 0)
  const positives = samples.filter(({ isPositive }) => isPositive).length
  const balance = { positive: 0.5 / positives, negative: 0.5 / (samples.length - positives) }
  for (let step = 0; step < STEPS; step++) {
    const slope = weights.map(weight => SHRINK * weight)
    for (const [index, row] of rows.entries()) {
      const { isPositive } = samples[index]!
      const error = (1 / (1 + Math.exp(-score(row))) - Number(isPositive)) * (isPositive ? balance.positive : balance.negative)
      for (const [at, value] of row.entries()) slope[at]! += error * value
    }
    for (const [at, value] of slope.entries()) weights[at]! -= RATE * value
  }
  return features => score(expand(features))
}

/** The chance that a positive scores above a negative; ties count half. */
export function areaUnderCurve(scored: readonly { readonly score: number; readonly isPositive: boolean }[]): number {
  const positives = scored.filter(({ isPositive }) => isPositive)
  const negatives = scored.filter(({ isPositive }) => !isPositive)
  let above = 0
  for (const positive of positives) for (const negative of negatives) above += positive.score > negative.score ? 1 : positive.score === negative.score ? 0.5 : 0
  return above / (positives.length * negatives.length)
}
