import type { Examination } from '../examination/examination.ts'
import type { WatcherLink } from '../examination/watcher-link.ts'
import type { Counts, Dimension, PeerIdString } from '@peerwatch/model'
import type { CoarseStanding, Core, NeighboursView, Part, RegistryView, SeenView } from '../core.ts'
import type { RegistryServer } from '../registry/registry-server.ts'
import type { ReportingView } from '../reporting/reporting.ts'
import type { Entry, TrustTree } from '../tree/index.ts'
import type { LiveOptions } from './live-options.ts'

/** The parts of one node, in the order in which they start. What a role does not have is absent. */
export interface Assembly {
  readonly core: Core
  readonly parts: readonly Part[]
  readonly registry: RegistryView
  readonly neighbours: NeighboursView
  readonly cuts: SeenView['cuts']
  readonly observe: (peer: PeerIdString, dimension: Dimension, counts: Counts) => void
  /** Changes options while the node runs. Throws ServicesError `bad-option`, and nothing has changed then. */
  readonly configure: (options: LiveOptions) => void
  readonly standing: (peer: PeerIdString) => Promise<CoarseStanding>
  /** Of a peer or watcher. */
  readonly reporting?: ReportingView
  /** Of a seed. */
  readonly seed?: RegistryServer
  /** Of a watcher. */
  readonly watching?: WatcherLink
  /** Of a trusted node. */
  readonly tier?: TrustedTier
}

/** What a trusted node runs besides. */
export interface TrustedTier {
  readonly tree: TrustTree
  readonly entry: Entry
  readonly examination: Examination
  readonly watcherIds: () => PeerIdString[]
}
