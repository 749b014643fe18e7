import { examination } from '../examination/examination.ts'
import { watcherOwner } from '../examination/watcher-owner.ts'
import { roleService } from '../peerwatch.ts'
import { queryServer, reportEntry, trustTree } from '../tree/index.ts'
import { assembleCommon } from './common.ts'
import { registeredPeers } from './registered-peers.ts'
import type { PeerIdString, RecordStore } from '@peerwatch/model'
import type { Peerwatch } from '../peerwatch.ts'
import type { PeerwatchComponents } from '../core.ts'
import type { EntryLimits } from '../tree/index.ts'
import type { CoreOptions } from './options.ts'

export interface TrustedOptions extends CoreOptions {
  /** 32 bytes, the same on all trusted nodes, and known to nobody else. */
  readonly pepper: Uint8Array
  /** Opened and closed by the caller. */
  readonly store: RecordStore
  readonly isOwnWatcher: (peer: PeerIdString) => boolean
  /** What reporters may send at a time. Default `ENTRY_LIMITS`. */
  readonly entry?: Partial<EntryLimits>
}

/** A trusted node: keeps reports, examines suspects through its watchers, signs evictions. */
export function trusted(options: TrustedOptions): (components: PeerwatchComponents) => Peerwatch {
  return roleService((components, events) => {
    const common = assembleCommon(components, events, options, { registry: { everySeed: true } })
    const { core, registry, topics } = common
    const { pepper, store, isOwnWatcher } = options
    const tree = trustTree(core, { pepper, store, registry })
    const watchers = watcherOwner(core, { isOwnWatcher })
    const judging = examination(core, {
      tree: { ...tree, registeredCount: registry.registeredCount },
      watchers,
      registry,
      publishCertificate: topics.publishCertificate,
      isOwnWatcher
    })
    tree.onStanding(subject => judging.coarseStanding(subject))
    const entry = reportEntry(core, {
      tree,
      isRegistered: registeredPeers(core, registry, tree.onReport),
      ...(options.entry != null && { limits: options.entry })
    })
    const queries = queryServer(core, { tree })
    return {
      core,
      registry,
      neighbours: common.neighbours,
      observe: common.observing.observe,
      configure: common.configure,
      cuts: common.observing.cuts,
      standing: async peer => (await tree.standing(peer)) ?? { state: 'unknown', reputation: undefined, window: core.windows.now().window },
      tier: { tree, entry, examination: judging, watcherIds: watchers.connected },
      // The judge listens before the tree hands over what is stored.
      parts: [...common.parts, watchers, judging, tree, entry, queries]
    }
  })
}
