import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters, styleText } from 'node:util'
import fc from 'fast-check'
import { plainLine, renderLive } from '../../src/demo/live-view.ts'
import { plain } from '../../src/paint.ts'
import { demoState } from './state-fixture.ts'
import type { Paint } from '../../src/paint.ts'

const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false })

test('the live view shows tree, peers, counts and the newest events', () => {
  const shown = renderLive(demoState()).split('\n')
  assert.deepEqual(shown.slice(0, 9), [
    'Peerwatch demo   preset demo, window 2 s   seed 42   24.3 s of at most 60 s',
    '2 seeds, 3 trusted, 6 watchers, 16 peers',
    '1,234 messages · 567 reports · 3 cases · 1 removed · 1 evicted',
    '',
    'Trust tree',
    '┌─ trusted-1  0000… – 5555…    ██████░░░░ 12.3 reports/s',
    'trusted-2     5555… – aaaa…    ██████████ 20.0 reports/s',
    '└─ trusted-3  no range         ░░░░░░░░░░ 0.0 reports/s',
    ''
  ])
  assert.equal(shown[10], '· peer-1       honest                    unknown  ✗ peer-12      corrupts  ███░░░░░░░ 0.31 evicted')
  assert.equal(shown[11]?.slice(50), '◆ peer-13      floods    █████░░░░░ 0.52 suspect')
  assert.match(shown.at(-1) ?? '', /^ 23\.4s trusted-1 {4}event 39 about peer-12/)
})

test('on 100 × 40 nothing wraps, nothing scrolls, and colours do not change the text', () => {
  const shown = renderLive(demoState())
  const lines = shown.split('\n')
  assert.ok(lines.length < 40, `${lines.length} lines`)
  for (const line of lines) assert.ok(line.length <= 100, line)
  assert.equal(stripVTControlCharacters(renderLive(demoState(), { columns: 100, rows: 40, paint: coloured })), shown)
})

test('on any terminal no line is wider and no picture higher than it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 1, max: 120 }), (columns, rows) => {
      const lines = renderLive(demoState(), { columns, rows, paint: plain }).split('\n')
      assert.ok(lines.length <= Math.max(1, rows - 1), `${lines.length} lines in ${rows} rows`)
      for (const line of lines) assert.ok(line.length <= columns, line)
    })
  )
})

test('a small terminal says how many peers it leaves out, and keeps room for events', () => {
  const lines = renderLive(demoState(), { columns: 80, rows: 24, paint: plain }).split('\n')
  assert.match(lines.join('\n'), /… and \d+ more/)
  assert.equal(lines.filter(line => line.includes('event ')).length, 3)
})

test('a tree of seven keeps its order and its branches', () => {
  const parents = [undefined, 'trusted-2', 'trusted-4', 'trusted-2', undefined, 'trusted-6', 'trusted-4', 'trusted-6']
  const trusted = parents.flatMap((parent, number) =>
    number === 0 ? [] : [{ name: `trusted-${number}`, reportsPerSecond: 1, ...(parent != null && { parent }) }]
  )
  const branches = renderLive({ ...demoState(), trusted })
    .split('\n')
    .slice(5, 12)
    .map(line => line.slice(0, 15).trimEnd())
  assert.deepEqual(branches, ['   ┌─ trusted-1', '┌─ trusted-2', '│  └─ trusted-3', 'trusted-4', '│  ┌─ trusted-5', '└─ trusted-6', '   └─ trusted-7'])
})

test('what peers say cannot move the cursor', () => {
  const event = { atMs: 1_500, node: 'trusted-1', tone: 'bad' as const, text: 'closed \u001B[2J\u0007 by \u202Epeer 👁\n' }
  assert.equal(plainLine(event), '  1.5s trusted-1    closed ?[2J? by ?peer ??')
})
