import type { Libp2p, PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Network } from '@peerwatch/link'
import type { FirstSight } from './chat.ts'
import type { NodeRole } from './roles/index.ts'
import type { NodeServices } from './host.ts'
import type { NodeView } from './http/node-view.ts'
import type { NodeLiveOptions } from './options.ts'

/** A misbehaviour of a node that is on purpose. */
export interface Misdeed {
  readonly behaviour: string
  /** For slander: the peer that it is about. */
  readonly victim?: PeerIdString
}

/** A whole node that runs. */
export interface PeerwatchNode {
  readonly name: string
  readonly role: NodeRole
  readonly peerId: PeerId
  readonly libp2p: Libp2p<NodeServices>
  readonly network: Network
  readonly dataDir: string | undefined
  /** The data that the node shows over HTTP. */
  readonly view: NodeView
  /** Multiaddrs that others dial, with `/p2p/ID`. */
  readonly addresses: () => string[]
  /** The multiaddrs that it listens on, to be used again after a restart. */
  readonly listenedOn: () => string[]
  /** For a trusted node: the watchers inside this process. */
  readonly watchers: () => PeerwatchNode[]
  /** Adds a listener, which is called for every chat message at its first sight. */
  readonly onFirstSight: (listener: (sight: FirstSight) => void) => void
  /** Writes into its log and events that it misbehaves from this window on, or no longer. A reader can compare this truth with what the network found. */
  readonly noteMisdeed: (misdeed: Misdeed, isOn: boolean) => void
  /** Changes options while the node runs, also those of its watchers. If it throws ServicesError `bad-option`, it has changed nothing. */
  readonly configure: (options: NodeLiveOptions) => void
  /** Ends the node in order: it delivers or keeps its reports, then says goodbye. */
  readonly stop: () => Promise<void>
}
