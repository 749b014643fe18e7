import type { EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { TestnetPlan } from '@peerwatch/node/testnet'
import type { PeerwatchEvents, StandingState } from '@peerwatch/link'
import type { PeerId } from '@libp2p/interface'
import type { Cast } from './cast.ts'
import type { CastNode } from './result.ts'
import type { PlayRole } from './roles.ts'

/** Peers as text, since threads are sent plain data. */
type Plain<T> = T extends PeerId ? PeerIdString : T extends string | undefined ? T : T extends object ? { readonly [K in keyof T]: Plain<T[K]> } : T
export type ToldDetail<K extends keyof PeerwatchEvents> = Plain<PeerwatchEvents[K]['detail']>

/** An event of one node, by its name. */
export type Told = { readonly [K in keyof PeerwatchEvents]: { readonly event: K; readonly detail: ToldDetail<K> } }[keyof PeerwatchEvents]

/** What a thread is made with. */
export interface ThreadInit {
  readonly seed: number
  readonly cast: Cast
  readonly roles: readonly PlayRole[]
  /** The folder that holds `data` and `logs`. */
  readonly folder: string
  /** Whether `peerwatch status` and the like can ask the nodes. */
  readonly http: boolean
  /** The events of the nodes that the thread tells. */
  readonly events: readonly (keyof PeerwatchEvents)[]
  /** Whether the thread tells standings and the tree while it runs. */
  readonly standings: boolean
}

/** What the stage asks of a thread. */
export type Order =
  | { readonly type: 'plan' }
  | { readonly type: 'run'; readonly plan: TestnetPlan; readonly names: readonly string[] }
  /** All hosts that there are, once they are known. */
  | { readonly type: 'cast'; readonly nodes: readonly CastNode[] }
  | { readonly type: 'misbehave' }
  /** Ends the attacks of this thread, and then its nodes of these roles. */
  | { readonly type: 'stop'; readonly roles: readonly string[] }
  /** Asks for the groups whose reports accuse these peers now. */
  | { readonly type: 'accusers'; readonly of: readonly Accused[] }

export interface Accused {
  readonly peer: PeerIdString
  readonly dimension: EvictableDimension
}

/** What one host says of itself twice a second. */
export interface HostFacts {
  readonly name: string
  readonly isRegistered: boolean
  /** The neighbours to which it is linked. */
  readonly linksCount: number
  /** Whether a trusted node takes its reports. */
  readonly hasEntry: boolean
  readonly evicted: readonly PeerIdString[]
  /** Messages that it saw for the first time, and reports acknowledged, since it was made. */
  readonly messages: number
  readonly reports: number
}

export interface ToldStanding {
  readonly state: StandingState
  readonly ratio: number | undefined
}

/** What a trusted node shows besides. */
export interface TierFacts {
  readonly name: string
  readonly standings: readonly (readonly [PeerIdString, ToldStanding])[]
  readonly tree: readonly TreeFacts[]
}

export interface TreeFacts {
  readonly node: PeerIdString
  readonly parent: PeerIdString | undefined
  readonly range: { readonly from: string; readonly to: string } | undefined
  readonly reportsPerSecond: number | undefined
}

/** What a thread tells. */
export type News =
  | { readonly type: 'planned'; readonly plan: TestnetPlan }
  /** A host exists. `running` says that it is on the air. */
  | { readonly type: 'created'; readonly node: CastNode; readonly dataDir: string | undefined }
  | { readonly type: 'running'; readonly name: string }
  | { readonly type: 'told'; readonly node: string; readonly told: Told }
  | { readonly type: 'facts'; readonly hosts: readonly HostFacts[]; readonly tier: readonly TierFacts[] }
  /** The window ended so long before this host closed it. */
  | { readonly type: 'closed'; readonly node: string; readonly window: WindowNumber; readonly lateMs: number }
  | { readonly type: 'stopped' }
  | { readonly type: 'accusers'; readonly groups: readonly (Accused & { readonly group: string })[] }
  | { readonly type: 'failed'; readonly message: string }
