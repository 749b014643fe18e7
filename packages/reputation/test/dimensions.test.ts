import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DIMENSIONS } from '@peerwatch/detection'
import { dimensionTable, seededRng } from '@peerwatch/model'
import { SeenBook, accuses, assessEvidence, assessLook, evidenceOf, judge, resolveOptions, standingOf, step } from '../src/index.ts'
import { digest, peer, report } from './support/build.ts'
import { findingId, START_WINDOW, WINDOW_MS } from './support/tier.ts'
import type { EvictableRow } from '@peerwatch/model'
import type { Judge, JudgeEvent, Seen, Surroundings } from '../src/index.ts'

/** Unlike the others in every field that the judge reads. */
const spam: EvictableRow = {
  name: 'spam',
  number: 6,
  evictable: true,
  theta: 0.4,
  ratio: ({ ok, bad }) => (2 + ok) / (2 + ok + bad),
  evidence: { messages: 5, withinWindows: 9 },
  passes: ({ bad }) => bad < 5,
  leastSeen: 12
}
const options = resolveOptions(undefined, { dimensions: dimensionTable([...DIMENSIONS.rows, spam]) })
const [self, subject] = [peer('t1'), peer('s')]
const NOW = START_WINDOW

function seen(name: string, ok: number, bad: number, finding = false): Seen {
  return { peer: peer(name), dimension: 'spam', ok, bad, finding }
}

function fresh(): Judge {
  return judge({ self, windowMs: WINDOW_MS, options, rng: seededRng(1), digest, findingId })
}

const at: Surroundings = {
  window: NOW,
  roster: { version: 1, trusted: [self], quorum: 1 },
  watchers: [peer('w')],
  isOverloaded: false,
  registeredCount: 16,
  isImmune: () => false,
  isOwnWatcher: () => false,
  isEvicted: () => false,
  history: () => ({ evictions: 0, serial: 0 })
}

function accused(known: Judge, counts: { ok: number; bad: number }): string[] {
  const events = ['a', 'b', 'c'].map((reporter): JudgeEvent => {
    return { type: 'report', at, isConflict: false, report: report({ reporter: peer(reporter), subject, window: NOW, counts: { spam: counts } }) }
  })
  return events.flatMap(event => step(known, event)).map(({ type }) => type)
}

suite('a dimension that only its row knows', () => {
  test('bad observations below its θ open a case at once, and those above it none', () => {
    assert.deepEqual(accused(fresh(), { ok: 8, bad: 12 }), [])
    assert.deepEqual(accused(fresh(), { ok: 0, bad: 20 }), ['open case', 'look'])
  })

  test('its evidence lasts as long as its row says, and its controls pass by its rule', () => {
    const book = new SeenBook(options.dimensions.evidenceWindows)
    const found = (): string | undefined => assessEvidence(book, subject, 'spam', seededRng(1), options)?.outcome
    book.add(NOW, [seen('s', 0, 20, true)])
    // half of what was seen of them is bad, and would do for no control in `resource`
    book.add(NOW + 8, [seen('a', 4, 4), seen('b', 4, 4), seen('c', 4, 4)])
    assert.equal(found(), 'failed')
    book.add(NOW + 8, [seen('a', 0, 1), seen('b', 0, 1)])
    assert.equal(found(), 'void')
    book.add(NOW + 9, [])
    assert.equal(found(), undefined)
  })

  test('a look has to see as much as its row says', () => {
    const book = new SeenBook(options.dimensions.evidenceWindows)
    const look = (): string => assessLook(book, subject, 'spam', { from: NOW, to: NOW + 3 }, options).outcome
    book.add(NOW, [seen('s', 11, 0)])
    assert.equal(look(), 'void')
    book.add(NOW + 1, [seen('s', 1, 0)])
    assert.equal(look(), 'not confirmed')
    book.add(NOW + 2, [seen('s', 0, 5)])
    assert.equal(look(), 'void')
  })

  test('its reputation is its own ratio, and the operator sees who accuses and what was found', () => {
    const known = fresh()
    accused(known, { ok: 0, bad: 20 })
    const { dimensions, dimension, ratio } = standingOf(known, at, subject)
    assert.equal(dimension, 'spam')
    assert.equal(ratio, dimensions['spam']?.ratio)
    assert.ok(Math.abs(ratio! - 2 / (2 + 60 * options.uncheckedCredibility)) < 1e-9)
    known.findings.add({ id: 'f', by: self, subject, dimension: 'spam', outcome: 'failed', window: NOW, ok: 0, bad: 20, controls: 3, controlsPassed: 3 })
    const shown = evidenceOf(known, at, subject)
    assert.deepEqual(
      shown.reporters.map(({ accuses: what }) => what),
      [['spam'], ['spam'], ['spam']]
    )
    assert.deepEqual(
      shown.findings.map(({ id }) => id),
      ['f']
    )
    assert.deepEqual(
      shown.windows.map(({ dimension: name, bad }) => [name, bad]),
      [['spam', 60]]
    )
  })

  test('whoever judges without its row hears nothing of it', () => {
    const without = { ...options, dimensions: DIMENSIONS }
    const known = judge({ self, windowMs: WINDOW_MS, options: without, rng: seededRng(1), digest, findingId })
    assert.deepEqual(accused(known, { ok: 0, bad: 20 }), [])
    assert.deepEqual(standingOf(known, at, subject).dimension, undefined)
    assert.ok(known.evidence.about(subject, NOW).every(by => !DIMENSIONS.names.some(name => accuses(by, name, without))))
  })
})
