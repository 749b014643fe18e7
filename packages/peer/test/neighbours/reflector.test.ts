import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { observedHost } from '../support/observed-host.ts'
import type { AddressInfo } from 'node:net'
import type { Libp2p } from '@libp2p/interface'

/** Somebody else's machine, and how often it was knocked at. */
async function thirdParty(): Promise<{ readonly address: string; readonly knocks: () => number; readonly close: () => void }> {
  let knocks = 0
  const server = createServer(socket => {
    knocks++
    socket.destroy()
  })
  server.listen(0, '127.0.0.2')
  await once(server, 'listening')
  return { address: `/ip4/127.0.0.2/tcp/${(server.address() as AddressInfo).port}`, knocks: () => knocks, close: () => server.close() }
}

/** Says that it is somewhere else. */
async function liar(announce: readonly string[]): Promise<Libp2p> {
  return createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'], announce: [...announce] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), ping: ping() }
  })
}

test('O60: who links, names a third party’s address and leaves makes nobody knock there', async t => {
  const victim = await thirdParty()
  t.after(victim.close)
  const { network } = await testNetwork({ scope: 'public' })
  const hosts = await Promise.all([observedHost(network), observedHost(network), observedHost(network)])
  t.after(async () => Promise.all(hosts.map(async host => host.stop())))
  const mallory = await liar([victim.address])
  t.after(async () => mallory.stop())
  for (const { node } of hosts) await mallory.dial(node.getMultiaddrs())
  await until(() => hosts.every(({ neighbours }) => neighbours.list()[0]?.lastAnswerMs != null), 'each has a neighbour that answers')
  await until(async () => {
    const stored = await Promise.all(hosts.map(async ({ node }) => node.peerStore.get(mallory.peerId)))
    return stored.every(({ addresses }) => addresses.some(({ multiaddr }) => multiaddr.toString().includes('127.0.0.2')))
  }, 'each was told the address')
  for (const connection of mallory.getConnections()) connection.abort(new Error('gone'))
  await until(() => hosts.every(({ neighbours }) => (neighbours.list()[0]?.misses ?? 0) >= 4), 'each looks for it')
  t.diagnostic(`one link each to ${hosts.length} nodes, and 4 redials of each: ${victim.knocks()} knocks at a third party`)
  assert.equal(victim.knocks(), 0)
})

test('O60: a lost neighbour is redialled where it was linked, by the address that it told', async t => {
  const { network } = await testNetwork({ scope: 'public' })
  const host = await observedHost(network)
  t.after(async () => host.stop())
  const peer = await liar([])
  t.after(async () => peer.stop())
  await peer.dial(host.node.getMultiaddrs())
  await until(() => host.neighbours.list()[0]?.lastAnswerMs != null, 'it answers')
  await until(async () => (await host.node.peerStore.get(peer.peerId)).addresses.length > 0, 'it is identified')
  for (const connection of peer.getConnections()) connection.abort(new Error('lost'))
  await until(() => host.neighbours.list()[0]?.state === 'lost', 'it is lost')
  await until(() => host.neighbours.list()[0]?.state === 'connected' && host.neighbours.list()[0]?.direction === 'outbound', 'it is redialled')
})
