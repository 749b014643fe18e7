import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { MemoryDatastore } from 'datastore-core'
import { ownRecord } from '../../src/registry/own-record.ts'
import { readPeerRecord } from '../../src/registry/peer-record.ts'
import type { Core } from '@peerwatch/link'

/** The addresses in the record of a node that libp2p says has these; `announce` are those that its operator chose. */
async function recorded(own: { readonly addresses: readonly string[]; readonly announce?: readonly string[] }): Promise<string[]> {
  const privateKey = await generateKeyPair('Ed25519')
  const peerId = peerIdFromPrivateKey(privateKey)
  const addressManager = {
    getAddresses: () => own.addresses.map(address => multiaddr(`${address}/p2p/${peerId.toString()}`)),
    getAnnounceAddrs: () => (own.announce ?? []).map(address => multiaddr(address))
  }
  const components = { addressManager, datastore: new MemoryDatastore(), peerId, privateKey }
  const record = ownRecord({ components, clock: { nowMs: () => 1_700_000_000_000 } } as unknown as Core)
  const { addresses } = readPeerRecord(await record.current())
  return addresses.map(address => address.replace(/\/p2p\/[^/]+$/, ''))
}

const cases = [
  {
    name: 'loopback is left out beside an address that others can dial',
    addresses: ['/ip4/127.0.0.1/tcp/4001', '/ip4/172.18.0.5/tcp/4001'],
    left: ['/ip4/172.18.0.5/tcp/4001']
  },
  {
    name: 'so it is over IPv6, and of several addresses only it',
    addresses: ['/ip6/::1/tcp/4001', '/ip4/127.0.0.1/tcp/4001', '/ip6/fd00::5/tcp/4001', '/ip4/192.168.1.5/tcp/4001'],
    left: ['/ip6/fd00::5/tcp/4001', '/ip4/192.168.1.5/tcp/4001']
  },
  {
    name: 'a name counts as an address that others can dial',
    addresses: ['/ip4/127.0.0.1/tcp/4001', '/dns4/seed.example/tcp/4001'],
    left: ['/dns4/seed.example/tcp/4001']
  },
  {
    name: 'a node wholly on loopback says so',
    addresses: ['/ip4/127.0.0.1/tcp/4001', '/ip6/::1/tcp/4001'],
    left: ['/ip4/127.0.0.1/tcp/4001', '/ip6/::1/tcp/4001']
  },
  {
    name: 'a link-local address, which nobody can dial without its zone, replaces nothing',
    addresses: ['/ip6/::1/tcp/4001', '/ip6/fe80::5/tcp/4001'],
    left: ['/ip6/::1/tcp/4001', '/ip6/fe80::5/tcp/4001']
  },
  { name: 'a node without addresses says that', addresses: [], left: [] }
]

suite('what a node tells others of its addresses', () => {
  for (const { name, addresses, left } of cases) {
    test(name, async () => {
      assert.deepEqual(await recorded({ addresses }), left)
    })
  }

  test('what the operator announces is told as it is', async () => {
    const announce = ['/ip4/127.0.0.1/tcp/4001', '/ip4/172.18.0.5/tcp/4001']
    assert.deepEqual(await recorded({ addresses: announce, announce }), announce)
  })
})
