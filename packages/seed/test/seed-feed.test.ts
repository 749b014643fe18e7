import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import fc from 'fast-check'
import { seedFeed } from '../src/seed-feed.ts'
import { changeOf } from '@peerwatch/peer/parts'
import type { PeerIdString } from '@peerwatch/model'

const AT_ONCE = 50

const step = fc.record({
  told: fc.array(fc.nat(300), { maxLength: 150, size: 'max' }),
  leaves: fc.nat(300),
  afterMs: fc.constantFrom(0, 10, 50, 200)
})

test('G22: a seed that listens is told of each peer once per registration, some at a time, of the newest state, and of nobody who is gone', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), history => {
      const clock = manualClock()
      const gone = new Set<number>()
      /** Peers that were named and are still to be told of; those who left meanwhile need not be. */
      const due = new Set<number>()
      let pushedAtMs = -Infinity
      const feed = seedFeed(clock, seededRng(1), {
        change: peer => (gone.has(Number(peer)) ? undefined : changeOf({ goodbye: Uint8Array.of(Number(peer) >> 8, Number(peer) & 0xff) })),
        push: changes => {
          assert.ok(changes.length > 0 && changes.length <= AT_ONCE)
          assert.ok(clock.monotonicMs() >= pushedAtMs + 50)
          pushedAtMs = clock.monotonicMs()
          for (const { goodbye } of changes) {
            const peer = (goodbye[0]! << 8) + goodbye[1]!
            assert.ok(due.delete(peer), `${peer} was told of twice, or for nothing`)
            assert.ok(!gone.has(peer))
          }
        }
      })
      for (const { told, leaves, afterMs } of history) {
        for (const peer of told) {
          due.add(peer)
          gone.delete(peer)
        }
        feed.tell(told.map(peer => ({ peer: String(peer) as PeerIdString, group: String(peer % 7) })))
        gone.add(leaves)
        due.delete(leaves)
        clock.advance(afterMs)
      }
      clock.advance(60_000)
      assert.deepEqual([...due], [])
      assert.equal(clock.pendingCount(), 0, 'nothing is left to do')
    })
  )
})

test('G22: a feed that was stopped tells nothing more', () => {
  const clock = manualClock()
  const feed = seedFeed(clock, seededRng(1), { change: () => changeOf({}), push: () => assert.fail('it was stopped') })
  feed.tell([{ peer: 'ann' as PeerIdString, group: 'one' }])
  feed.stop()
  clock.advance(1_000)
  assert.equal(clock.pendingCount(), 0)
})
