import type { BehaviourName } from './behaviours.ts'

/** What a network does about a peer that behaves so. It loads no libp2p, as the play that asks for these fates loads none. */
export const BEHAVIOUR_FATES = Object.freeze({
  dies: 'removed',
  corrupts: 'evicted',
  floods: 'evicted',
  // their victim is examined, and nothing befalls them: they lie about one peer only
  slanders: 'unharmed',
  // forwarding is shown and evicts nobody
  freeRides: 'unharmed',
  liesInverted: 'unharmed'
} as const satisfies Record<BehaviourName, string>)

export type BehaviourFate = (typeof BEHAVIOUR_FATES)[BehaviourName]
