import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unsentBudget } from '../src/unsent-budget.ts'

test('where all streams together hold too much for slow readers, the largest is ended, then the next, and no other', () => {
  const ended: string[] = []
  const budget = unsentBudget(100)
  const [small, middle, large, honest] = ['small', 'middle', 'large', 'honest'].map(name => () => {
    ended.push(name)
  }) as [() => void, () => void, () => void, () => void]
  budget.hold(small, 10)
  budget.hold(middle, 30)
  budget.hold(large, 50)
  budget.hold(honest, 10)
  assert.deepEqual(ended, [])
  budget.hold(honest, 11)
  assert.deepEqual(ended, ['large'])
  budget.hold(small, 59)
  assert.deepEqual(ended, ['large'], 'what was ended counts no more')
  budget.hold(small, 61)
  assert.deepEqual(ended, ['large', 'small'])
  budget.hold(middle, 0)
  budget.hold(honest, 100)
  assert.deepEqual(ended, ['large', 'small'], 'nor does what was taken')
})
