/** One line of the result. Where there is a limit, `pass` says whether it is kept; without one the figure is there to be read. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly limit: number | null
  readonly pass: boolean
  /** One value per run or pair, in the order in which they were made. */
  readonly runs: readonly number[]
}

/** A figure that must not exceed `limit`: the median of its runs counts. */
export function atMost(name: string, unit: string, limit: number, runs: readonly number[]): Figure {
  const value = median(runs)
  return { name, value, unit, limit, pass: value <= limit, runs }
}

export function atLeast(name: string, unit: string, limit: number, runs: readonly number[]): Figure {
  const value = median(runs)
  return { name, value, unit, limit, pass: value >= limit, runs }
}

export function shown(name: string, unit: string, runs: readonly number[]): Figure {
  return { name, value: median(runs), unit, limit: null, pass: true, runs }
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** NaN of nothing, so that a run without data can pass no limit. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].toSorted((a, b) => a - b)
  if (share === 0.5 && sorted.length % 2 === 0 && sorted.length > 0) return (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}

/**
 * Where the median of many such runs lies, with 95 % at least: the two runs that so many others are below and above, as the binomial distribution
 * has it. Below six runs it is all of them, and the confidence is less.
 */
export function interval(runs: readonly number[]): readonly [number, number] {
  const sorted = [...runs].toSorted((a, b) => a - b)
  let outside = 0
  let probability = 0.5 ** sorted.length
  let below = probability
  while (2 * below <= 0.05) {
    outside++
    probability *= (sorted.length - outside + 1) / outside
    below += probability
  }
  const first = Math.max(0, outside - 1)
  return [sorted[first] ?? NaN, sorted[sorted.length - 1 - first] ?? NaN]
}

export function ratios(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, index) => value / below[index]!)
}

export function figureLine({ name, value, unit, limit, pass, runs }: Figure): string {
  const verdict = limit == null ? '    ' : pass ? 'ok  ' : 'FAIL'
  const bound = limit == null ? '' : `  limit ${short(limit)}`
  const [low, high] = interval(runs)
  return `${verdict} ${name.padEnd(44)} ${short(value).padStart(9)} ${unit}${bound}  ${short(low)} to ${short(high)}  [${runs.map(short).join(' ')}]`
}

function short(value: number): string {
  return Math.abs(value) >= 1_000 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}
