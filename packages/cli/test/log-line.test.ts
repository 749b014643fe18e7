import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventFilter } from '../src/event-filter.ts'
import { readLog } from '../src/log-file.ts'
import { linePrinter } from '../src/line-printer.ts'
import { parseLine } from '../src/log-line.ts'

const PEER = '12D3KooWF2JxdPsW42Hf1jrMfJopHCuJbMqFbFWPVwEYYF9ycbKf'
const NOBODY = { of: (): undefined => undefined }
const deep = (levels: number): string => `{"event":${'['.repeat(levels)}1${']'.repeat(levels)}}`

test("a line is an object of few levels; what else stands in a log is nobody's line", () => {
  assert.deepEqual(parseLine('{"event":"alarm"}'), { event: 'alarm' })
  assert.ok(parseLine(deep(8)) != null)
  for (const text of ['', 'null', '7', '"alarm"', '{"event":', deep(17), deep(100_000)]) assert.equal(parseLine(text), undefined, text.slice(0, 40))
})

test('a state is called for people as `standing` calls it, and for programs as it is written', t => {
  const print = t.mock.method(console, 'log', () => {})
  const line = JSON.stringify({ level: 'info', event: 'standing:changed', peer: PEER, state: 'good' })
  for (const json of [true, false]) linePrinter({ json, passes: () => true, names: NOBODY })(line)
  const [forPrograms, forPeople] = print.mock.calls.map(({ arguments: [text] }) => String(text))
  assert.equal(forPrograms, line)
  assert.match(String(forPeople), /state=clear$/)
})

test('a log with lines of somebody else is read to its end, filtered or not', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'peerwatch-log-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'log.jsonl')
  const last = JSON.stringify({ level: 'info', time: '2026-01-01T00:00:00.000Z', event: 'peer:goodbye', peer: PEER })
  writeFileSync(path, `${['null', '7', deep(100_000), last].join('\n')}\n`)
  const print = t.mock.method(console, 'log', () => {})
  for (const json of [true, false]) {
    await readLog({
      path,
      lines: 10,
      follow: false,
      passes: eventFilter({ peer: [PEER] }, NOBODY),
      print: linePrinter({ json, passes: () => true, names: NOBODY })
    })
    assert.ok(String(print.mock.calls.at(-1)?.arguments[0]).includes(PEER))
  }
})
