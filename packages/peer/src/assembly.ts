import type { Counts, Dimension, PeerIdString } from '@peerwatch/model'
import type { CoarseStanding, Core, NeighboursView, Part, RegistryView, SeenView } from '@peerwatch/link'
import type { Appeals } from './appeal/appeals.ts'
import type { ReportingView } from './reporting/reporting.ts'
import type { LiveOptions } from './live-options.ts'

/** The parts of one node, in the order in which they start. Seeds, trusted nodes and watchers add parts of their own. */
export interface Assembly {
  readonly core: Core
  readonly parts: readonly Part[]
  readonly registry: RegistryView
  readonly neighbours: NeighboursView
  readonly cuts: SeenView['cuts']
  readonly observe: (peer: PeerIdString, dimension: Dimension, counts: Counts) => void
  /** Changes options while the node runs. If it throws ServicesError `bad-option`, it has changed nothing. */
  readonly configure: (options: LiveOptions) => void
  /** Whether this node is evicted, and by whom. */
  readonly appeal: Appeals['ask']
  readonly standing: (peer: PeerIdString) => Promise<CoarseStanding>
  /** Peers and watchers have it. */
  readonly reporting?: ReportingView
}
