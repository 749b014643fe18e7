import { corrupts } from './corrupts.ts'
import { dies } from './dies.ts'
import { AttacksError } from './errors.ts'
import { floods } from './floods.ts'
import { freeRides } from './free-rides.ts'
import { liesInverted, slander } from './observations.ts'
import type { PeerIdString, Rng } from '@peerwatch/model'
import type { Attack, Attackable } from './attackable.ts'
import type { FloodsInit } from './floods.ts'
import type { ObservationHook, SlanderInit } from './observations.ts'

/** The options of all behaviours. Each takes the ones that it needs, and ignores the rest. */
export interface BehaviourInit extends FloodsInit, SlanderInit {
  readonly rng: Rng
  /** `corrupts`, `freeRides`: the share of the relays, 0 to 1. */
  readonly probability?: number | undefined
  /** `slanders`: the peer that is slandered. */
  readonly victim?: PeerIdString | undefined
  /** `slanders`, `liesInverted`: the hook whose `alter` the node was made with. */
  readonly observations?: ObservationHook | undefined
}

interface Behaviour {
  /** One line for `--help` and tables. */
  readonly description: string
  readonly attack: (node: Attackable, init: BehaviourInit) => Attack
}

function required<K extends keyof BehaviourInit>(behaviour: string, init: BehaviourInit, option: K): NonNullable<BehaviourInit[K]> {
  const value = init[option]
  if (value == null) throw new AttacksError('bad-option', `${behaviour}: expected the option ${option}, found none`)
  return value
}

/** All behaviours. */
export const BEHAVIOURS = Object.freeze({
  dies: { description: 'dies without a word: its sockets are destroyed', attack: dies },
  corrupts: { description: "passes gossip on with altered data under the author's name and signature", attack: corrupts },
  floods: { description: 'opens 120 ping streams a second to every neighbour', attack: floods },
  slanders: {
    description: 'reports one honest peer as bad in every window',
    attack: (_node, init) => {
      const hook = required('slanders', init, 'observations')
      return hook.attack(slander(required('slanders', init, 'victim'), init))
    }
  },
  freeRides: { description: 'takes all gossip and passes none on', attack: freeRides },
  liesInverted: {
    description: 'reports good as bad and bad as good',
    attack: (_node, init) => required('liesInverted', init, 'observations').attack(liesInverted())
  }
} as const satisfies Record<string, Behaviour>)

export type BehaviourName = keyof typeof BEHAVIOURS

export const behaviourNames: readonly BehaviourName[] = Object.keys(BEHAVIOURS) as BehaviourName[]

/** Reads the name of a behaviour. Throws AttacksError `unknown-behaviour` for any other name, and lists those that there are. */
export function parseBehaviour(name: string): BehaviourName {
  if (!Object.hasOwn(BEHAVIOURS, name)) {
    throw new AttacksError('unknown-behaviour', `unknown behaviour ${JSON.stringify(name)}: expected one of ${behaviourNames.join(', ')}`)
  }
  return name as BehaviourName
}
