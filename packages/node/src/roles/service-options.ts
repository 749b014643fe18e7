import type { CoreOptions, PeerOptions } from '@peerwatch/peer'
import type { RoleInit } from './role.ts'

/** The options of every role's service. */
export function coreOptions({ init, network }: RoleInit): CoreOptions {
  const { enforce = true, neverEvict = [], dimensions, observers, clock, rng, gossip } = init
  return {
    network,
    enforce,
    neverEvict,
    metrics: false, // the HTTP API has its own
    ...(dimensions != null && { dimensions }),
    ...(observers != null && { observers }),
    ...(gossip != null && { gossip }),
    ...(clock != null && { clock }),
    ...(rng != null && { rng })
  }
}

/** The options of a role that has neighbours as a peer has them. */
export function peerOptions(given: RoleInit): CoreOptions & PeerOptions {
  const { neighbours, reporting, alterObservations } = given.init
  return {
    ...coreOptions(given),
    ...(neighbours != null && { neighbours }),
    ...(reporting != null && { reporting }),
    ...(alterObservations != null && { alterObservations })
  }
}
