import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { messageId } from '@peerwatch/peer'
import { createLibp2p } from 'libp2p'
import { until } from '../../support/until.ts'
import type { GossipSub, GossipSubEvents, GossipsubOpts } from '@libp2p/gossipsub'
import type { Libp2p } from '@libp2p/interface'
import type { Ping } from '@libp2p/ping'
import type { GoProcess } from './go.ts'

/** A js-libp2p host without Peerwatch. */
export interface GossipHost {
  readonly libp2p: Libp2p<{ identify: unknown; ping: Ping; pubsub: GossipSub }>
  /** Digest by message id, in hex. */
  readonly received: ReadonlyMap<string, string>
}

export function digestOf(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

export async function gossipHost(topic: string, options: Partial<GossipsubOpts> = {}): Promise<GossipHost> {
  const libp2p = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // a busy machine answers late
    connectionMonitor: { abortConnectionOnPingFailure: false },
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub({
        globalSignaturePolicy: 'StrictSign',
        msgIdFn: messageId,
        allowPublishToZeroTopicPeers: true,
        scoreParams: { IPColocationFactorWeight: 0 },
        ...options
      })
    }
  })
  const received = new Map<string, string>()
  libp2p.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg, msgId } }: GossipSubEvents['gossipsub:message']) => {
    assert.equal(hexOf(messageId(msg)), Buffer.from(msgId, 'base64').toString('hex'))
    received.set(hexOf(messageId(msg)), digestOf(msg.data))
  })
  libp2p.services.pubsub.subscribe(topic)
  return { libp2p, received }
}

/** Each knows that the other takes part. */
export async function knowEachOther({ libp2p }: GossipHost, topic: string, go: GoProcess): Promise<void> {
  await until(() => libp2p.services.pubsub.getSubscribers(topic).some(peer => peer.toString() === go.peer), 'the Go host subscribed')
  await go.event('joined', ({ peer }) => peer === libp2p.peerId.toString())
}

/** Each sends the other what it publishes. Go sends to its mesh alone; a message of before comes late or never. */
export async function inOneMesh(host: GossipHost, topic: string, go: GoProcess): Promise<void> {
  await knowEachOther(host, topic, go)
  await go.event('grafted', ({ peer }) => peer === host.libp2p.peerId.toString())
}

/** What a program of another language told of the messages it `received` (or `published`, where it names their ids). */
export function messagesOf({ events }: GoProcess, name: 'message' | 'published'): Map<string, string> {
  return new Map(events.filter(({ event }) => event === name).map(({ id, sha256 }) => [String(id), String(sha256)]))
}
