import { alterRelays } from './relays.ts'
import type { Rng } from '@peerwatch/model'
import type { Attack, Attackable } from './attackable.ts'

export interface FreeRidesInit {
  readonly rng: Rng
  /** The share of the relays that are dropped, 0 to 1. Default 1. */
  readonly probability?: number | undefined
}

/** Takes everything and passes nothing on. It sends what it says itself. */
export function freeRides(node: Attackable, { rng, probability = 1 }: FreeRidesInit): Attack {
  return alterRelays(node, message => (rng() < probability ? undefined : message))
}
