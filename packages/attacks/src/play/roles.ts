import { seededRng, shuffled } from '@peerwatch/model'
import { roleOf } from '@peerwatch/node/roles'
import type { BehaviourName } from '../behaviours.ts'
import type { Cast } from './cast.ts'

export type Behaviour = 'honest' | 'slandered' | BehaviourName

/** One peer's part in the play. It is plain data, since threads are told it. */
export interface PlayRole {
  /** `peer-1`, … */
  readonly name: string
  readonly behaviour: Behaviour
}

/** Deals the behaviours to the peers by the chance of `seed`. If somebody slanders, one honest peer is the victim. */
export function dealRoles({ honest, misbehaving }: Cast, seed: number): PlayRole[] {
  const rng = seededRng(seed)
  const slandered = misbehaving.includes('slanders') ? ['slandered' as const] : []
  const innocent = Array.from({ length: honest - slandered.length }, () => 'honest' as const)
  const behaviours: Behaviour[] = [...slandered, ...innocent, ...misbehaving]
  return shuffled(behaviours, rng).map((behaviour, index) => ({ name: `peer-${index + 1}`, behaviour }))
}

export function behaviourOf(roles: readonly PlayRole[], name: string): Behaviour {
  return roles.find(role => role.name === name)?.behaviour ?? 'honest'
}

/** The peers that have a part. They must be registered and linked before the play begins. If none has a part, all peers must. */
export function players(roles: readonly PlayRole[]): PlayRole[] {
  const withPart = roles.filter(({ behaviour }) => behaviour !== 'honest')
  return withPart.length > 0 ? withPart : [...roles]
}

/**
 * The hosts are spread over so many threads, the calling one among them, each with its own event loop. More: less waiting if there are cores for them,
 * but each takes 0.6 s of CPU to load the same modules again, and as much to compile what they do.
 */
export const THREADS_COUNT = 2
const FLOODERS_THREAD = 0

/**
 * The thread that runs a node and its watchers.
 *
 * No victim of a flooder shares its event loop: flooders spare the seeds and the peers of their own thread. Trusted nodes and their watchers are as much
 * work as a third of the peers, so the other peers are shared out 2 to 1.
 */
export function threadOf({ name, role }: { readonly name: string; readonly role: string }, roles: readonly PlayRole[]): number {
  if (role === 'seed' || behaviourOf(roles, name) === 'floods') return FLOODERS_THREAD
  if (role !== 'peer') return 1
  return roles.findIndex(each => each.name === name) % 3 === 0 ? 1 : 0
}

/** Whether flooders flood this node: seeds and trusted nodes they spare, and whoever runs on their own thread. */
export function isFlooded(node: { readonly name: string; readonly role: string }, roles: readonly PlayRole[]): boolean {
  return roleOf(node.role).member == null && threadOf(node, roles) !== FLOODERS_THREAD
}
