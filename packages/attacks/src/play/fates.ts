import { DEFAULTS } from '@peerwatch/reputation'
import { BEHAVIOUR_FATES } from '../behaviour-fates.ts'
import type { BehaviourFate } from '../behaviour-fates.ts'
import type { Behaviour } from './roles.ts'

/** What a network does about a peer. `unharmed`: nothing. */
export type Fate = BehaviourFate | 'acquitted'

/** What should become of a peer with such a part. The story promises it, and the judge of the run asks for it. */
const FATES: Readonly<Record<Behaviour, Fate>> = {
  honest: 'unharmed',
  slandered: 'acquitted',
  ...BEHAVIOUR_FATES
}

/** What should become of each of these parts. If there are too few slanderers, nobody is examined: a case takes so many accusing groups. */
export function fatesOf(behaviours: readonly string[]): (behaviour: string) => Fate {
  const isHeard = behaviours.filter(behaviour => behaviour === 'slanders').length >= DEFAULTS.suspicionGroups
  return behaviour => {
    const fate = FATES[behaviour as Behaviour] ?? 'unharmed'
    return fate === 'acquitted' && !isHeard ? 'unharmed' : fate
  }
}

/** Whether a peer with a part is to come to no harm. Only the end of the patience shows that. For slanderers, their victim shows it. */
export function isWatchedToTheEnd(behaviours: readonly string[]): boolean {
  const fateOf = fatesOf(behaviours)
  const parts = behaviours.filter(behaviour => behaviour !== 'honest')
  return parts.length === 0 || parts.some(behaviour => behaviour !== 'slanders' && fateOf(behaviour) === 'unharmed')
}
