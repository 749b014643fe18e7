import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import fc from 'fast-check'
import { FindingBook, LookBook, SeenBook, assessEvidence, assessLook, resolveOptions } from '../src/index.ts'
import { peer } from './support/build.ts'
import type { Finding, Seen } from '../src/index.ts'

const options = resolveOptions()
const NOW = 700

function seen(name: string, ok: number, bad: number, fields: Partial<Seen> = {}): Seen {
  return { peer: peer(name), dimension: 'integrity', ok, bad, finding: bad >= 3, ...fields }
}

function book(...entries: readonly Seen[]): SeenBook {
  const made = new SeenBook(12)
  made.add(NOW, entries)
  return made
}

function outcome(made: SeenBook): string | undefined {
  return assessEvidence(made, peer('s'), 'integrity', seededRng(1), options)?.outcome
}

function look(made: SeenBook): string {
  return assessLook(made, peer('s'), 'integrity', { from: NOW - 3, to: NOW }, options).outcome
}

suite('findings', () => {
  test('complete evidence and most controls good: failed', () => {
    assert.equal(outcome(book(seen('s', 0, 3), seen('a', 8, 0), seen('b', 8, 1), seen('c', 0, 8))), 'failed')
  })

  test('R9: half of the controls good, fewer than three, or three that saw too little: void', () => {
    assert.equal(outcome(book(seen('s', 0, 3), seen('a', 8, 0), seen('b', 8, 0), seen('c', 0, 8), seen('d', 0, 8))), 'void')
    assert.equal(outcome(book(seen('s', 0, 3), seen('a', 8, 0), seen('b', 8, 0))), 'void')
    assert.equal(outcome(book(seen('s', 0, 3), seen('a', 8, 0), seen('b', 8, 0), seen('c', 7, 0))), 'void')
  })

  test('R9: a watcher all of whose neighbours look bad blames nobody, whoever is drawn', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 20 }), (seed, count) => {
        const others = Array.from({ length: count }, (_, index) => seen(`p${index}`, 5, 5))
        assert.equal(assessEvidence(book(seen('s', 0, 3), ...others), peer('s'), 'integrity', seededRng(seed), options)?.outcome, 'void')
      })
    )
  })

  test('without complete evidence there is nothing to judge, nor after it was dismissed or is six windows old', () => {
    const controls = [seen('a', 8, 0), seen('b', 8, 0), seen('c', 8, 0)]
    assert.equal(outcome(book(seen('s', 8, 2), ...controls)), undefined)
    const dismissed = book(seen('s', 0, 3), ...controls)
    dismissed.dismiss(peer('s'), 'integrity')
    assert.equal(outcome(dismissed), undefined)
    const old = book(seen('s', 0, 3), ...controls)
    old.add(NOW + 6, controls)
    assert.equal(outcome(old), undefined)
  })

  test('a look that saw enough and nothing bad confirms nothing; one that saw too little, or something bad, is void', () => {
    assert.equal(look(book(seen('s', 3, 0))), 'not confirmed')
    assert.equal(look(book(seen('s', 2, 0))), 'void')
    assert.equal(look(book()), 'void')
    assert.equal(look(book(seen('s', 10, 3, { finding: false }))), 'void')
  })

  test('R4: what a watcher saw is bounded in windows and neighbours', () => {
    const made = new SeenBook(4, 10)
    for (let window = NOW; window < NOW + 40; window++) made.add(window, [seen(`p${window}`, 1, 0), seen('s', 1, 0)])
    assert.deepEqual(made.peers('integrity').length, 5)
    assert.equal(made.sum(peer('s'), 'integrity', 0, NOW + 99).ok, 4)
    const crowd = Array.from({ length: 30 }, (_, index) => seen(`c${index}`, 1, 0))
    const full = new SeenBook(4, 10)
    full.add(NOW, [seen('s', 1, 0), ...crowd.slice(0, 9), seen('s', 2, 0), ...crowd.slice(9, 18)])
    assert.equal(full.peers('integrity').length, 10)
    assert.equal(full.sum(peer('s'), 'integrity', NOW, NOW).ok, 2, 'who was seen last stays')
  })

  test('of one node’s findings the newest counts, and none is live after 30 windows or outside the roster', () => {
    const findings = new FindingBook(30)
    const base: Finding = {
      subject: peer('s'),
      dimension: 'integrity',
      outcome: 'failed',
      by: peer('t'),
      window: NOW,
      ok: 0,
      bad: 3,
      controls: 3,
      controlsPassed: 3,
      id: '1'
    }
    const live = (now: number): string[] => findings.live(peer('s'), 'integrity', now).map(finding => finding.outcome)
    assert.equal(findings.add(base), true)
    assert.equal(findings.add(base), false)
    assert.equal(findings.add({ ...base, outcome: 'not confirmed', window: NOW - 1 }), false)
    assert.deepEqual(live(NOW + 29), ['failed'])
    assert.deepEqual(live(NOW + 30), [])
    assert.equal(findings.add({ ...base, outcome: 'not confirmed', window: NOW + 1 }), true)
    assert.deepEqual(live(NOW + 1), ['not confirmed'])
    findings.prune(NOW + 1, () => false)
    assert.deepEqual(live(NOW + 1), [])
  })

  test('a look begins with its first link, and remembers who tried until the case is over', () => {
    const looks = new LookBook()
    looks.order(peer('s'), 'integrity', peer('w'), NOW)
    looks.linked(peer('other'), peer('s'), NOW + 1)
    looks.linked(peer('w'), peer('s'), NOW + 2)
    looks.linked(peer('w'), peer('s'), NOW + 3)
    assert.equal(looks.find(peer('s'), 'integrity')?.linkedWindow, NOW + 2)
    assert.equal(looks.end(peer('s'), 'integrity')?.watcher, 'w')
    assert.ok(looks.hasTried(peer('w'), peer('s'), 'integrity'))
    looks.forget(peer('s'), 'integrity')
    assert.ok(!looks.hasTried(peer('w'), peer('s'), 'integrity'))
  })
})
