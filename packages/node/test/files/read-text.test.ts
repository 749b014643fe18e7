import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileRemedy, fileTrouble } from '../../src/files/read-text.ts'

const OTHERWISE = 'give another folder with --data'

test('C108: of a full disk the remedy is room, whoever says that it is full', () => {
  const level = new Error('IO error: p1/datastore/000005.log: No space left on device')
  for (const error of [
    Object.assign(new Error('write'), { code: 'ENOSPC' }),
    Object.assign(new Error('write'), { code: 'EDQUOT' }),
    new Error('Database failed to open', { cause: level })
  ])
    assert.equal(fileRemedy(error, OTHERWISE), 'make room there')
  assert.equal(fileRemedy(new Error('IO error: Invalid argument'), OTHERWISE), OTHERWISE)
  assert.match(fileTrouble(Object.assign(new Error('write'), { code: 'EDQUOT' })), /share is full/)
})
