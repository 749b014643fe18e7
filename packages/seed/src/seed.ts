import { assembleCommon, networkTime, queryClient, roleService } from '@peerwatch/peer/parts'
import { appealServer } from './appeals.ts'
import { networkGuests } from './network-guests.ts'
import { registryServer } from './registry-server.ts'
import type { RegistryServer } from './registry-server.ts'
import type { Assembly, CoreOptions, Peerwatch } from '@peerwatch/peer/parts'
import type { PeerwatchComponents } from '@peerwatch/link'
import type { RegistryServerOptions } from './options.ts'

export interface SeedOptions extends CoreOptions {
  readonly registry?: Partial<RegistryServerOptions>
}

export interface SeedAssembly extends Assembly {
  readonly seed: RegistryServer
}

/** The most trusted nodes that a seed asks for the time. */
const ASKED_MOST = 16

/** A seed: the parts that every role runs, and the registry of live peers. */
export function seed(options: SeedOptions): (components: PeerwatchComponents) => Peerwatch<SeedAssembly> {
  return roleService(options, (components, events) => {
    const common = assembleCommon(components, events, options, { registry: { everySeed: true }, admitsVisits: true })
    const { core, registry } = common
    const server = registryServer(core, {
      client: registry,
      onRefused: common.observing.countRequest,
      ...(options.registry != null && { options: options.registry })
    })
    const queries = queryClient(core, { registry })
    const time = networkTime(core, { asked: () => core.roster.current().trusted.slice(0, ASKED_MOST) })
    return {
      core,
      registry,
      neighbours: common.neighbours,
      seed: server,
      observe: common.observing.observe,
      configure: common.configure,
      appeal: common.appeal,
      cuts: common.observing.cuts,
      standing: queries.standing,
      // The registry is read from disk before this seed's own client tells the others of it.
      parts: [time, ...common.parts, server, networkGuests(core, server), registry, queries, appealServer(core)]
    }
  })
}
