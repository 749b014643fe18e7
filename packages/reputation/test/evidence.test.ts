import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { EvidenceBook, decayed, resolveOptions } from '../src/index.ts'
import { peer, report } from './support/build.ts'
import type { Report } from '@peerwatch/model'

const options = resolveOptions()
const subject = peer('subject')
const NOW = 1_000

const aReport = fc
  .record({
    by: fc.integer({ min: 0, max: 3 }),
    window: fc.integer({ min: NOW - 40, max: NOW }),
    ok: fc.integer({ min: 0, max: 20 }),
    bad: fc.integer({ min: 0, max: 5 })
  })
  .map(({ by, window, ok, bad }) => report({ reporter: peer(`r${by}`), subject, window, counts: { integrity: { ok: Math.min(ok, 20 - bad), bad } } }))
const distinctReports = fc.uniqueArray(aReport, { selector: ({ reporter, window }) => `${reporter} ${window}`, maxLength: 80, size: 'max' })

/** Half of them so few windows that something is left: of two ages that leave nothing one is as good as the other. */
const age = fc.oneof(fc.nat(40), fc.nat(200))

/** Few windows are kept one by one: most of what comes is folded, and much of it late. */
const few = { ...options, keptWindows: 3 }

function folded(reports: readonly Report[], under = options): Map<string, { ok: number; bad: number }> {
  const book = new EvidenceBook(under)
  for (const one of reports) book.add(one, NOW)
  return new Map(book.about(subject, NOW).map(({ reporter, evidence }) => [reporter, { ok: evidence.integrity?.ok ?? 0, bad: evidence.integrity?.bad ?? 0 }]))
}

function assertClose(a: ReturnType<typeof folded>, b: ReturnType<typeof folded>): void {
  assert.deepEqual([...a.keys()].toSorted(), [...b.keys()].toSorted())
  for (const [reporter, { ok, bad }] of a) {
    assert.ok(Math.abs(ok - b.get(reporter)!.ok) < 1e-6, `${ok} and ${b.get(reporter)!.ok}`)
    assert.ok(Math.abs(bad - b.get(reporter)!.bad) < 1e-6)
  }
}

suite('evidence', () => {
  test('R1: decaying in one step or in two gives the same', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }), age, age, (ok, bad, first, second) => {
        const start = { ok, bad, updatedWindow: NOW }
        const once = decayed(start, NOW + first + second, options)
        const twice = decayed(decayed(start, NOW + first, options), NOW + first + second, options)
        assert.ok(Math.abs(once.ok - twice.ok) <= 1e-9 * ok + 1e-12)
        assert.ok(Math.abs(once.bad - twice.bad) <= 1e-9 * bad + 1e-12)
      })
    )
  })

  test('R2: the order in which reports come does not matter', () => {
    fc.assert(
      fc.property(
        distinctReports.chain(reports => fc.tuple(fc.constant(reports), fc.shuffledSubarray(reports, { minLength: reports.length }))),
        ([reports, other]) => {
          assertClose(folded(reports), folded(other))
          assertClose(folded(reports, few), folded(other, few))
          assertClose(folded(reports, few), folded(reports))
        }
      )
    )
  })

  test('R2: the fold is the sum over reports, each scaled by its own window', () => {
    fc.assert(
      fc.property(distinctReports, reports => {
        const oracle = new Map<string, { ok: number; bad: number }>()
        for (const { reporter, window, counts } of reports) {
          const sum = oracle.get(reporter) ?? { ok: 0, bad: 0 }
          sum.ok += counts.integrity!.ok * 0.5 ** ((NOW - window) / options.okHalfLifeWindows)
          sum.bad += counts.integrity!.bad * 0.5 ** ((NOW - window) / options.badHalfLifeWindows)
          oracle.set(reporter, sum)
        }
        assertClose(folded(reports), oracle)
      })
    )
  })

  test('R3: the same report twice counts once, and of two different ones for one window neither counts', () => {
    const one = report({ reporter: peer('r'), subject, window: NOW, counts: { integrity: { ok: 0, bad: 9 } } })
    const other = report({ reporter: peer('r'), subject, window: NOW, counts: { integrity: { ok: 9, bad: 0 } } })
    const book = new EvidenceBook(options)
    assert.deepEqual(
      [one, one, other, one, other].map(next => book.add(next, NOW)),
      ['counted', 'repeated', 'conflict', 'conflict', 'conflict']
    )
    assert.deepEqual(book.about(subject, NOW)[0]!.evidence, {})
  })

  test('R3: a retracted window counts zero; one that was folded away takes the folded evidence with it', () => {
    const book = new EvidenceBook({ ...options, keptWindows: 3 })
    for (let window = NOW - 9; window <= NOW; window++)
      book.add(report({ reporter: peer('r'), subject, window, counts: { integrity: { ok: 1, bad: 0 } } }), NOW)
    const ok = (): number => book.about(subject, NOW)[0]!.evidence.integrity?.ok ?? 0
    const before = ok()
    book.retract(peer('r'), subject, NOW)
    assert.ok(Math.abs(before - ok() - 1) < 1e-9)
    book.retract(peer('r'), subject, NOW - 9)
    assert.ok(ok() <= 2)
  })

  test('reports about oneself, from the future or from long ago are ignored', () => {
    const book = new EvidenceBook(options)
    const base = { reporter: peer('r'), subject, window: NOW, counts: { integrity: { ok: 1, bad: 0 } } }
    assert.equal(book.add(report({ ...base, subject: peer('r') }), NOW), 'ignored')
    assert.equal(book.add(report({ ...base, window: NOW + 2 }), NOW), 'ignored')
    assert.equal(book.add(report({ ...base, window: NOW - 361 }), NOW), 'ignored')
    assert.deepEqual(book.subjects(), [])
  })

  test('R4: memory is bounded in subjects, reporters and windows, whatever comes, and who was heard of last stays', () => {
    const anyone = fc.record({ by: fc.nat(9), about: fc.nat(7), ago: fc.nat(60), many: fc.boolean() })
    fc.assert(
      fc.property(fc.array(anyone, { maxLength: 200, size: 'max' }), fc.integer({ min: 1, max: 5 }), (history, most) => {
        const book = new EvidenceBook({ ...options, mostSubjects: most, mostReportersPerSubject: most, keptWindows: 3 })
        const heard: string[] = []
        for (const { by, about, ago, many } of history) {
          const counts = { integrity: many ? { ok: 1e9, bad: 1e9 } : { ok: 1, bad: 0 } }
          book.add(report({ reporter: peer(`r${by}`), subject: peer(`s${about}`), window: NOW - ago, counts }), NOW)
          heard.push(`s${about}`)
          const last = [...new Set(heard.toReversed())].slice(0, most)
          assert.deepEqual(book.subjects().toSorted(), last.toSorted())
          const reporters = book.about(peer(`s${about}`), NOW)
          assert.ok(reporters.length <= most)
          assert.ok(reporters.some(({ reporter }) => reporter === `r${by}`))
          for (const { windows } of reporters) {
            assert.ok(windows.length <= 3)
            for (const kept of windows) assert.ok(kept.counts.integrity!.ok + kept.counts.integrity!.bad <= 20)
          }
        }
      })
    )
  })

  test('R4: of the reporters on one subject the one heard of longest ago goes first', () => {
    const book = new EvidenceBook({ ...options, mostReportersPerSubject: 3 })
    const say = (by: string, window = NOW): unknown => book.add(report({ reporter: peer(by), subject, window, counts: { integrity: { ok: 1, bad: 0 } } }), NOW)
    for (const by of ['a', 'b', 'c']) say(by)
    say('a', NOW - 1)
    say('d')
    assert.deepEqual(
      book
        .about(subject, NOW)
        .map(({ reporter }) => String(reporter))
        .toSorted(),
      ['a', 'c', 'd']
    )
  })

  test('a cut is live while it is reported', () => {
    const book = new EvidenceBook(options)
    book.add(report({ reporter: peer('r'), subject, window: NOW, cuts: ['integrity'] }), NOW)
    const cuts = (now: number): readonly string[] => book.about(subject, now)[0]!.cuts
    assert.deepEqual(cuts(NOW + 2), ['integrity'])
    assert.deepEqual(cuts(NOW + options.cutLiveWindows), [])
    book.add(report({ reporter: peer('r'), subject, window: NOW + 1, counts: { liveness: { ok: 1, bad: 0 } } }), NOW + 1)
    assert.deepEqual(cuts(NOW + 1), [])
  })
})
