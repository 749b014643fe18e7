import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causesOf, codesOf, innermostText } from '../src/causes.ts'

const coded = (message: string, code: unknown, cause?: unknown): Error => Object.assign(new Error(message, { cause }), { code })

test('an error has its causes from the outermost on, and what several came of, each once', () => {
  const full = coded('disk full', 'ENOSPC')
  const several = new AggregateError([coded('refused', 'ECONNREFUSED'), full], 'no way')
  const outer = coded('not written', 7, several)
  full.cause = outer
  assert.deepEqual(
    causesOf(outer).map(({ message }) => message),
    ['not written', 'no way', 'refused', 'disk full']
  )
  assert.deepEqual(codesOf(outer), ['ECONNREFUSED', 'ENOSPC'])
  assert.equal(innermostText(outer), 'disk full')
})

test('what is no error has no causes and speaks for itself', () => {
  for (const thrown of ['text', undefined, 7]) {
    assert.deepEqual(causesOf(thrown), [])
    assert.equal(innermostText(thrown), String(thrown))
  }
})
