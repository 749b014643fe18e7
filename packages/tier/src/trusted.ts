import { examination } from './examination/examination.ts'
import { standingHistory } from './examination/history.ts'
import { watcherOwner } from './watch/watcher-owner.ts'
import { ServicesError } from '@peerwatch/link'
import { assembleCommon, roleService } from '@peerwatch/peer/parts'
import { queryServer } from './query/query-server.ts'
import { reportEntry } from './entry/entry.ts'
import { trustTree } from './tree/trust-tree.ts'
import { registeredPeers } from './entry/registered-peers.ts'
import type { PeerIdString, RecordStore } from '@peerwatch/model'
import type { Assembly, CoreOptions, Peerwatch } from '@peerwatch/peer/parts'
import type { PeerwatchComponents } from '@peerwatch/link'
import type { Entry, EntryLimits } from './entry/entry.ts'
import type { Examination } from './examination/examination.ts'
import type { StandingHistory } from './examination/history.ts'
import type { TrustTree } from './tree/trust-tree.ts'

export interface TrustedOptions extends CoreOptions {
  /** 32 bytes, the same on all trusted nodes, and known to nobody else. */
  readonly pepper: Uint8Array
  /** Opened and closed by the caller. */
  readonly store: RecordStore
  readonly isOwnWatcher: (peer: PeerIdString) => boolean
  /** What reporters may send at a time. Default `ENTRY_LIMITS`. */
  readonly entry?: Partial<EntryLimits>
}

/** What a trusted node runs besides. */
export interface TrustedTier {
  readonly tree: TrustTree
  readonly entry: Entry
  readonly examination: Examination
  readonly watcherIds: () => PeerIdString[]
  /** How a peer stood in each of the last windows. */
  readonly history: (peer: PeerIdString, windowsCount: number) => Promise<StandingHistory>
  /** What its records take, estimated. */
  readonly storedBytes: () => Promise<number>
}

export interface TrustedAssembly extends Assembly {
  readonly tier: TrustedTier
}

/** A trusted node: keeps reports, examines suspects through its watchers, signs evictions. */
export function trusted(options: TrustedOptions): (components: PeerwatchComponents) => Peerwatch<TrustedAssembly> {
  return roleService(options, (components, events) => {
    const common = assembleCommon(components, events, options, { registry: { everySeed: true } })
    const { core, registry, topics } = common
    const { pepper, store, isOwnWatcher } = options
    const tree = trustTree(core, { pepper, store, registry })
    const watchers = watcherOwner(core, { isOwnWatcher })
    const judging = examination(core, {
      tree,
      watchers,
      registry,
      publishCertificate: topics.publishCertificate,
      isOwnWatcher
    })
    const entry = reportEntry(core, {
      tree,
      registered: registeredPeers(core, registry, tree.onReport),
      ...(options.entry != null && { limits: options.entry })
    })
    const queries = queryServer(core, { tree, onRefused: common.observing.countRequest })
    return {
      core,
      registry,
      neighbours: common.neighbours,
      observe: common.observing.observe,
      configure: common.configure,
      cuts: common.observing.cuts,
      standing: async peer => {
        const told = await tree.standing(peer)
        if (told != null) return told
        throw new ServicesError('no-route', `no trusted node that holds the records of ${peer} answers`)
      },
      tier: { tree, entry, examination: judging, watcherIds: watchers.connected, history: standingHistory(core, tree), storedBytes: store.sizeBytes },
      // The judge listens before the tree hands over what is stored.
      parts: [...common.parts, registry, watchers, judging, tree, entry, queries]
    }
  })
}
