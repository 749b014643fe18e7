import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted } from '../src/index.ts'

test('what is counted is one, or several', () => {
  assert.deepEqual(
    [0, 1, 2, 1_200].map(count => counted(count, 'window')),
    ['0 windows', '1 window', '2 windows', '1,200 windows']
  )
})
