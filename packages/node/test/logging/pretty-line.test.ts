import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@peerwatch/model/system-clock'
import { EVENT_TABLE, prettyLine } from '@peerwatch/node/events'
import { jsonLog } from '../../src/logging/index.ts'

test('a line for people has time, level, node, event and fields', () => {
  const line = {
    level: 'warn',
    time: '2026-11-21T14:00:00.123Z',
    node: 'peer-3',
    role: 'peer',
    peer: '12D3KooW',
    seeds: ['a', 'b'],
    counts: { ok: 1 },
    event: 'peer:removed'
  }
  assert.equal(prettyLine(line), '2026-11-21 14:00:00.123Z warn  peer-3 peer:removed peer=12D3KooW seeds=a,b counts={"ok":1}')
})

test('for a person an instant is a time, and what a line lists of each peer stands behind the peer', () => {
  const finding = { by: '12D3KooW', outcome: 'failed' }
  assert.equal(
    prettyLine({ event: 'x', expiresAtMs: 1_796_036_960_000, findings: [finding, finding] }),
    'x expiresAt=2026-11-30T11:09:20Z findings=12D3KooW/failed,12D3KooW/failed'
  )
  assert.equal(
    prettyLine({ event: 'x', expiresAtMs: 1e300, atMs: 'soon', findings: [{ by: 'a b' }] }),
    'x expiresAtMs=1e+300 atMs=soon findings=[{"by":"a b"}]'
  )
})

test('what others chose is quoted where it is no bare word: no control character reaches the terminal', () => {
  const nasty = '\u001b[2J\nfake: line\u0007'
  const text = prettyLine({ time: nasty, level: nasty, node: nasty, event: nasty, reason: nasty, list: [nasty], [nasty]: nasty, inner: { nasty } })
  assert.doesNotMatch(text, /\p{Cc}/u)
})

test('colours go through the painter, the level by its own', () => {
  const painted = prettyLine({ time: '2026-11-21T14:00:00.123Z', level: 'error', event: 'alarm' }, { paint: (style, text) => `<${style}>${text}</>` })
  assert.equal(painted, '<dim>2026-11-21 14:00:00.123Z</> <red>error</> <bold>alarm</>')
})

test('the level changes while the log is open, and a pretty log has a line for each event', () => {
  const written: string[] = []
  const stream = { write: (text: string) => void written.push(text) }
  const log = jsonLog({ clock: systemClock, to: { stream }, node: 'x', role: 'peer', format: 'pretty', level: 'error' })
  log.write('node:stopped', { uptimeMs: 1 })
  log.setLevel('info')
  log.write('node:stopped', { uptimeMs: 2 })
  assert.equal(written.length, 1)
  assert.match(written[0] ?? '', /^\S+ \S+Z info {2}x node:stopped uptimeMs=2\n$/)
  assert.ok('node:reloaded' in EVENT_TABLE)
})

test('a name stands behind the id that it belongs to, in quotes where it is no bare word, and nowhere else', () => {
  const [one, two] = ['12D3KooWF2JxdPsW42Hf1jrMfJopHCuJbMqFbFWPVwEYYF9ycbKf', '12D3KooWFZPEbDkXxbjvSxcbUJALnoCdnfvjjHBxWJto8XrhbG3h']
  const nameOf = (peer: string): string | undefined => ({ [one]: 'trusted-1', [two]: 'the old laptop' })[peer]
  const line = { time: '2026-11-21T14:00:00.123Z', event: 'peer:removed', peer: one, seeds: [one, two], reason: `trusted-1 says ${two}` }
  assert.equal(
    prettyLine(line, { nameOf, idText: id => id.slice(-4) }),
    `2026-11-21 14:00:00.123Z peer:removed peer=cbKf(trusted-1) seeds=cbKf(trusted-1),bG3h("the old laptop") reason="trusted-1 says ${two}"`
  )
})

test('what moves a cursor or turns a line is shown by its number, wherever it stands', () => {
  const line = prettyLine({ level: 'info', time: '2026-01-01T00:00:00.000Z', event: 'alarm', message: 'a\u009B2J\u202Eb\u2028', more: { deep: '\u2066' } })
  assert.ok(line.includes(String.raw`"a\u009b2J\u202eb\u2028"`), line)
  assert.ok(line.includes(String.raw`\u2066`), line)
  assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u)
})
