import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { askSeeds } from '../src/ask-seeds.ts'
import { createTestnet } from '../src/testnet.ts'
import type { AddressInfo, Server } from 'node:net'
import type { Testnet } from '../src/testnet.ts'

let net: Testnet
let seed = ''
let peer = ''
const servers: Server[] = []

before(async () => {
  net = await createTestnet({ seeds: 1, trusted: 1, peers: 1 })
  seed = net.seeds[0]!.addresses()[0]!
  peer = net.peers[0]!.addresses()[0]!
})
after(async () => {
  for (const server of servers) server.close()
  await net.stop()
})

function idOf(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1)
}

/** The address of a program that is no libp2p host, as if it were the seed's. */
async function program(answer: string): Promise<string> {
  const server = createServer(socket => socket.end(answer))
  servers.push(server)
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}/p2p/${idOf(seed)}`
}

async function troubleAt(address: string): Promise<string | undefined> {
  const [asked] = await askSeeds([address])
  return asked?.trouble
}

test('C87: only what answers with the seed’s key and keeps a registry is that seed, and any of its addresses is asked by itself', async () => {
  const [mute, web] = [await program(''), await program('HTTP/1.1 400 Bad Request\r\n\r\n')]
  const nobody = `/ip4/127.0.0.1/tcp/2/p2p/${idOf(seed)}`
  const inNameOf = peer.replace(idOf(peer), idOf(seed))
  const asked = await askSeeds([seed, nobody, peer, inNameOf, mute, web])
  assert.deepEqual(
    asked.map(({ address }) => address),
    [seed, nobody, peer, inNameOf, mute, web]
  )
  const [ofSeed, ofNobody, ofPeer, ofName, ...ofPrograms] = asked.map(({ trouble }) => trouble)
  assert.equal(ofSeed, undefined)
  assert.equal(ofNobody, 'nothing listens there (ECONNREFUSED)')
  assert.equal(ofPeer, 'a libp2p host has its key and keeps no registry')
  assert.equal(ofName, `with another key answers ${idOf(peer)}`)
  for (const trouble of ofPrograms) assert.match(trouble ?? '', /^what answers there is no libp2p host \(/)
})

test('a name that nobody knows is told', async () => {
  assert.equal(await troubleAt(`/dns4/nowhere.invalid/tcp/4001/p2p/${idOf(seed)}`), 'its name is not known (ENOTFOUND)')
})
