import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { lineBudget } from '../../src/logging/line-budget.ts'

test('of each name so many lines a minute; what was left out is told at the first line after it, or at the end', () => {
  const clock = manualClock(1_000)
  const told: [string, number][] = []
  const budget = lineBudget({ clock, onLeftOut: (name, lines) => told.push([name, lines]) })
  const taken = (name: string, times: number): number => Array.from({ length: times }, () => budget.take(name, 3)).filter(Boolean).length
  assert.equal(taken('fault', 5), 3)
  assert.equal(taken('link', 2), 2)
  clock.advance(59_999)
  assert.equal(taken('fault', 1), 0)
  assert.deepEqual(told, [])
  clock.advance(1)
  assert.equal(taken('link', 4), 3)
  assert.deepEqual(told, [['fault', 3]])
  assert.equal(taken('fault', 1), 1)
  budget.settle()
  budget.settle()
  assert.deepEqual(told, [
    ['fault', 3],
    ['link', 1]
  ])
})
