import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Key } from 'interface-datastore'
import { manualClock } from '@peerwatch/model/testing'
import { writtenSoon } from '../src/written-soon.ts'
import { LossyDatastore } from './support/lossy-datastore.ts'
import type { WrittenSoon } from '../src/written-soon.ts'

interface Stage {
  readonly writes: WrittenSoon
  readonly disk: LossyDatastore
  readonly clock: ReturnType<typeof manualClock>
  readonly failures: number[]
  readonly dropped: () => number
}

function stage(): Stage {
  const disk = new LossyDatastore()
  const clock = manualClock()
  const failures: number[] = []
  let dropped = 0
  const writes = writtenSoon({
    datastore: disk,
    clock,
    rng: () => 0,
    onFailed: (_error, waitingCount) => failures.push(waitingCount),
    onDropped: count => {
      dropped += count
    }
  })
  return { writes, disk, clock, failures, dropped: () => dropped }
}

const key = (name: number | string): Key => new Key(`/test/${name}`)

async function found({ disk }: Stage): Promise<Record<string, number>> {
  const values: Record<string, number> = {}
  for await (const { key: at, value } of disk.query({})) values[at.name()] = value[0]!
  return values
}

test('S72: what is in force is written soon, and after a failure again and again until the disk takes it', async () => {
  const own = stage()
  const { writes, disk, clock, failures } = own
  writes.put(key('evicted'), Uint8Array.of(1))
  clock.advance(250)
  await writes.settled()
  assert.deepEqual(await found(own), { evicted: 1 })
  disk.fill(true)
  writes.put(key('evicted'), Uint8Array.of(2))
  writes.put(key('allowed'), Uint8Array.of(3))
  await writes.settled()
  writes.delete(key('evicted'))
  await writes.settled()
  assert.deepEqual([failures, writes.waitingCount()], [[2], 2], 'told once, and all of it waits')
  assert.equal(clock.pendingCount(), 1, 'it is tried again, be there another change or not')
  disk.fill(false)
  clock.advance(60_000)
  await writes.settled()
  assert.deepEqual([await found(own), writes.waitingCount()], [{ allowed: 3 }, 0])
})

test('S72: of one key nothing older lands after the newest, also where a write of it was under way', async () => {
  const own = stage()
  const { writes } = own
  writes.put(key('cut'), Uint8Array.of(1))
  const first = writes.settled()
  await new Promise(setImmediate)
  writes.put(key('cut'), Uint8Array.of(2))
  await first
  assert.equal(writes.waitingCount(), 1)
  await writes.settled()
  assert.deepEqual(await found(own), { cut: 2 })
})

test('S72: while the disk takes nothing so many changes wait, and each that is given up is counted', async () => {
  const own = stage()
  const { writes, disk } = own
  disk.fill(true)
  for (let number = 0; number < 20_100; number++) writes.put(key(number), Uint8Array.of(1))
  assert.deepEqual([writes.waitingCount(), own.dropped()], [20_000, 100])
  await writes.stop()
  disk.fill(false)
  own.clock.advance(3_600_000)
  assert.equal(writes.waitingCount(), 20_000, 'after the end nothing is tried any more')
  await writes.settled()
  assert.equal(Object.keys(await found(own)).length, 20_000)
})

test('S72: what comes in after the end waits for the next start, and no timer keeps the process running', async () => {
  const own = stage()
  const { writes, clock } = own
  await writes.stop()
  own.disk.fill(true)
  writes.put(key('late'), Uint8Array.of(1))
  await writes.settled()
  assert.equal(clock.nextAtMs(), undefined)
  own.disk.fill(false)
  writes.start()
  clock.advance(250)
  await writes.settled()
  assert.deepEqual(await found(own), { late: 1 })
})
