import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters, styleText } from 'node:util'
import fc from 'fast-check'
import { line } from '../../src/demo/line.ts'
import { wrapped } from '../../src/wrap.ts'
import { plainLine, renderLive } from '../../src/demo/live-view.ts'
import { plain } from '../../src/paint.ts'
import { demoState } from './state-fixture.ts'
import type { Paint } from '../../src/paint.ts'

const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false })

test('the live view shows the story, the tree, the peers with a legend, counts and the newest events', () => {
  const shown = renderLive(demoState()).split('\n')
  assert.deepEqual(shown.slice(0, 15), [
    'Peerwatch demo  24.3 s  the misdeeds have begun',
    '1,234 messages · 567 reports · 3 cases · 1 removed · 1 evicted',
    '',
    'Who does what → what should come of it',
    '✓ 6.2 s   peer-11 dies without a word → 2 seeds test it and take it off the registry',
    '✓ 12.3 s  peer-12 alters the messages it passes on → 2 of 3 trusted nodes sign its eviction',
    '·         peer-13 floods its neighbours with pings → 2 of 3 trusted nodes sign its eviction',
    '·         peer-14, peer-15 and peer-16 slander peer-5 → peer-5 is examined and acquitted',
    '',
    'Trust tree',
    '┌─ trusted-1  0000… – 5555…    ██████░░░░ 12.3 reports/s',
    'trusted-2     5555… – aaaa…    ██████████ 20.0 reports/s',
    '└─ trusted-3  no range         ░░░░░░░░░░ 0.0 reports/s',
    '',
    'Peers  · unknown ● clear ◐ watched ◆ suspect ✗ evicted † removed ? disputed'
  ])
  assert.match(shown.at(-1) ?? '', /^ 23\.4s trusted-1 {4}event 39 about peer-12/)
})

const widths: readonly { readonly columns: number; readonly first: string; readonly acquitted: string }[] = [
  {
    columns: 80,
    first: '· peer-1      honest          unknown    ✗ peer-12     corrupts        evicted',
    acquitted: '◐ peer-5      watched, acquitted 0.01?   ● peer-16     honest     0.93 clear'
  },
  {
    columns: 100,
    first: '· peer-1      honest                     unknown   ✗ peer-12     corrupts                   evicted',
    acquitted: '◐ peer-5      slandered watched, acquitted 0.01?   ● peer-16     honest    ██████████░ 0.93 clear'
  },
  {
    columns: 160,
    first:
      '· peer-1      honest                        unknown   ● peer-9      honest    █████████████░ 0.96 clear     ● watcher-1-1 watcher   ██████████████ 0.98 clear',
    acquitted:
      '◐ peer-5      slandered watched, acquitted 0.01?      ◆ peer-13     floods    ███████░░░░░░░ 0.52 suspect   ● watcher-3-1 watcher   ██████████████ 0.98 clear'
  }
]
for (const { columns, first, acquitted } of widths) {
  test(`on ${columns} columns the peers use the width, who is out has no reputation, and that of an acquitted one is disputed`, () => {
    const shown = renderLive(demoState(), { columns, rows: 40, paint: plain }).split('\n')
    const peers = shown.slice(shown.findIndex(text => text.startsWith('Peers')) + 1)
    assert.equal(peers[0], first)
    assert.ok(peers.includes(acquitted), peers.slice(0, 12).join('\n'))
  })
}

test('nothing wraps, nothing scrolls, and colours do not change the text', () => {
  const shown = renderLive(demoState())
  const lines = shown.split('\n')
  assert.ok(lines.length < 40, `${lines.length} lines`)
  for (const text of lines) assert.ok(text.length <= 100, text)
  assert.equal(stripVTControlCharacters(renderLive(demoState(), { columns: 100, rows: 40, paint: coloured })), shown)
})

test('on any terminal no line is wider and no picture higher than it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 1, max: 120 }), (columns, rows) => {
      const lines = renderLive(demoState(), { columns, rows, paint: plain }).split('\n')
      assert.ok(lines.length <= Math.max(1, rows - 1), `${lines.length} lines in ${rows} rows`)
      for (const text of lines) assert.ok(text.length <= columns, text)
    })
  )
})

test('while the hosts start, the view shows how many there are', () => {
  const starting = { ...demoState(), phase: 'starting' as const, doing: 'starting hosts 12 of 27', trusted: [], peers: [], events: [] }
  assert.match(renderLive(starting), /^Peerwatch demo {2}24\.3 s {2}starting hosts 12 of 27\n/)
})

test('a small terminal says how many peers it leaves out, and keeps room for events', () => {
  const lines = renderLive(demoState(), { columns: 80, rows: 24, paint: plain }).split('\n')
  assert.match(lines.join('\n'), /… and \d+ more/)
  assert.equal(lines.filter(text => text.includes('event ')).length, 3)
})

test('a tree of seven keeps its order and its branches', () => {
  const parents = [undefined, 'trusted-2', 'trusted-4', 'trusted-2', undefined, 'trusted-6', 'trusted-4', 'trusted-6']
  const trusted = parents.flatMap((parent, number) =>
    number === 0 ? [] : [{ name: `trusted-${number}`, reportsPerSecond: 1, ...(parent != null && { parent }) }]
  )
  const lines = renderLive({ ...demoState(), trusted }).split('\n')
  const branches = lines.slice(lines.indexOf('Trust tree') + 1).slice(0, 7)
  assert.deepEqual(
    branches.map(text => text.slice(0, 15).trimEnd()),
    ['   ┌─ trusted-1', '┌─ trusted-2', '│  └─ trusted-3', 'trusted-4', '│  ┌─ trusted-5', '└─ trusted-6', '   └─ trusted-7']
  )
})

test('what peers say cannot move the cursor', () => {
  const event = { atMs: 1_500, node: 'trusted-1', tone: 'bad' as const, text: 'closed \u001B[2J\u0007 by \u202Epeer 👁\n' }
  assert.equal(plainLine(event), '  1.5s trusted-1    closed ?[2J? by ?peer ??')
})

test('a line is cut between words, and within one only where it is very long', () => {
  assert.equal(line(['two of three sign'], 13, plain), 'two of three…')
  assert.equal(line(['two of three sign'], 15, plain), 'two of three …')
  assert.equal(line(['a'.repeat(60)], 12, plain), `${'a'.repeat(11)}…`)
  assert.equal(line(['fits'], 4, plain), 'fits')
})

test('wrapped text keeps every word, its order and the width', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 40 }), fc.integer({ min: 14, max: 60 }), (words, width) => {
      const lines = wrapped(`  ${words.join(' ')}`, width, '    ')
      assert.deepEqual(lines.join(' ').trim().split(/ +/), words)
      for (const text of lines) assert.ok(text.length <= width, text)
    })
  )
})

test('where not all peers have room, those that misbehave and their victims are shown', () => {
  const shown = renderLive(demoState(), { columns: 80, rows: 24, paint: plain })
  for (const name of ['peer-5', 'peer-11', 'peer-12', 'peer-13', 'peer-14']) assert.match(shown, new RegExp(`^.*[·●◐◆✗†] ${name} `, 'm'), shown)
  assert.match(shown, /… and \d+ more/)
})
