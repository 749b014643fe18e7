import assert from 'node:assert/strict'
import { test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { defaultListen } from '../../src/files/index.ts'

const cases = [
  { name: 'on loopback where all seeds are there', seeds: ['/ip4/127.0.0.1/tcp/14601', '/ip6/::1/tcp/14602'], listen: '/ip4/127.0.0.1/tcp/0' },
  { name: 'on all of the machine where a seed is elsewhere: watchers of a container too', seeds: ['/dns4/seed-1/tcp/14601'], listen: '/ip4/0.0.0.0/tcp/0' },
  {
    name: 'on all of the machine where one of several seeds is elsewhere',
    seeds: ['/ip4/127.0.0.1/tcp/14601', '/ip4/10.0.0.1/tcp/14601'],
    listen: '/ip4/0.0.0.0/tcp/0'
  }
]
for (const { name, seeds, listen } of cases) {
  test(`a node without an address of its own listens ${name}`, () => {
    assert.deepEqual(defaultListen({ seeds: seeds.map(seed => multiaddr(seed)) }), [listen])
  })
}
