import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costsOf } from '../scripts/fuzz/costs.ts'
import { decoders } from '../scripts/fuzz/decoders.ts'
import { streamCosts } from '../scripts/fuzz/streams.ts'

const SEED = Math.floor(Math.random() * 1_000_000)
console.log(`seed ${SEED}`)

for (const decoder of await decoders()) {
  test(`L44: whatever comes as ${decoder.name}, to decode it costs at most 50 ms of this thread, 8 MiB, and 2.5 times as much for twice the bytes`, async () => {
    const { beyond } = await costsOf(decoder, 45, SEED)
    assert.deepEqual(beyond, [])
  })
}

// what each costs is in the figures of `npm run fuzz`: in this thread are all the other tasks of the nodes too, and more of them on a busy machine
test('L44: whatever comes over a stream of a real node, in whatever pieces, the node takes the next one', async () => {
  const rows = await streamCosts(30, SEED)
  assert.deepEqual(
    rows.filter(({ inputs }) => inputs < 30 / rows.length).map(({ name }) => name),
    []
  )
})
