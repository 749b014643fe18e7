import { AttacksError } from './errors.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Connection, ConnectionGater, Listener, PeerId, StreamMuxer } from '@libp2p/interface'

/** What a misbehaviour needs of a node: a `PeerwatchNode` of `@peerwatch/node`, or any libp2p host in this field. */
export interface Attackable {
  readonly libp2p: {
    readonly peerId: PeerId
    readonly services: object
    readonly getConnections: () => Connection[]
  }
  /** Called when a misdeed begins and ends. A `PeerwatchNode` has it. */
  readonly noteMisdeed?: (misdeed: { readonly behaviour: string; readonly victim?: PeerIdString }, isOn: boolean) => void
}

/**
 * Misconduct that can be switched on and off. Both functions are idempotent and never throw. An attack that was stopped leaves no timer and no stream
 * behind.
 */
export interface Attack {
  readonly start: () => void
  readonly stop: () => void
}

/** A gossip message as it travels; gossipsub does not export its own type. */
export interface GossipMessage {
  from?: Uint8Array
  data?: Uint8Array
  seqno?: Uint8Array
  topic: string
  signature?: Uint8Array
  key?: Uint8Array
}

export interface GossipRpc {
  subscriptions: unknown[]
  messages: GossipMessage[]
  control?: unknown
}

export interface GossipSender {
  sendRpc: (peer: string, rpc: GossipRpc) => boolean
}

interface Insides {
  readonly components: { connectionGater: ConnectionGater; readonly transportManager: { readonly getListeners: () => Listener[] } }
}

// From here on: what libp2p does not show. The tests of dies, floods and gossip fail when a release moves any of it.

export function gossipSender({ libp2p }: Attackable): GossipSender {
  const { pubsub } = libp2p.services as { pubsub?: Partial<GossipSender> }
  if (typeof pubsub?.sendRpc !== 'function') throw new AttacksError('unknown-libp2p', 'services.pubsub is not @libp2p/gossipsub 17: it has no sendRpc')
  return pubsub as GossipSender
}

/** The peers to which the node passes on what is said in that topic. */
export function meshPeers(node: Attackable, topic: string): string[] {
  const { mesh } = gossipSender(node) as { readonly mesh?: ReadonlyMap<string, ReadonlySet<string>> }
  if (!(mesh instanceof Map)) throw new AttacksError('unknown-libp2p', 'services.pubsub is not @libp2p/gossipsub 17: it has no mesh')
  return [...((mesh as ReadonlyMap<string, ReadonlySet<string>>).get(topic) ?? [])]
}

export function insides({ libp2p }: Attackable): Insides['components'] {
  const { components } = libp2p as unknown as Partial<Insides>
  if (components?.connectionGater == null || components.transportManager == null) {
    throw new AttacksError('unknown-libp2p', 'the node is not libp2p 3: it has no components')
  }
  return components
}

/** The multiplexer below a connection. Streams that are opened on it pass none of our limits. */
export function muxerOf(connection: Connection): StreamMuxer | undefined {
  return (connection as Connection & { readonly muxer?: StreamMuxer }).muxer
}

/** Ends the TCP connection below Noise and Yamux, so that neither says anything. */
export function severConnection(connection: Connection): void {
  const { maConn } = connection as Connection & { readonly maConn?: { readonly abort: (error: Error) => void } }
  maConn?.abort(new Error('severed'))
}
