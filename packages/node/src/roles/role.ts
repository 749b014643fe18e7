import type { RecordStore } from '@peerwatch/model'
import type { Network, PeerwatchComponents } from '@peerwatch/link'
import type { Peerwatch } from '@peerwatch/peer'
import type { NodeAssembly } from '../node-assembly.ts'
import type { NodeInit } from '../options.ts'
import type { WatcherTroop } from '../watcher-troop.ts'

/** The roles of nodes. Each has a row in `ROLES`. */
export type NodeRole = 'seed' | 'trusted' | 'watcher' | 'peer'

/** A list of the roster. */
export type Membership = 'seeds' | 'trusted'

/** A field of `NodeInit` without which a role cannot run. */
export type Need = 'owner' | 'pepper' | 'dataDir'

/** A group of options in the table of `config`. */
export type OptionSet = 'every' | 'peers' | 'registry' | 'tier'

/** A part of the HTTP API that some roles do not have. */
export type Offer = 'tree' | 'stored reports' | 'guests' | 'reinstatements'

/** A role's row: all that the rest of the code asks about a role. No field is optional, so the compiler names what a new row lacks. */
export interface Role {
  /** The name of a node of this role in messages, with the article. */
  readonly noun: string
  /** What its command does, for the help. */
  readonly about: string
  /** The list of the roster that must have its key. Undefined: no list may have it. */
  readonly member: Membership | undefined
  readonly needs: readonly Need[]
  /** False: a node of this role takes part before any seed has answered, and the network follows its clock. */
  readonly needsSeeds: boolean
  /** Publishes the network's small talk, unless it is told not to. */
  readonly talks: boolean
  /** Runs watchers inside its process. */
  readonly ownsWatchers: boolean
  readonly offers: readonly Offer[]
  readonly files: {
    /** The name of a folder that `peerwatch init` makes for it, as the help shows it. Undefined: it needs none, and makes its own key. */
    readonly folder: string | undefined
    /** Keeps the records of others in its data folder. */
    readonly records: boolean
  }
  /** The options that its command takes. */
  readonly options: readonly OptionSet[]
  /** Does little, so that its process prefers small memory to speed. */
  readonly sparesMemory: boolean
  /** For research: its command can be told to misbehave. */
  readonly misbehaves: boolean
  /** When a whole network stops, roles with a lower number stop first: whoever needs others goes before them. */
  readonly stops: number
  /** Loads what it runs. A process loads the code of its own role only. */
  readonly load: () => Promise<RoleCode>
}

/** A table of roles, by their names. */
export type Roles = Readonly<Record<string, Role>>

export interface RoleInit {
  readonly init: NodeInit
  readonly network: Network
  /** Where the role keeps records: opened and closed by the node. */
  readonly records: RecordStore | undefined
  /** Where the role owns watchers. */
  readonly troop: WatcherTroop | undefined
}

/** The exports of a role's module. */
export interface RoleCode {
  /** How many peers it serves at a time beside its neighbours. libp2p would end links that the role still has room for. */
  readonly serves: (init: NodeInit) => number
  readonly service: (init: RoleInit) => (components: PeerwatchComponents) => Peerwatch<NodeAssembly>
}
