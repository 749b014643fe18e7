import { PRESETS, seededRng, shuffled } from '@peerwatch/model'
import type { BehaviourName } from '../behaviours.ts'

export const PRESET = 'demo'

/** Who is in the demo. Source: issue "The main job". */
export const CAST = Object.freeze({
  seeds: 2,
  trusted: 3,
  honest: 10,
  misbehaving: ['dies', 'corrupts', 'floods', 'slanders', 'slanders', 'slanders'] as const satisfies readonly BehaviourName[]
})

export const PEERS_COUNT: number = CAST.honest + CAST.misbehaving.length
export const WATCHERS_COUNT: number = CAST.trusted * PRESETS[PRESET].watchersCount
/** Watchers are hosts of their own. */
export const HOSTS_COUNT: number = CAST.seeds + CAST.trusted + WATCHERS_COUNT + PEERS_COUNT

export type Behaviour = 'honest' | 'slandered' | BehaviourName

/** One peer's part in the play; plain data, as threads are told it. */
export interface Role {
  /** `peer-1`, … */
  readonly name: string
  readonly behaviour: Behaviour
}

/** Deals the behaviours to the peers by chance of `seed`; one of the honest is slandered. */
export function dealRoles(seed: number): Role[] {
  const rng = seededRng(seed)
  const behaviours: Behaviour[] = ['slandered', ...Array.from({ length: CAST.honest - 1 }, () => 'honest' as const), ...CAST.misbehaving]
  return shuffled(behaviours, rng).map((behaviour, index) => ({ name: `peer-${index + 1}`, behaviour }))
}

export function behaviourOf(roles: readonly Role[], name: string): Behaviour {
  return roles.find(role => role.name === name)?.behaviour ?? 'honest'
}

/** Who has a part: they are to be registered and linked before the play begins. */
export function players(roles: readonly Role[]): Role[] {
  return roles.filter(({ behaviour }) => behaviour !== 'honest')
}

/**
 * Threads that hosts are spread over, each with an event loop of its own. More: less waiting where there are cores for them, at 0.6 s of CPU each
 * for loading the same modules again.
 */
export const THREADS_COUNT = 3

/**
 * Which thread runs a node (its watchers are with it).
 *
 * The flooder has no victim on its own loop: with it are the seeds, which it spares. Trusted nodes and their watchers are as much work as the peers of
 * a thread and a half, so the other peers are shared out 1 to 2.
 */
export function threadOf({ name, role }: { readonly name: string; readonly role: string }, roles: readonly Role[]): number {
  if (role === 'seed' || behaviourOf(roles, name) === 'floods') return 0
  if (role === 'trusted') return 1
  return roles.findIndex(each => each.name === name) % 3 === 0 ? 1 : 2
}
