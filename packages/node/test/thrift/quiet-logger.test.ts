import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quietLogger } from '../../src/thrift/quiet-logger.ts'

test('nobody listens: every component, and every scope of it, has one silent logger', () => {
  delete process.env['DEBUG']
  const log = quietLogger()!.forComponent('libp2p:somewhere')
  const scope = log.newScope('deep').newScope('deeper')
  assert.equal(scope, log)
  assert.equal(log.enabled, false)
  log('%p', 'nothing')
  log.error('%p', 'nothing')
  log.trace('%p', 'nothing')
})

test('DEBUG brings the logger of libp2p back', () => {
  process.env['DEBUG'] = 'peerwatch*'
  assert.equal(quietLogger(), undefined)
  delete process.env['DEBUG']
})
