import { orAborted } from '@peerwatch/model'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Eviction, Health, RegistryStatus, RegistryView } from '@peerwatch/link'
import type { Assembly } from './assembly.ts'
import type { Peerwatch } from './peerwatch.ts'

/** The present state of a node, as data that JSON can hold. */
export interface ServiceStatus {
  readonly peer: PeerIdString
  readonly window: WindowNumber
  readonly rosterVersion: number
  /** Where it is registered, and why not elsewhere. */
  readonly registry: RegistryStatus
  /** How many peers it watches. */
  readonly neighbours: number
  /** This node itself is evicted, as far as it knows. */
  readonly evicted: Eviction | undefined
  /** How many evictions are in force here. */
  readonly evictions: number
  readonly reports?: {
    /** Reports that wait for an answer. */
    readonly pending: number
    /** Reports that the node gave up, because there were too many or they became too old. */
    readonly dropped: number
    readonly lastAcknowledgedAtMs: number | undefined
    /** The trusted node that takes the reports. Undefined: this node reaches none. */
    readonly entry: PeerIdString | undefined
  }
  /** How late this node's own event loop is. */
  readonly health: Health
}

export function statusOf({ core, registry, neighbours, reporting }: Assembly): ServiceStatus {
  const reports = reporting?.status()
  return {
    peer: core.self,
    window: core.windows.now().window,
    rosterVersion: core.roster.current().version,
    registry: registry.state(),
    neighbours: neighbours.list().length,
    evicted: core.certificates.evicted(core.self),
    evictions: core.certificates.evictions().length,
    ...(reports != null && {
      reports: { pending: reports.pending, dropped: reports.dropped, lastAcknowledgedAtMs: reports.lastAcknowledged?.atMs, entry: reports.entry }
    }),
    health: core.health.now()
  }
}

/** Waits until one seed has this node. */
export async function registered(
  events: Pick<Peerwatch, 'addEventListener' | 'removeEventListener'>,
  registry: RegistryView,
  signal: AbortSignal
): Promise<RegistryStatus> {
  const { promise, resolve } = Promise.withResolvers<RegistryStatus>()
  const look = (): void => {
    if (registry.state().state !== 'alone') resolve(registry.state())
  }
  events.addEventListener('registry:state', look)
  look()
  try {
    return await orAborted(promise, signal)
  } finally {
    events.removeEventListener('registry:state', look)
  }
}
