import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { until } from '../../../../test/support/until.ts'
import { muxerOf } from '../../src/attackable.ts'
import type { GossipSub, Message } from '@libp2p/gossipsub'
import type { Connection, Libp2p, ServiceMap } from '@libp2p/interface'
import type { TestContext } from 'node:test'
import type { Ping } from '@libp2p/ping'
import type { GossipMessage, GossipRpc } from '../../src/attackable.ts'

export { until }

interface Services extends ServiceMap {
  identify: unknown
  ping: Ping
  pubsub: GossipSub
}

/** An honest libp2p host on loopback, with what was seen there. */
export interface Host {
  readonly libp2p: Libp2p<Services>
  readonly id: string
  /** Every copy of a gossip message that arrived, judged by gossipsub itself. */
  readonly copies: Copy[]
}

export interface Copy {
  readonly from: string
  readonly message: GossipMessage
  readonly verdict: 'valid' | 'duplicate' | 'invalid signature' | 'invalid'
}

interface Validated {
  readonly code: string
  readonly error?: string
}

/** gossipsub as far as these tests look into it. */
interface GossipInside {
  validateReceivedMessage: (from: { toString: () => string }, message: GossipMessage) => Promise<Validated>
  sendRpc: (peer: string, rpc: GossipRpc) => boolean
  readonly mesh: Map<string, Set<string>>
}

export const TOPIC = '/attacks/test'

export function insideGossip({ libp2p }: Host): GossipInside {
  return libp2p.services.pubsub as unknown as GossipInside
}

/** from ‖ seqno, as a Peerwatch node has it. */
function messageId(message: Message): Uint8Array {
  assert.ok(message.type === 'signed')
  return Buffer.concat([message.from.toMultihash().bytes, Buffer.from(message.sequenceNumber.toString(16).padStart(16, '0'), 'hex')])
}

export async function createHost(t: TestContext): Promise<Host> {
  const libp2p = await createLibp2p<Services>({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { reconnectRetries: 0 },
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub({ msgIdFn: messageId, allowPublishToZeroTopicPeers: true, heartbeatInterval: 100, scoreParams: { IPColocationFactorWeight: 0 } })
    }
  })
  t.after(async () => libp2p.stop())
  const host: Host = { libp2p, id: libp2p.peerId.toString(), copies: [] }
  const gossip = insideGossip(host)
  const validate = gossip.validateReceivedMessage.bind(gossip)
  gossip.validateReceivedMessage = async (from, message) => {
    const validated = await validate(from, message)
    host.copies.push({ from: from.toString(), message, verdict: verdictOf(validated) })
    return validated
  }
  return host
}

function verdictOf({ code, error }: Validated): Copy['verdict'] {
  if (code === 'valid' || code === 'duplicate') return code
  return error === 'invalid_signature' ? 'invalid signature' : 'invalid'
}

export async function createHosts(t: TestContext, count: number): Promise<Host[]> {
  return Promise.all(Array.from({ length: count }, async () => createHost(t)))
}

/** Dials, and waits until both know the link. */
export async function link(from: Host, to: Host): Promise<Connection> {
  const connection = await from.libp2p.dial(to.libp2p.getMultiaddrs())
  await until(() => to.libp2p.getConnections(from.libp2p.peerId).length > 0, 'the link is known on both sides')
  return connection
}

/** Subscribes all to one topic and waits until neighbours in this order are in each other's mesh. */
export async function chat(...hosts: Host[]): Promise<void> {
  for (const { libp2p } of hosts) libp2p.services.pubsub.subscribe(TOPIC)
  for (const [index, host] of hosts.slice(1).entries()) {
    const before = hosts[index]
    assert.ok(before)
    await until(
      () => insideGossip(before).mesh.get(TOPIC)?.has(host.id) === true && insideGossip(host).mesh.get(TOPIC)?.has(before.id) === true,
      'neighbours are in the mesh'
    )
  }
}

export async function say(host: Host, text: string): Promise<void> {
  await host.libp2p.services.pubsub.publish(TOPIC, new TextEncoder().encode(text))
}

export function textOf({ message }: Copy): string {
  return new TextDecoder().decode(message.data)
}

/** Counts the streams that `from` opens to `host`, whether or not anybody handles them. */
export function countStreams(host: Host, from: Host): () => number {
  let count = 0
  const watch = (connection: Connection): void => {
    muxerOf(connection)?.addEventListener('stream', () => {
      count++
    })
  }
  for (const connection of host.libp2p.getConnections(from.libp2p.peerId)) watch(connection)
  host.libp2p.addEventListener('connection:open', ({ detail }) => {
    if (detail.remotePeer.equals(from.libp2p.peerId)) watch(detail)
  })
  return () => count
}

/** Resolves with the error code of a plain TCP connection to this host, or `connected`. */
export async function tcpDial(port: number): Promise<string> {
  const socket = createConnection({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    return 'connected'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  } finally {
    socket.destroy()
  }
}
