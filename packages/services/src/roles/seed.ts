import { queryClient } from '../tree/query-client.ts'
import { networkGuests } from '../registry/network-guests.ts'
import { registryServer } from '../registry/registry-server.ts'
import { roleService } from '../peerwatch.ts'
import { assembleCommon } from './common.ts'
import type { Peerwatch } from '../peerwatch.ts'
import type { PeerwatchComponents } from '../core.ts'
import type { RegistryServerOptions } from '../registry/options.ts'
import type { CoreOptions } from './options.ts'

export interface SeedOptions extends CoreOptions {
  readonly registry?: Partial<RegistryServerOptions>
}

/** A seed: what every role runs, and the registry of live peers. */
export function seed(options: SeedOptions): (components: PeerwatchComponents) => Peerwatch {
  return roleService((components, events) => {
    const common = assembleCommon(components, events, options, { registry: { everySeed: true } })
    const { core, registry } = common
    const server = registryServer(core, { client: registry, ...(options.registry != null && { options: options.registry }) })
    const queries = queryClient(core, { registry })
    return {
      core,
      registry,
      neighbours: common.neighbours,
      seed: server,
      observe: common.observing.observe,
      configure: common.configure,
      cuts: common.observing.cuts,
      standing: queries.standing,
      // The registry is read from disk before this seed's own client tells the others of it.
      parts: [...common.parts.slice(0, -1), server, networkGuests(core, server), registry, queries]
    }
  })
}
