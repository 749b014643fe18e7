import type { Fingerprint } from './record.ts'

const SPACE = 2n ** 256n
const DIGITS = 64

/** A fingerprint that is being added up. */
export interface IdSum {
  readonly count: number
  readonly sum: bigint
}

export const NO_IDS: IdSum = { count: 0, sum: 0n }

export function plusIds(one: IdSum = NO_IDS, other: IdSum = NO_IDS): IdSum {
  return { count: one.count + other.count, sum: (one.sum + other.sum) % SPACE }
}

export function minusIds(one: IdSum = NO_IDS, other: IdSum = NO_IDS): IdSum {
  return { count: one.count - other.count, sum: (one.sum + SPACE - other.sum) % SPACE }
}

/** @param id - 64 hex digits */
export function oneId(id: string): IdSum {
  return { count: 1, sum: BigInt(`0x${id}`) }
}

export function toldIds({ count, sum }: IdSum): Fingerprint {
  return { count, sum: sum.toString(16).padStart(DIGITS, '0') }
}

export function fingerprintOf(ids: Iterable<string>): Fingerprint {
  let sum = NO_IDS
  for (const id of ids) sum = plusIds(sum, oneId(id))
  return toldIds(sum)
}
