import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRESETS } from '@peerwatch/model'
import { ReputationError, resolveOptions } from '../src/index.ts'

function isNamed(message: RegExp): (error: unknown) => boolean {
  return error => error instanceof ReputationError && error.code === 'bad-option' && message.test(error.message)
}

test('an option outside its range is named with its rule and value', () => {
  assert.throws(() => resolveOptions(PRESETS.lan, { restWindows: 0 }), isNamed(/restWindows: expected a number above 0, found 0/))
  assert.throws(
    () => resolveOptions(PRESETS.lan, { okHalfLifeWindows: 90 }),
    isNamed(/okHalfLifeWindows: expected at most badHalfLifeWindows \(60\), found 90/)
  )
  assert.equal(resolveOptions(PRESETS.public).watchersCount, 4)
})
