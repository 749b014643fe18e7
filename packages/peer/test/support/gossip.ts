import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { until } from '../../../../test/support/until.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Libp2p, PrivateKey, ServiceMap } from '@libp2p/interface'

export interface PlainServices extends ServiceMap {
  identify: unknown
  ping: unknown
  pubsub: GossipSub
}

/** A libp2p host that has never heard of Peerwatch. */
export async function plainHost(privateKey?: PrivateKey, listen = ['/ip4/127.0.0.1/tcp/0']): Promise<Libp2p<PlainServices>> {
  return createLibp2p<PlainServices>({
    ...(privateKey != null && { privateKey }),
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub({ allowPublishToZeroTopicPeers: true, scoreParams: { IPColocationFactorWeight: 0 } })
    }
  })
}

/** Waits until all of them know of somebody who takes part in this topic: to know it of them is not enough, they would publish to nobody. */
export async function knowSubscribers(topic: string, hosts: readonly { readonly services: { readonly pubsub: GossipSub } }[]): Promise<void> {
  await until(() => hosts.every(({ services }) => services.pubsub.getSubscribers(topic).length > 0), `each knows a subscriber of ${topic}`)
}

export interface RawMessage {
  readonly from?: Uint8Array | undefined
  readonly data?: Uint8Array | undefined
  readonly seqno?: Uint8Array | undefined
  readonly topic: string
  readonly signature?: Uint8Array | undefined
  readonly key?: Uint8Array | undefined
}
interface Rpc {
  readonly messages: RawMessage[]
}
interface Sending {
  sendRpc: (to: string, rpc: Rpc) => boolean
}

export function bodyOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Alters the data of what a host sends where `shouldAlter` says so; returns the messages as they were before. */
export function altering(host: { services: { pubsub: GossipSub } }, shouldAlter: (message: RawMessage, to: string) => boolean): RawMessage[] {
  const sent: RawMessage[] = []
  const pubsub = host.services.pubsub as unknown as Sending
  const sendRpc = pubsub.sendRpc.bind(pubsub)
  pubsub.sendRpc = (to, rpc) => {
    sent.push(...rpc.messages)
    return sendRpc(to, { ...rpc, messages: rpc.messages.map(message => (shouldAlter(message, to) ? { ...message, data: bodyOf('altered') } : message)) })
  }
  return sent
}

/** From now on a host passes no message to this peer. */
export function withholding(host: { services: { pubsub: GossipSub } }, from: string): void {
  const pubsub = host.services.pubsub as unknown as Sending
  const sendRpc = pubsub.sendRpc.bind(pubsub)
  pubsub.sendRpc = (to, rpc) => sendRpc(to, to === from ? { ...rpc, messages: [] } : rpc)
}

export function send(from: { services: { pubsub: GossipSub } }, to: { peerId: { toString: () => string } }, messages: RawMessage[]): void {
  ;(from.services.pubsub as unknown as { sendRpc: (to: string, rpc: unknown) => boolean }).sendRpc(to.peerId.toString(), { subscriptions: [], messages })
}
