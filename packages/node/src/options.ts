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
  /** Default: the key in the data folder, which the first start makes. */
  readonly privateKey?: PrivateKey
  /** Where the node keeps its key, evictions, reports in hand and records. Default: nothing lasts; a trusted node needs one. */
  readonly dataDir?: string
  /** Multiaddrs. Default: any port, on loopback if all seeds are there, else on all addresses of this machine. */
  readonly listen?: readonly string[]
  /** Multiaddrs that the node tells others in place of those that it listens on. */
  readonly announce?: readonly string[]
  /** For a trusted node: 32 bytes, the same in all trusted nodes. */
  readonly pepper?: Uint8Array
  /** For a trusted node without `pepper`: it asks the others, and keeps it in `dataDir`. Default: it does not start without. */
  readonly asksPepper?: boolean
  /** For a trusted node: how many watchers run inside this process. Default: the preset's. More: more cases at a time. */
  readonly watchers?: number
  /** For a trusted node: its watchers that are processes of their own. */
  readonly watcherIds?: readonly PeerIdString[]
  /** For a watcher: the trusted node that it belongs to. */
  readonly owner?: PeerIdString
  /** The small talk that this node publishes; `false`: none. Default: peers and watchers publish a message every 5 s. */
  readonly chat?: false | Partial<ChatOptions>
  readonly neighbours?: PeerOptions['neighbours']
  /** `false`: the node observes and reports, but refuses nobody. */
  readonly enforce?: boolean
  readonly neverEvict?: readonly PeerIdString[]
  /** How much gossip the node takes from one neighbour; `false`: no limit. */
  readonly gossip?: false | Partial<GossipLimitsOptions>
  /** For a peer or watcher: how it keeps and delivers its reports. */
  readonly reporting?: ReportingOptions
  /** For a seed: the limits of its registry. */
  readonly registry?: Partial<RegistryServerOptions>
  /** For a trusted node: what reporters may send at a time. */
  readonly entry?: Partial<EntryLimits>
  /** Where the HTTP API answers; `false`: nowhere. Default: a free port on loopback. */
  readonly http?: false | { readonly host?: string; readonly port?: number }
  /** Shows the metrics of libp2p and of the process too, beside Peerwatch's. Default false. */
  readonly libp2pMetrics?: boolean
  /** Where the node writes JSON lines, one per event; `false`: nowhere. Path `-` is stdout. Default: `log.jsonl` in the data folder, or no log without one. */
  readonly log?: false | { readonly path: string; readonly level?: LogLevel; readonly format?: LogFormat }
  /** The dimensions by which nodes judge a peer. Every node of a network must have the same. Default `DIMENSIONS` of `@peerwatch/detection`. */
  readonly dimensions?: DimensionTable
  /** One observer of the neighbours for each dimension. Default: those of `DIMENSIONS`. */
  readonly observers?: readonly ObserverFactory[]
  readonly rng?: Rng
  /** Default: the system's. */
  readonly clock?: Clock
  /** For research: changes what this node reports. */
  readonly alterObservations?: (observations: Observation[], window: number) => Observation[]
  /** Reads the node's configuration again and applies what can change at run time. `POST /v1/reload` calls it. If it rejects with NodeError, it has changed nothing. */
  readonly reload?: () => Promise<ReloadView>
  /** Called for this node and for each watcher inside it, before the node or watcher starts. Add listeners here. */
  readonly onCreated?: (node: PeerwatchNode) => void
}

/** Options that may change while the node runs. An absent one stays as it is. */
export interface NodeLiveOptions extends LiveOptions {
  readonly logLevel?: LogLevel
  readonly chatEveryMs?: number
}
