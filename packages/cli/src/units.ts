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

/** To a tenth, since the reader compares them. */
export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

export function percent(ratio: number | undefined): string {
  return ratio == null ? NONE : `${(ratio * 100).toFixed(1)} %`
}
