import type { Counts, Dimension, PeerIdString } from '@peerwatch/model'
import type { CoarseStanding, Core, NeighboursView, Part, RegistryView, SeenView } from '@peerwatch/link'
import type { ReportingView } from './reporting/reporting.ts'
import type { LiveOptions } from './live-options.ts'

/** The parts of one node, in the order in which they start. Seeds, trusted nodes and watchers add what they alone have. */
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
}
