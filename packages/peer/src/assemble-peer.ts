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
  const { alterObservations, neighbours = {} } = options
  const common = assembleCommon(components, events, options, {
    neighbours,
    ...(alterObservations != null && { alterObservations }),
    registry: { followWindows: hasNoEntry(events) }
  })
  const { core, registry } = common
  const reports = reporting(core, { ...options.reporting, registry })
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
    parts: [volatileDatastoreWarning(core), ...common.parts, registry, queries, reports]
  }
}

/** While a trusted node takes reports its window counts, and not a seed's. */
function hasNoEntry(events: TypedEventEmitter<PeerwatchEvents>): () => boolean {
  let isAlone = true
  events.addEventListener('entry:changed', ({ detail: { entry } }) => {
    isAlone = entry == null
  })
  return () => isAlone
}
