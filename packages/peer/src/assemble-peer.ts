import { applicationMetrics } from './application-metrics.ts'
import { reporting } from './reporting/reporting.ts'
import { queryClient } from './query/query-client.ts'
import { volatileDatastoreWarning } from './volatile-datastore.ts'
import { assembleCommon } from './assemble-common.ts'
import type { TypedEventEmitter } from 'main-event'
import type { PeerwatchComponents, PeerwatchEvents } from '@peerwatch/link'
import type { Assembly } from './assembly.ts'
import type { Common } from './assemble-common.ts'
import type { CoreOptions, PeerOptions } from './options.ts'

export interface PeerAssembly extends Assembly {
  readonly common: Common
}

/** A peer: what every role runs, and it watches its neighbours and reports on them. */
export function assemblePeer(components: PeerwatchComponents, events: TypedEventEmitter<PeerwatchEvents>, options: CoreOptions & PeerOptions): PeerAssembly {
  const { alterObservations, metrics = true, neighbours = {} } = options
  let reports: ReturnType<typeof reporting> | undefined
  const common = assembleCommon(components, events, options, {
    neighbours,
    ...(alterObservations != null && { alterObservations }),
    // A trusted node's window counts more than a seed's.
    registry: { followWindows: () => reports?.status().entry == null }
  })
  const { core, registry } = common
  reports = reporting(core, { ...options.reporting, registry })
  const queries = queryClient(core, { registry })
  return {
    common,
    core,
    registry,
    neighbours: common.neighbours,
    reporting: reports,
    observe: common.observing.observe,
    configure: common.configure,
    cuts: common.observing.cuts,
    standing: queries.standing,
    parts: [volatileDatastoreWarning(core), ...(metrics ? [applicationMetrics(core)] : []), ...common.parts, queries, reports]
  }
}
