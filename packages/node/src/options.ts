import type { PrivateKey } from '@libp2p/interface'
import type { Clock, DimensionTable, Observation, PeerIdString, Rng } from '@peerwatch/model'
import type { EntryLimits } from '@peerwatch/tier'
import type { GossipLimitsOptions, LiveOptions, ObserverFactory, PeerOptions, ReportingOptions } from '@peerwatch/peer'
import type { Network, NetworkFile } from '@peerwatch/link'
import type { RegistryServerOptions } from '@peerwatch/seed'
import type { ChatOptions } from './chat.ts'
import type { NodeRole } from './roles/index.ts'
import type { ReloadView } from './http/node-view.ts'
import type { LogFormat, LogLevel } from './logging/index.ts'
import type { PeerwatchNode } from './peerwatch-node.ts'

export interface NodeInit {
  readonly role: NodeRole
  /** As `network.json` has it, or already parsed. */
  readonly network: Network | NetworkFile
  /** For people: logs and the demo. Default: the role. */
  readonly name?: string
  /** Default: the one in the data folder, made at the first start. */
  readonly privateKey?: PrivateKey
  /** Where the node keeps its key, evictions, reports in hand and records. Default: nothing lasts; a trusted node needs one. */
  readonly dataDir?: string
  /** Multiaddrs. Default: any port on loopback where all seeds are there, else on all of this machine. */
  readonly listen?: readonly string[]
  /** Multiaddrs to tell others in place of those listened on. */
  readonly announce?: readonly string[]
  /** Of a trusted node: 32 bytes, the same in all. */
  readonly pepper?: Uint8Array
  /** Of a trusted node: watchers inside this process. Default: the preset's. More: more cases at a time. */
  readonly watchers?: number
  /** Of a trusted node: watchers that are processes of their own. */
  readonly watcherIds?: readonly PeerIdString[]
  /** Of a watcher: the trusted node it belongs to. */
  readonly owner?: PeerIdString
  /** Small talk of the network; `false` for none. Default: a message every 5 s on peers and watchers. */
  readonly chat?: false | Partial<ChatOptions>
  readonly neighbours?: PeerOptions['neighbours']
  /** `false`: observes and reports, but refuses nobody. */
  readonly enforce?: boolean
  readonly neverEvict?: readonly PeerIdString[]
  /** What one neighbour may hand over by gossip; `false`: no limit. */
  readonly gossip?: false | Partial<GossipLimitsOptions>
  /** Of a peer or watcher: how reports are kept and delivered. */
  readonly reporting?: ReportingOptions
  /** Of a seed: limits of its registry. */
  readonly registry?: Partial<RegistryServerOptions>
  /** Of a trusted node: what reporters may send at a time. */
  readonly entry?: Partial<EntryLimits>
  /** HTTP API on loopback; `false` for none. Default: a free port. */
  readonly http?: false | { readonly host?: string; readonly port?: number }
  /** Shows libp2p's own metrics too, beside Peerwatch's. Only one node of a process can: libp2p's exporter keeps one global table. */
  readonly libp2pMetrics?: boolean
  /** JSON lines, one per event; `false` for none. Path `-` is stdout. Default: `log.jsonl` in the data folder, none without one. */
  readonly log?: false | { readonly path: string; readonly level?: LogLevel; readonly format?: LogFormat }
  /** By what peers are judged; every node of a network must have the same. Default `DIMENSIONS` of `@peerwatch/detection`. */
  readonly dimensions?: DimensionTable
  /** One for each dimension. Default: those of `DIMENSIONS`. */
  readonly observers?: readonly ObserverFactory[]
  readonly rng?: Rng
  /** Default: the system's. */
  readonly clock?: Clock
  /** For research: what this node reports instead of what it saw. */
  readonly alterObservations?: (observations: Observation[], window: number) => Observation[]
  /** Reads its configuration again and applies what can change at run time; asked for by `POST /v1/reload`. Rejects with NodeError, and nothing has changed then. */
  readonly reload?: () => Promise<ReloadView>
  /** Called for this node, and for each watcher inside it, before it starts: the place to add listeners. */
  readonly onCreated?: (node: PeerwatchNode) => void
}

/** What may change while the node runs. What is left out stays as it is. */
export interface NodeLiveOptions extends LiveOptions {
  readonly logLevel?: LogLevel
  readonly chatEveryMs?: number
}
