import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { defaultLogger } from '@libp2p/logger'
import { byteStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { systemClock } from '@peerwatch/model/system-clock'
import { createLibp2p } from 'libp2p'
import { WebSocket } from 'ws'
import { HANGS_AFTER_MS } from '../../../../test/support/until.ts'
import { webSockets } from '../../src/web-sockets/web-sockets.ts'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { Libp2p } from '@libp2p/interface'

const MIB = 1024 * 1024
const PROTOCOL = '/test/echo/1'
/** More than a node holds unsent before whoever writes has to wait, and less than libp2p holds unread. */
const BLOCK_BYTES = 3 * MIB
const BLOCKS_COUNT = 4

async function host(t: TestContext, asksWithinMs = HANGS_AFTER_MS): Promise<Libp2p> {
  const node = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSockets({ clock: systemClock, asksWithinMs })],
    // libp2p itself would give up after ten seconds who shows no key
    connectionManager: { inboundUpgradeTimeout: HANGS_AFTER_MS },
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()]
  })
  t.after(async () => node.stop())
  return node
}

function portOf(node: Libp2p): number {
  return Number(/\/tcp\/(\d+)\/ws/.exec(node.getMultiaddrs().join(' '))?.[1])
}

async function rawSocket(node: Libp2p): Promise<Socket> {
  const socket = connect(portOf(node), '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

/** A client that speaks WebSocket and nothing of libp2p. */
async function rawWebSocket(node: Libp2p): Promise<{ client: WebSocket; carrier: Socket }> {
  const client = new WebSocket(`ws://127.0.0.1:${portOf(node)}`)
  const [[response]] = (await Promise.all([once(client, 'upgrade'), once(client, 'open')])) as [[IncomingMessage], unknown]
  return { client, carrier: response.socket }
}

const addresses = [
  { address: '/ip4/127.0.0.1/tcp/1/ws', listens: true, dials: true },
  { address: '/ip6/::1/tcp/1/ws', listens: true, dials: true },
  { address: '/dns4/example.org/tcp/443/wss', listens: false, dials: true },
  { address: '/dns4/example.org/tcp/443/tls/ws', listens: false, dials: true },
  { address: '/ip4/127.0.0.1/tcp/443/tls/sni/example.org/ws', listens: false, dials: true },
  { address: '/ip4/127.0.0.1/tcp/1', listens: false, dials: false },
  { address: '/ip4/127.0.0.1/udp/1/quic-v1', listens: false, dials: false },
  { address: '/ip4/127.0.0.1/udp/1/quic-v1/webtransport', listens: false, dials: false }
]
for (const { address, listens, dials } of addresses) {
  test(`${address} is ${listens ? '' : 'not '}listened on and ${dials ? '' : 'not '}dialled`, () => {
    const transport = webSockets({ clock: systemClock })({ logger: defaultLogger() })
    assert.equal(transport.listenFilter([multiaddr(address)]).length, Number(listens))
    assert.equal(transport.dialFilter([multiaddr(address)]).length, Number(dials))
  })
}

test('what is sent comes back whole, also beyond what may wait unsent', async t => {
  const [one, two] = await Promise.all([host(t), host(t)])
  await two.handle(PROTOCOL, async stream => {
    const bytes = byteStream(stream)
    for (let echoed = 0; echoed < BLOCKS_COUNT; echoed++) await bytes.write(await bytes.read({ bytes: BLOCK_BYTES }))
    await stream.close()
  })
  const bytes = byteStream(await one.dialProtocol(two.getMultiaddrs(), PROTOCOL))
  for (let number = 1; number <= BLOCKS_COUNT; number++) {
    const block = new Uint8Array(BLOCK_BYTES).fill(number)
    const [echoed] = await Promise.all([bytes.read({ bytes: BLOCK_BYTES }), bytes.write(block)])
    assert.ok(Buffer.from(echoed.subarray()).equals(block), 'a block came back altered')
  }
  assert.match(one.getConnections()[0]!.remoteAddr.toString(), /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws/)
  assert.match(two.getConnections()[0]!.remoteAddr.toString(), /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws/)
})

for (const { name, end } of [
  {
    name: 'a link that is cut off',
    end: async (node: Libp2p) => {
      node.getConnections()[0]!.abort(new Error('evicted'))
    }
  },
  { name: 'a link that is closed', end: async (node: Libp2p) => node.getConnections()[0]!.close() },
  { name: 'a host that stops', end: async (node: Libp2p) => node.stop() }
]) {
  test(`${name} is gone at once for the other side too`, async t => {
    const [one, two] = await Promise.all([host(t), host(t)])
    await one.dial(two.getMultiaddrs())
    const gone = once(two, 'peer:disconnect')
    const ending = end(one)
    await gone
    await ending
    assert.deepEqual(two.getConnections(), [])
  })
}

test('who connects and asks for nothing, or ever so slowly, is cut off and does not keep a host from stopping', async t => {
  const node = await host(t, 300)
  const silent = await rawSocket(node)
  const slow = await rawSocket(node)
  const trickle = setInterval(() => slow.write('G'), 50)
  t.after(() => {
    clearInterval(trickle)
  })
  slow.on('error', () => {})
  await Promise.all([silent, slow].map(async socket => once(socket.resume(), 'close')))
  const late = await rawSocket(node)
  const ended = once(late.resume(), 'close')
  await node.stop()
  await ended
})

test('a message of text ends the link, and so does one that is announced as too long, before it comes', async t => {
  const node = await host(t)
  const header = Buffer.alloc(14)
  header.set([0x82, 0xff])
  header.writeBigUInt64BE(BigInt(MIB + 1), 2)
  for (const say of [(client: WebSocket) => client.send('hello'), (_: WebSocket, carrier: Socket) => carrier.write(header)]) {
    const { client, carrier } = await rawWebSocket(node)
    client.on('error', () => {})
    const ended = once(client, 'close')
    say(client, carrier)
    await ended
  }
  assert.deepEqual(node.getConnections(), [])
})

test('a request that wants no WebSocket is told so', async t => {
  const node = await host(t)
  const { status } = await fetch(`http://127.0.0.1:${portOf(node)}/`)
  assert.equal(status, 426)
})

test('a host that is not there, or speaks no WebSocket, is an error of the dial', async t => {
  const node = await host(t)
  await assert.rejects(node.dial(multiaddr('/ip4/127.0.0.1/tcp/9/ws')))
  await assert.rejects(node.dial(multiaddr('/ip4/127.0.0.1/tcp/9/ws'), { signal: AbortSignal.abort() }))
})
