import assert from 'node:assert/strict'
import { test } from 'node:test'
import { summarise } from '@peerwatch/attacks/play'
import { csvHead, csvRows } from '../../src/demo/csv.ts'
import { readBehaviours } from '../../src/demo/read-behaviours.ts'
import { summaryTable } from '../../src/demo/summary-table.ts'
import { plain } from '../../src/paint.ts'
import { demoResult } from './state-fixture.ts'

test('behaviours are read with and without a number, and none is nobody', () => {
  assert.deepEqual(readBehaviours('corrupts=2,floods'), { corrupts: 2, floods: 1 })
  assert.deepEqual(readBehaviours('none'), {})
  assert.deepEqual(readBehaviours('dies=0'), { dies: 0 })
})

for (const text of ['', 'corrupt', 'corrupts=', 'corrupts=-1', 'corrupts=100', 'corrupts;floods', 'toString', 'corrupts,corrupts=2', 'none,dies']) {
  test(`--behaviour ${JSON.stringify(text)} is refused, and told what it takes`, () => {
    assert.throws(() => readBehaviours(text), { name: 'UsageError', message: /; expected (NAME or NAME=COUNT .* dies, corrupts, floods|each name once)/ })
  })
}

test('the rows of a run have a cell for each column, and say who misbehaved from which window and what came of it', () => {
  const rows = csvRows(demoResult(), 3).map(row => row.split(','))
  for (const row of rows) assert.equal(row.length, csvHead().split(',').length)
  const columns = csvHead().split(',')
  const dead = rows.find(row => row[columns.indexOf('behaviour')] === 'dies')!
  assert.deepEqual(Object.fromEntries(columns.map((name, index) => [name, dead[index]])), {
    run: '3',
    seed: '42',
    preset: 'demo',
    ok: 'true',
    end: 'shown',
    peer: 'peer-11',
    id: '12D3KooWpeer-11',
    behaviour: 'dies',
    fromWindow: '5',
    expected: 'removed',
    found: 'removed',
    afterWindows: '8',
    afterMs: '14200'
  })
})

test('the table of several runs says how many came about as expected, and how far they spread', () => {
  const text = summaryTable(summarise([demoResult(), demoResult()]), { columns: 100, paint: plain })
  assert.match(text, /^2 of 2 ok, 0 failed; seconds of those that were ok: 31\.4 \(31\.4 – 31\.4; 31\.4 – 31\.4\)$/m)
  assert.match(text, /^dies +removed +2 of 2 +34 – 100 +8 \(8 – 8; 8 – 8\) +14\.2 \(14\.2 – 14\.2; 14\.2 – 14\.2\)$/m)
  assert.match(text, /^honest +unharmed +2 of 2 +34 – 100$/m)
})
