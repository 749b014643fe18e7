import { seededRng, shuffled } from '@peerwatch/model'
import type { BehaviourName } from '../behaviours.ts'
import type { Cast } from './cast.ts'

export type Behaviour = 'honest' | 'slandered' | BehaviourName

/** One peer's part in the play; plain data, as threads are told it. */
export interface Role {
  /** `peer-1`, … */
  readonly name: string
  readonly behaviour: Behaviour
}

/** Deals the behaviours to the peers by chance of `seed`; where somebody slanders, one of the honest is slandered. */
export function dealRoles({ honest, misbehaving }: Cast, seed: number): Role[] {
  const rng = seededRng(seed)
  const slandered = misbehaving.includes('slanders') ? ['slandered' as const] : []
  const innocent = Array.from({ length: honest - slandered.length }, () => 'honest' as const)
  const behaviours: Behaviour[] = [...slandered, ...innocent, ...misbehaving]
  return shuffled(behaviours, rng).map((behaviour, index) => ({ name: `peer-${index + 1}`, behaviour }))
}

export function behaviourOf(roles: readonly Role[], name: string): Behaviour {
  return roles.find(role => role.name === name)?.behaviour ?? 'honest'
}

/** Who has a part: they are to be registered and linked before the play begins. Where nobody has one, all are. */
export function players(roles: readonly Role[]): Role[] {
  const withPart = roles.filter(({ behaviour }) => behaviour !== 'honest')
  return withPart.length > 0 ? withPart : [...roles]
}

/**
 * Threads that hosts are spread over, each with an event loop of its own. More: less waiting where there are cores for them, at 0.6 s of CPU each
 * for loading the same modules again.
 */
export const THREADS_COUNT = 3

/**
 * Which thread runs a node (its watchers are with it).
 *
 * Flooders have no victim on their own loop: with them are the seeds, which they spare. Trusted nodes and their watchers are as much work as the peers
 * of a thread and a half, so the other peers are shared out 1 to 2.
 */
export function threadOf({ name, role }: { readonly name: string; readonly role: string }, roles: readonly Role[]): number {
  if (role === 'seed' || behaviourOf(roles, name) === 'floods') return 0
  if (role === 'trusted') return 1
  return roles.findIndex(each => each.name === name) % 3 === 0 ? 1 : 2
}
