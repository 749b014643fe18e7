import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heldBudget } from '../src/held-budget.ts'

test('where all streams together hold too much for slow readers, the largest is ended, then the next, and no other', () => {
  const ended: string[] = []
  const budget = heldBudget(100, 'largest')
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

test('where all streams together hold too much of frames that are not whole, the oldest is ended, then the next, and no other', () => {
  const ended: string[] = []
  const budget = heldBudget(100, 'oldest')
  const [first, second, third] = ['first', 'second', 'third'].map(name => () => {
    ended.push(name)
  }) as [() => void, () => void, () => void]
  budget.hold(first, 40)
  budget.hold(second, 10)
  budget.hold(first, 0)
  budget.hold(first, 40)
  budget.hold(third, 50)
  assert.deepEqual(ended, [])
  budget.hold(third, 51)
  assert.deepEqual(ended, ['second'], 'the first one has begun again since')
  assert.equal(budget.heldBytes(), 91)
  budget.hold(third, 101)
  assert.deepEqual(ended, ['second', 'first', 'third'])
  assert.equal(budget.heldBytes(), 0)
})
