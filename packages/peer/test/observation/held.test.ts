import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { digestOf, verifiedCopies } from '../../src/gossip/verified-copies.ts'
import { bench, somebody } from '../support/bench.ts'
import type { PeerIdString } from '@peerwatch/model'

const MESSAGES = 3_000
/** Of the digests, the bits of the mesh and three places in maps; what gossipsub itself holds is not made here. */
const BYTES_MOST = 580

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapBytes(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

test('G87: what a peer holds of a gossip message that eight neighbours gave it is half a kilobyte, and still counted', async () => {
  const it = await bench()
  const author = await somebody()
  const neighbours: PeerIdString[] = []
  for (let number = 0; number < 8; number++) neighbours.push(await somebody())
  const silent = await somebody()
  it.mesh.push(...neighbours, silent)
  const verified = verifiedCopies()
  // as gossipsub holds them, for its own sake
  const ids = Array.from({ length: MESSAGES }, (_, number) => `${author}/${number}`.split('').join(''))
  const give = (number: number): void => {
    const [seqno, signature, data] = [randomBytes(8), randomBytes(64), randomBytes(200)]
    const id = ids[number]!
    for (const [at, from] of neighbours.entries()) {
      it.copy({ from, author, seqno, signature, data, id, kind: at === 0 ? 'new' : 'duplicate' }, number)
    }
    verified.add(digestOf({ from: randomBytes(38), seqno, topic: 't', data, signature }), id)
  }
  give(0)
  const before = heapBytes()
  for (let number = 1; number < MESSAGES; number++) give(number)
  const perMessage = (heapBytes() - before) / MESSAGES
  assert.ok(perMessage < BYTES_MOST, `${perMessage.toFixed(0)} bytes a message`)
  for (let window = 0; window < 3; window++) it.close()
  const told = it.windows.flatMap(({ observations }) => observations)
  assert.deepEqual(told.find(({ subject }) => subject === neighbours[7])?.counts, { forwarding: { ok: 20, bad: 0 } })
  assert.deepEqual(told.find(({ subject }) => subject === silent)?.counts, { forwarding: { ok: 0, bad: 20 } })
})
