import type { Libp2p, PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Network } from '@peerwatch/link'
import type { FirstSight } from './chat.ts'
import type { NodeRole } from './roles/index.ts'
import type { NodeServices } from './host.ts'
import type { NodeView } from './http/node-view.ts'
import type { NodeLiveOptions } from './options.ts'

/** What a node does wrong on purpose. */
export interface Misdeed {
  readonly behaviour: string
  /** Of slander: about whom. */
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
  /** What it shows of itself, as over HTTP. */
  readonly view: NodeView
  /** Multiaddrs that others dial, with `/p2p/ID`. */
  readonly addresses: () => string[]
  /** Multiaddrs to listen on again after a restart. */
  readonly listenedOn: () => string[]
  /** Of a trusted node: the watchers inside this process. */
  readonly watchers: () => PeerwatchNode[]
  /** Called for every chat message at its first sight. */
  readonly onFirstSight: (listener: (sight: FirstSight) => void) => void
  /** Tells in its log and events that it misbehaves from this window on, or no longer: for whoever compares what the network found with what was so. */
  readonly noteMisdeed: (misdeed: Misdeed, isOn: boolean) => void
  /** Changes options while it runs, those of its watchers too. Throws ServicesError `bad-option`, and nothing has changed then. */
  readonly configure: (options: NodeLiveOptions) => void
  /** Ends in order: what is in hand is delivered or kept, then goodbye. */
  readonly stop: () => Promise<void>
}
