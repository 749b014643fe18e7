import { reportAudit } from './reporting/audit.ts'
import { reporting } from './reporting/reporting.ts'
import { queryClient } from './query/query-client.ts'
import { volatileDatastoreWarning } from './volatile-datastore.ts'
import { assembleCommon } from './assemble-common.ts'
import { chooseEntries } from './reporting/entries.ts'
import { networkTime } from './time/network-time.ts'
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
    ...(alterObservations != null && { alterObservations })
  })
  const { core, registry } = common
  const time = networkTime(core, {
    asked: () => {
      const { version, trusted } = core.roster.current()
      return chooseEntries(core.self, version, trusted)
    }
  })
  const queries = queryClient(core, { registry })
  const reports = reporting(core, { ...options.reporting, registry, time })
  const audit = reportAudit(core, { misses: queries.misses, leave: reports.leave })
  return {
    common,
    core,
    registry,
    neighbours: common.neighbours,
    reporting: reports,
    observe: common.observing.observe,
    configure: common.configure,
    appeal: common.appeal,
    cuts: common.observing.cuts,
    standing: queries.standing,
    parts: [volatileDatastoreWarning(core), time, ...common.parts, registry, queries, reports, audit]
  }
}
