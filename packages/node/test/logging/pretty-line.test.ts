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

test('what others chose is quoted where it is no bare word: no control character reaches the terminal', () => {
  const nasty = '\u001b[2J\nfake: line\u0007'
  const text = prettyLine({ time: nasty, level: nasty, node: nasty, event: nasty, reason: nasty, list: [nasty], [nasty]: nasty, inner: { nasty } })
  assert.doesNotMatch(text, /\p{Cc}/u)
})

test('colours go through the painter, the level by its own', () => {
  const painted = prettyLine({ time: '2026-11-21T14:00:00.123Z', level: 'error', event: 'alarm' }, (style, text) => `<${style}>${text}</>`)
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
