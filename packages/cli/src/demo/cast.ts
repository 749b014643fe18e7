import { misbehave, observationHook } from '@peerwatch/attacks'
import { seededRng, shuffled } from '@peerwatch/model'
import type { Attack, BehaviourName, ObservationHook } from '@peerwatch/attacks'
import type { PeerIdString, Rng } from '@peerwatch/model'
import type { NodeInit, PeerwatchNode } from '@peerwatch/node'
import type { Testnet } from '@peerwatch/node/testnet'

/** Who is in the demo. Source: issue "The main job". */
export const CAST = Object.freeze({
  seeds: 2,
  trusted: 3,
  honest: 10,
  misbehaving: ['dies', 'corrupts', 'floods', 'slanders', 'slanders', 'slanders'] as const satisfies readonly BehaviourName[]
})

export const PEERS_COUNT: number = CAST.honest + CAST.misbehaving.length

export interface Role {
  /** `peer-1`, … */
  readonly name: string
  readonly behaviour: 'honest' | 'slandered' | BehaviourName
  readonly hook: ObservationHook | undefined
}

/** Deals the behaviours to the peers by chance of `seed`; one of the honest is slandered. */
export function dealRoles(seed: number): Role[] {
  const rng = seededRng(seed)
  const behaviours: Role['behaviour'][] = ['slandered', ...Array.from({ length: CAST.honest - 1 }, () => 'honest' as const), ...CAST.misbehaving]
  return shuffled(behaviours, rng).map((behaviour, index) => ({
    name: `peer-${index + 1}`,
    behaviour,
    hook: behaviour === 'slanders' ? observationHook() : undefined
  }))
}

/** Options that a node of the demo is made with. */
export function initOf(name: string, roles: readonly Role[], seed: number): Partial<NodeInit> {
  const hook = roles.find(role => role.name === name)?.hook
  const number = Buffer.from(name).reduce((sum, byte) => Math.imul(sum, 31) + byte, seed)
  return {
    rng: seededRng(number),
    ...(hook != null && { alterObservations: hook.alter })
  }
}

/** The attacks, ready to start. */
export function rehearse(roles: readonly Role[], { network, peers }: Pick<Testnet, 'network' | 'peers'>, rng: Rng): Attack[] {
  const servers = new Set<string>([...network.roster.seeds, ...network.roster.trusted])
  const nodeOf = (name: string): PeerwatchNode | undefined => peers.find(peer => peer.name === name)
  const victimName = roles.find(({ behaviour }) => behaviour === 'slandered')?.name ?? ''
  const victim = nodeOf(victimName)?.peerId.toString() as PeerIdString | undefined
  return roles.flatMap(({ name, behaviour, hook }) => {
    const node = nodeOf(name)
    if (node == null || behaviour === 'honest' || behaviour === 'slandered') return []
    return [misbehave(node, behaviour, { rng, observations: hook, victim, targets: peer => !servers.has(peer.toString()) })]
  })
}
