import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkSeeds } from '../src/doctor/seeds.ts'

const SELF = '12D3KooWBcYAoYZGb8W3dgRcoN2ffFC1mhonwYxoSm5EkuxcgnBV'
const OTHER = '12D3KooWRia2rSSWDfoQnWis9167D8NMVGQTX7zAgTvEWWfTsLBJ'
/** Where nobody listens. */
const at = (port: number, id: string): string => `/ip4/127.0.0.1/tcp/${port}/p2p/${id}`

test('C88: a seed does not ask itself, at none of its addresses', async () => {
  assert.deepEqual(await checkSeeds({ seeds: [at(2, SELF), at(3, SELF)], self: SELF }), [{ check: 'seeds', state: 'ok', found: 'this node is the only one' }])
  const [both, ...more] = await checkSeeds({ seeds: [at(2, SELF), at(3, OTHER)], self: SELF })
  assert.equal(both?.found, `0 of 1 other seeds answer; ${at(3, OTHER)}: nothing listens there (ECONNREFUSED)`)
  assert.deepEqual(more, [])
})

test('where nobody tells the seeds that is said, and how to tell them', async () => {
  const [check] = await checkSeeds({ seeds: undefined, self: undefined })
  assert.deepEqual([check?.state, check?.remedy], ['skipped', 'give it with --network'])
})
