import { NONE } from './table.ts'

const MS = [
  [24 * 60 * 60 * 1000, 'day'],
  [60 * 60 * 1000, 'h'],
  [60 * 1000, 'min'],
  [1000, 's']
] as const

const BYTES = [
  [2 ** 40, 'TiB'],
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB']
] as const

/** Rounded it has four digits. */
const LEAST_OF_FOUR_DIGITS = 999.5

/** In the largest unit of which there are so many: exactly where it comes out even, else to a tenth. */
function inUnits(value: number, units: readonly (readonly [size: number, unit: string])[], smallest: string): string {
  const [size, unit] = units.find(([each]) => value >= each) ?? [1, smallest]
  const count = Math.round((10 * value) / size) / 10
  const about = count * size === value ? '' : 'about '
  return `${about}${count} ${unit === 'day' && count !== 1 ? 'days' : unit}`
}

export function durationText(ms: number): string {
  return inUnits(ms, MS, 'ms')
}

export function bytesText(bytes: number): string {
  return inUnits(bytes, BYTES, 'bytes')
}

/** In at most seven columns: `9.8 MiB`, `640 KiB`, `12 B`. */
export function narrowBytes(bytes: number): string {
  const at = BYTES.findIndex(([size]) => bytes >= size)
  const [size, unit] = BYTES[at] ?? [1, 'B']
  const count = bytes / size
  const larger = at === -1 ? BYTES.at(-1) : BYTES[at - 1]
  // 1,000 to 1,023 of a unit are a little less than one of the next
  if (count >= LEAST_OF_FOUR_DIGITS && larger != null) return `${(bytes / larger[0]).toFixed(1)} ${larger[1]}`
  return `${count < 9.95 && at !== -1 ? count.toFixed(1) : Math.round(count)} ${unit}`
}

/** In at most six columns, below 1,000 s: `2.3 ms`, `640 ms`, `2.5 s`. */
export function narrowMs(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  return ms < LEAST_OF_FOUR_DIGITS ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** To a tenth, since the reader compares them. */
export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

export function percent(ratio: number | undefined): string {
  return ratio == null ? NONE : `${(ratio * 100).toFixed(1)} %`
}
