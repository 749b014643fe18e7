import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { defaultListen } from '../../src/files/index.ts'
import { createNode } from '../../src/index.ts'
import { testNetwork } from '../../../link/test/support/core.ts'

const EVERYWHERE = ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0']
const cases = [
  { name: 'on loopback where all seeds are there', seeds: ['/ip4/127.0.0.1/tcp/14601'], listen: ['/ip4/127.0.0.1/tcp/0'] },
  { name: 'on both kinds of loopback where a seed is on that of IPv6', seeds: ['/ip6/::1/tcp/14602'], listen: ['/ip4/127.0.0.1/tcp/0', '/ip6/::1/tcp/0'] },
  { name: 'on all of the machine where a seed is elsewhere: watchers of a container too', seeds: ['/dns4/seed-1/tcp/14601'], listen: EVERYWHERE },
  { name: 'on all of the machine where one of several seeds is elsewhere', seeds: ['/ip4/127.0.0.1/tcp/14601', '/ip4/10.0.0.1/tcp/14601'], listen: EVERYWHERE },
  { name: 'on all of the machine where the seeds are at IPv6 addresses', seeds: ['/ip6/2001:db8::1/tcp/14601'], listen: EVERYWHERE }
]
for (const { name, seeds, listen } of cases) {
  const network = { seeds: seeds.map(seed => multiaddr(seed)) }
  test(`a node without an address of its own listens ${name}`, () => {
    assert.deepEqual(defaultListen(network, true), listen)
    assert.deepEqual(defaultListen(network, false), listen.slice(0, 1), 'and on IPv4 alone where the machine has no IPv6')
  })
}

test('P87: a node without an address of its own is reached over IPv4 and, where the machine has it, IPv6', async t => {
  const { network } = await testNetwork({ seedAddresses: ['/ip6/2001:db8::1/tcp/14601'] })
  const node = await createNode({ role: 'peer', network, http: false })
  t.after(node.stop)
  const kinds = new Set(node.addresses().map(address => address.split('/')[1]))
  const families = Object.values(networkInterfaces()).flatMap(all => all?.map(({ family }) => family) ?? [])
  assert.deepEqual(kinds, new Set(families.includes('IPv6') ? ['ip4', 'ip6'] : ['ip4']))
})
