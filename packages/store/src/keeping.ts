import { RECORD_ROWS } from '@peerwatch/model'
import { newest } from './newest.ts'
import { idOf, keyIn, kindOf, newestSlotOf, slotOf, windowAndIdOf, keyInNewest } from './record-key.ts'
import { twoSmallest } from './two-smallest.ts'
import type { Keeping } from '@peerwatch/model'
import type { Settled } from './two-smallest.ts'

/** How the records of a kind are kept: what shares a slot, what tells those in a slot apart, and which of these remain. All text is latin1. */
export interface Keeper {
  readonly keeps: Keeping
  readonly slot: (key: Buffer) => string
  readonly mark: (key: Buffer) => string
  readonly key: (slot: string, mark: string) => Buffer
  readonly settle: (stored: readonly string[], offered: readonly string[]) => Settled
}

const KEEPERS: { readonly [Name in Keeping]: Keeper } = {
  'two-smallest': { keeps: 'two-smallest', slot: slotOf, mark: idOf, key: keyIn, settle: twoSmallest },
  newest: { keeps: 'newest', slot: newestSlotOf, mark: windowAndIdOf, key: keyInNewest, settle: newest }
}

export function keeperOf(key: Buffer): Keeper {
  return KEEPERS[RECORD_ROWS[kindOf(key)].keeps]
}
