import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdText, reach } from '@peerwatch/link'
import { freePorts } from '../../../node/src/free-ports.ts'
import { registryClient } from '../../src/registry/registry-client.ts'
import { noCertificates, testHost, testNetwork, until } from '../../../link/test/support/core.ts'
import { plainHost } from '../support/gossip.ts'
import type { CertificateBook, PeerwatchEvents } from '@peerwatch/link'
import type { TestHost } from '../../../link/test/support/core.ts'

const LONG_MS = 60_000

test('P80: one address that does not resolve, or where nobody listens, does not keep a node from the others', async t => {
  const { network } = await testNetwork()
  const [{ node, core }, living] = [await testHost(network), await plainHost()]
  t.after(async () => Promise.all([node.stop(), living.stop()]))
  const [port = 0] = await freePorts(1)
  const peer = peerIdText(living.peerId)
  const bad = [`/dnsaddr/seeds.invalid/p2p/${peer}`, `/dns4/seed.invalid/tcp/1/p2p/${peer}`, `/ip4/127.0.0.1/tcp/${port}`].map(text => multiaddr(text))
  const good = living.getMultiaddrs()
  await reach(core, peer, { addresses: [...bad, ...good], timeoutMs: LONG_MS })
  await node.hangUp(living.peerId)
  await node.peerStore.merge(living.peerId, { multiaddrs: [...bad, ...good] })
  assert.equal((await reach(core, peer, { timeoutMs: LONG_MS })).remotePeer.toString(), peer, 'nor where libp2p itself knows them')
  await node.hangUp(living.peerId)
  await assert.rejects(reach(core, peer, { addresses: bad, timeoutMs: LONG_MS }), ({ code, message }: { code?: string; message: string }) => {
    assert.equal(code, 'no-route')
    for (const address of bad) assert.ok(message.includes(address.toString()), `${message} says nothing of ${address.toString()}`)
    return true
  })
})

interface Seen {
  readonly host: TestHost
  readonly alarms: PeerwatchEvents['alarm']['detail'][]
  readonly failed: PeerwatchEvents['seed:failed']['detail'][]
  readonly client: ReturnType<typeof registryClient>
}

/** A node whose network.json names this seed at this address. */
async function nodeOf(address: string): Promise<Seen & { readonly seed: string }> {
  const { network, seeds } = await testNetwork({ seedAddresses: [address] })
  const host = await testHost(network)
  const alarms: Seen['alarms'] = []
  const failed: Seen['failed'] = []
  host.core.events.addEventListener('alarm', ({ detail }) => alarms.push(detail))
  host.core.events.addEventListener('seed:failed', ({ detail }) => failed.push(detail))
  const client = registryClient(host.core)
  await client.beforeStart?.()
  await client.start?.()
  return { host, alarms, failed, client, seed: peerIdFromPrivateKey(seeds[0]!).toString() }
}

test("P81: another key at a seed's address is told as such, once, with both keys", async t => {
  const other = await plainHost(await generateKeyPair('Ed25519'))
  const address = other.getMultiaddrs()[0]!.decapsulate(`/p2p/${other.peerId.toString()}`).toString()
  const { host, alarms, failed, client, seed } = await nodeOf(address)
  t.after(async () => {
    await client.stop?.()
    await Promise.all([host.node.stop(), other.stop()])
  })
  await until(() => (client.state().failures[0]?.failures ?? 0) >= 2, 'it is tried again')
  const wrong = alarms.filter(({ code }) => code === 'wrong-seed-key')
  assert.equal(wrong.length, 1)
  for (const part of [address, seed, other.peerId.toString()]) assert.ok(wrong[0]!.message.includes(part), `${wrong[0]!.message} does not name ${part}`)
  assert.deepEqual(
    failed.map(({ code, reason }) => ({ code, reason })),
    [{ code: 'other-key', reason: `at ${address} answers ${other.peerId.toString()}` }]
  )
  assert.equal(client.state().failures[0]!.code, 'other-key')
})

test('P82: a node that no seed answers says so soon, and why', async t => {
  const [port = 0] = await freePorts(1)
  const { host, alarms, failed, client, seed } = await nodeOf(`/ip4/127.0.0.1/tcp/${port}`)
  t.after(async () => {
    await client.stop?.()
    await host.node.stop()
  })
  await until(() => alarms.length > 0, 'nobody is told')
  assert.equal(alarms[0]!.code, 'no-seed')
  assert.match(alarms[0]!.message, new RegExp(`${seed} \\(/ip4/127\\.0\\.0\\.1/tcp/${port}: .*ECONNREFUSED`))
  assert.deepEqual(
    failed.map(({ code }) => code),
    ['no-route'],
    'the same reason is told once'
  )
  assert.equal(client.state().state, 'alone')
})

for (const { is, evicted, reason } of [
  { is: 'that hangs up on it', evicted: false, reason: /it hung up, as a node does that refuses this one: it may have cut or evicted it, or be full/ },
  { is: 'that hangs up on it once it knows of its eviction', evicted: true, reason: /^it lets this evicted node in for its appeal only$/ }
]) {
  test(`C163: of a seed ${is} a node says so in words, and not what libp2p was reading`, async t => {
    const [port = 0] = await freePorts(1)
    const { network, seeds } = await testNetwork({ seedAddresses: [`/ip4/127.0.0.1/tcp/${port}`] })
    const refusing = await testHost(network, seeds[0], {
      listen: [`/ip4/127.0.0.1/tcp/${port}`],
      libp2p: { connectionGater: { denyInboundEncryptedConnection: async () => true } }
    })
    const eviction = {} as ReturnType<CertificateBook['evicted']>
    const host = await testHost(network, undefined, { certificates: () => ({ ...noCertificates(), evicted: () => (evicted ? eviction : undefined) }) })
    const client = registryClient(host.core, { options: { backOffMs: 5, backOffMostMs: 10 } })
    t.after(async () => {
      await client.stop?.()
      await Promise.all([host.node.stop(), refusing.node.stop()])
    })
    await client.beforeStart?.()
    await client.start?.()
    await until(() => (client.state().failures[0]?.failures ?? 0) > 1, 'it is refused, and tries again')
    assert.match(client.state().failures[0]!.reason, reason)
  })
}
