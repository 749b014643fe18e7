import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../src/report-error.ts'
import { shellWord } from '../src/shell-word.ts'
import { UsageError } from '../src/usage-error.ts'

test('C144: an error fits on a screen, whatever was typed', () => {
  for (const error of [new UsageError(`unknown option '--${'a'.repeat(100_000)}'`, 'an option'), new Error(`ENAMETOOLONG: open '${'b'.repeat(100_000)}'`)]) {
    const { line = '' } = describeError(error, 'peerwatch --help')
    assert.ok(line.length < 1_000, String(line.length))
    assert.match(line, /aaa…|bbb…/)
  }
})

test('C145: a folder stands in a command as a shell takes it', () => {
  for (const text of ['peer-data', '/tmp/a_b.c/d', './x']) assert.equal(shellWord(text), text)
  assert.equal(shellWord('two words'), "'two words'")
  assert.equal(shellWord("it's"), String.raw`'it'\''s'`)
  assert.equal(shellWord('$(reboot)'), "'$(reboot)'")
})
