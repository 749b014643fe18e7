import { reporting } from './reporting/reporting.ts'
import { queryClient } from './query/query-client.ts'
import { volatileDatastoreWarning } from './volatile-datastore.ts'
import { assembleCommon } from './assemble-common.ts'
import type { TypedEventEmitter } from 'main-event'
import type { Part, PeerwatchComponents, PeerwatchEvents } from '@peerwatch/link'
import type { Assembly } from './assembly.ts'
import type { Common } from './assemble-common.ts'
import type { CoreOptions, PeerOptions } from './options.ts'

export interface PeerAssembly extends Assembly {
  readonly common: Common
}

/** A peer: what every role runs, and it watches its neighbours and reports on them. */
export function assemblePeer(components: PeerwatchComponents, events: TypedEventEmitter<PeerwatchEvents>, options: CoreOptions & PeerOptions): PeerAssembly {
  const { alterObservations, neighbours = {} } = options
  const entries = entriesOf(events)
  const common = assembleCommon(components, events, options, {
    neighbours,
    ...(alterObservations != null && { alterObservations }),
    registry: { followWindows: entries.isNone }
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
    parts: [volatileDatastoreWarning(core), entries, ...common.parts, registry, queries, reports]
  }
}

interface Entries extends Part {
  readonly isNone: () => boolean
}

/** While a trusted node takes reports its window counts, and not a seed's. */
function entriesOf(events: TypedEventEmitter<PeerwatchEvents>): Entries {
  let isNone = true
  events.addEventListener('entry:changed', ({ detail: { entry } }) => {
    isNone = entry == null
  })
  return {
    isNone: () => isNone,
    // of a node that was stopped nobody tells that its entry is gone
    beforeStart: () => {
      isNone = true
    }
  }
}
