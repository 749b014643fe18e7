import { alterRelays } from './relays.ts'
import type { Rng } from '@peerwatch/model'
import type { Attack, Attackable } from './attackable.ts'

export interface CorruptsInit {
  readonly rng: Rng
  /** The share of the copies that are altered, 0 to 1. Lower: the network sees it later, and the standing sinks less. Default 1. */
  readonly probability?: number | undefined
}

/** Passes gossip on with altered data under the author's name and signature. What the node says itself is honest. */
export function corrupts(node: Attackable, { rng, probability = 1 }: CorruptsInit): Attack {
  return alterRelays(node, message => (rng() < probability ? { ...message, data: alteredData(message.data, rng) } : message))
}

/** Data of the same length with one byte changed; one byte if there was none. */
export function alteredData(data: Uint8Array | undefined, rng: Rng): Uint8Array {
  const altered = data == null || data.byteLength === 0 ? new Uint8Array(1) : Uint8Array.from(data)
  const at = Math.floor(rng() * altered.byteLength)
  altered[at] = (altered[at] ?? 0) ^ (1 + Math.floor(rng() * 255))
  return altered
}
