import { examination } from './examination/examination.ts'
import { ledger } from './ledger/ledger.ts'
import { standingHistory } from './examination/history.ts'
import { watcherOwner } from './watch/watcher-owner.ts'
import { ServicesError } from '@peerwatch/link'
import { assembleCommon, roleService } from '@peerwatch/peer/parts'
import { queryServer } from './query/query-server.ts'
import { reportEntry } from './entry/entry.ts'
import { askedPepper } from './pepper/asked-pepper.ts'
import { lateParts } from './pepper/late-parts.ts'
import { trustTree } from './tree/trust-tree.ts'
import { registeredPeers } from './entry/registered-peers.ts'
import type { PeerIdString, RecordStore } from '@peerwatch/model'
import type { Assembly, CoreOptions, Peerwatch } from '@peerwatch/peer/parts'
import type { PeerwatchComponents } from '@peerwatch/link'
import type { EntryLimits } from './entry/entry.ts'
import type { Examination } from './examination/examination.ts'
import type { StandingHistory } from './examination/history.ts'
import type { TrustTree } from './tree/trust-tree.ts'

export interface TrustedOptions extends CoreOptions {
  /** 32 bytes, the same on all trusted nodes, and known to nobody else. Absent: the node asks the others for it. */
  readonly pepper?: Uint8Array
  /** Keeps a pepper that the others gave, where the next start finds it. */
  readonly keepPepper?: (pepper: Uint8Array) => Promise<void>
  /** The caller opens and closes it. */
  readonly store: RecordStore
  readonly isOwnWatcher: (peer: PeerIdString) => boolean
  /** How much reporters may send at a time. Default `ENTRY_LIMITS`. */
  readonly entry?: Partial<EntryLimits>
}

/** What a trusted node runs besides the parts of every role. */
export interface TrustedTier {
  readonly tree: TrustTree
  readonly examination: Examination
  readonly watcherIds: () => PeerIdString[]
  /** Whether it works. A node without the pepper waits for it. */
  readonly isAtWork: () => boolean
  /** How a peer stood in each of the last windows. */
  readonly history: (peer: PeerIdString, windowsCount: number) => Promise<StandingHistory>
  /** An estimate of the space that its records take. */
  readonly storedBytes: () => Promise<number>
}

export interface TrustedAssembly extends Assembly {
  readonly tier: TrustedTier
}

/** A trusted node. It keeps reports, examines suspects through its watchers, and signs evictions. */
export function trusted(options: TrustedOptions): (components: PeerwatchComponents) => Peerwatch<TrustedAssembly> {
  return roleService(options, (components, events) => {
    const common = assembleCommon(components, events, options, { registry: { everySeed: true } })
    const { core, registry, topics } = common
    const { store, isOwnWatcher, keepPepper = async () => {} } = options
    let { pepper } = options
    const secret = (): Uint8Array => {
      if (pepper == null) throw new ServicesError('no-route', 'this node has no pepper yet: the other trusted nodes have not given it')
      return pepper
    }
    const tree = trustTree(core, { pepper: pepper ?? secret, store, registry })
    const watchers = watcherOwner(core, { isOwnWatcher })
    const keeping = ledger(core, { tree, watchers: watchers.connected, isOwnWatcher })
    const judging = examination(core, {
      tree,
      watchers,
      registry,
      publishCertificate: topics.publishCertificate,
      isOwnWatcher,
      ledger: keeping
    })
    const entry = reportEntry(core, {
      tree,
      registered: registeredPeers(core, registry, tree),
      ...(options.entry != null && { limits: options.entry })
    })
    const queries = queryServer(core, { tree, onRefused: common.observing.countRequest })
    const late = lateParts([keeping, judging, tree, entry, queries], {
      has: () => pepper != null,
      set: found => {
        pepper = found
      },
      asked: askedPepper(core, { registry, keep: keepPepper }),
      onError: (error: unknown) => {
        core.emit('alarm', { code: 'not-started', message: `the tier did not start once the pepper had come: ${String(error)}` })
      }
    })
    return {
      core,
      registry,
      neighbours: common.neighbours,
      observe: common.observing.observe,
      configure: common.configure,
      appeal: common.appeal,
      cuts: common.observing.cuts,
      standing: async peer => {
        const told = await tree.standing(peer)
        if (told != null) return told
        throw new ServicesError('no-route', `no trusted node that holds the records of ${peer} answers`)
      },
      tier: {
        tree,
        examination: judging,
        watcherIds: watchers.connected,
        isAtWork: late.areStarted,
        history: standingHistory(core, tree, keeping.credibilityOf),
        storedBytes: store.sizeBytes
      },
      // Judge and ledger listen before the tree hands over what is stored.
      parts: [...common.parts, registry, watchers, late]
    }
  })
}
