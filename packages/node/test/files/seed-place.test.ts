import assert from 'node:assert/strict'
import { test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { seedElsewhere } from '../../src/files/seed-place.ts'

const ID = '12D3KooWGRUVh7FRLnk2nJ6HC7NmZdyLCNNYV1YkwSMcVqyJ4MhD'

const cases: readonly { readonly name: string; readonly network: string; readonly listen: string[]; readonly announce?: string[]; readonly found: boolean }[] =
  [
    { name: 'the same address', network: '/ip4/127.0.0.1/tcp/14601', listen: ['/ip4/127.0.0.1/tcp/14601'], found: true },
    { name: 'another port', network: '/ip4/127.0.0.1/tcp/14601', listen: ['/ip4/127.0.0.1/tcp/14611'], found: false },
    { name: 'loopback where others are to dial', network: '/ip4/203.0.113.7/tcp/14601', listen: ['/ip4/127.0.0.1/tcp/14601'], found: false },
    { name: 'all addresses, one of which may be named', network: '/dns4/seed.example.org/tcp/14601', listen: ['/ip4/0.0.0.0/tcp/14601'], found: true },
    { name: 'a private address behind a router', network: '/ip4/203.0.113.7/tcp/14601', listen: ['/ip4/10.0.0.5/tcp/14601'], found: true },
    { name: 'WebSockets where TCP is named', network: '/ip4/203.0.113.7/tcp/14601', listen: ['/ip4/0.0.0.0/tcp/14601/ws'], found: false },
    {
      name: 'a port of the machine that a container announces',
      network: '/dns4/seed.example.org/tcp/9000',
      listen: ['/ip4/0.0.0.0/tcp/14601'],
      announce: ['/dns4/seed.example.org/tcp/9000'],
      found: true
    },
    {
      name: 'a new name that is announced',
      network: '/dns4/old.example.org/tcp/14601',
      listen: ['/ip4/0.0.0.0/tcp/14601'],
      announce: ['/dns4/new.example.org/tcp/14601'],
      found: false
    },
    { name: 'nothing', network: '/ip4/127.0.0.1/tcp/14601', listen: [], found: false }
  ]
for (const { name, network, listen, announce = [], found } of cases) {
  test(`C82: a seed that listens at ${name} is ${found ? 'where network.json says' : 'told that nobody will find it'}`, () => {
    const seeds = [multiaddr(`${network}/p2p/${ID}`)]
    const own = listen.map(address => `${address}/p2p/${ID}`)
    assert.equal(seedElsewhere({ seeds }, { id: ID, listen: own, announce }) == null, found)
  })
}

test('a node that network.json does not name is nowhere else', () => {
  assert.equal(seedElsewhere({ seeds: [] }, { id: ID, listen: ['/ip4/127.0.0.1/tcp/1'], announce: [] }), undefined)
})
