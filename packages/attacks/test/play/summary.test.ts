import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judgeRun } from '../../src/play/judge-run.ts'
import { spreadOf, summarise } from '../../src/play/summary.ts'
import { play } from './play-fixture.ts'

const ok = judgeRun(play().facts)

test('a spread is ordered, lies within the numbers, and does not mind their order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1 }), numbers => {
      const spread = spreadOf(numbers)!
      const inOrder = [spread.least, spread.lower, spread.median, spread.upper, spread.most]
      assert.deepEqual(
        inOrder.toSorted((a, b) => a - b),
        inOrder
      )
      assert.deepEqual([spread.least, spread.most], [Math.min(...numbers), Math.max(...numbers)])
      assert.deepEqual(spreadOf(numbers.toReversed()), spread)
    })
  )
  assert.equal(spreadOf([]), undefined)
  assert.deepEqual(spreadOf([4, 1, 2, 3]), { least: 1, lower: 1.75, median: 2.5, upper: 3.25, most: 4 })
})

test('several runs are summed up by behaviour: how many came about as expected, and after how long', () => {
  const failed = judgeRun({ ...play({ removedAt: [] }).facts, end: 'missed' })
  const summary = summarise([ok, failed])
  assert.deepEqual([summary.runs, summary.ok, summary.failed, summary.tooBusy], [2, 1, 1, 0])
  const of = (behaviour: string): (typeof summary.behaviours)[number] | undefined => summary.behaviours.find(each => each.behaviour === behaviour)
  assert.deepEqual([of('dies')?.peers, of('dies')?.asExpected, of('corrupts')?.asExpected, of('slanders')?.peers], [2, 1, 2, 6])
  assert.deepEqual(of('dies')?.afterMs, { least: 4_000, lower: 4_000, median: 4_000, upper: 4_000, most: 4_000 })
  // Wilson's interval for 1 of 2
  assert.deepEqual(
    [of('dies')!.share.low, of('dies')!.share.high].map(share => Math.round(share * 100)),
    [9, 91]
  )
  assert.equal(of('honest')?.afterMs, undefined)
})

test('what a machine was too busy for, and what was stopped, says nothing, unless somebody was harmed', () => {
  const busy = judgeRun({ ...play().facts, end: 'too-busy' })
  const stopped = judgeRun({ ...play().facts, end: 'stopped' })
  const wronging = play()
  wronging.remove('neighbour')
  const wronged = judgeRun({ ...wronging.facts, end: 'too-busy' })
  const summary = summarise([ok, busy, stopped, wronged])
  assert.deepEqual([summary.ok, summary.tooBusy, summary.stopped, summary.failed], [1, 1, 1, 1])
  const honest = summary.behaviours.find(({ behaviour }) => behaviour === 'honest')
  assert.deepEqual([honest?.peers, honest?.asExpected], [2, 1])
})
