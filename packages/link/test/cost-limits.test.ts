import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import fc from 'fast-check'
import { costLimits } from '../src/cost-limits.ts'
import type { PeerIdString } from '@peerwatch/model'

const PER_SECOND = 10
const BURST = 25
const peers = ['ann', 'bob'] as PeerIdString[]

test('O28: an allowance refills with time and never beyond the burst, each peer has its own, and what is refused costs nothing', () => {
  const step = fc.record({ peer: fc.constantFrom(...peers), cost: fc.integer({ min: 1, max: 30 }), afterMs: fc.constantFrom(0, 100, 1_000, 60_000) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), history => {
      const clock = manualClock(5_000)
      const limits = costLimits({ perSecond: PER_SECOND, burst: BURST, mostKeys: 10, clock })
      const left = new Map(peers.map(peer => [peer, BURST]))
      for (const { peer, cost, afterMs } of history) {
        clock.advance(afterMs)
        for (const each of peers) left.set(each, Math.min(BURST, left.get(each)! + (afterMs / 1_000) * PER_SECOND))
        const isGranted = limits.take(peer, cost)
        // sums of tenths are not exact
        assert.ok(isGranted ? left.get(peer)! >= cost - 1e-6 : left.get(peer)! < cost + 1e-6, `${isGranted}: ${left.get(peer)} of ${cost}`)
        if (isGranted) left.set(peer, left.get(peer)! - cost)
      }
    })
  )
})

test('O28: over any span no peer gets more than the burst and what the span refills', () => {
  const step = fc.record({ cost: fc.integer({ min: 1, max: 9 }), afterMs: fc.nat(3_000) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), history => {
      const clock = manualClock()
      const limits = costLimits({ perSecond: PER_SECOND, burst: BURST, mostKeys: 10, clock })
      const granted: { atMs: number; cost: number }[] = []
      for (const { cost, afterMs } of history) {
        clock.advance(afterMs)
        if (limits.take(peers[0]!, cost)) granted.push({ atMs: clock.monotonicMs(), cost })
      }
      for (const [first, { atMs }] of granted.entries()) {
        let sum = 0
        for (const later of granted.slice(first)) {
          sum += later.cost
          assert.ok(sum <= BURST + ((later.atMs - atMs) / 1_000) * PER_SECOND + 1e-6)
        }
      }
    })
  )
})

test('O28: the peer asked for longest ago is forgotten first', () => {
  const limits = costLimits({ perSecond: 1, burst: 1, mostKeys: 2, clock: manualClock() })
  const take = (peer: string): boolean => limits.take(peer, 1)
  assert.deepEqual(['ann', 'bob', 'ann', 'carl', 'ann', 'bob'].map(take), [true, true, false, true, false, true])
})
