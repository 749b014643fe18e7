import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { CaseBook, caseCapacity, examinerOrder, resolveOptions } from '../src/index.ts'
import { digest, peer } from './support/build.ts'
import type { Candidate, Lane } from '../src/index.ts'

const options = resolveOptions()
const NOW = 900

function candidate(name: string, fields: Partial<Candidate> = {}): Candidate {
  return { subject: peer(name), dimension: 'integrity', groups: ['g'], weight: 1, firstHand: false, ...fields }
}

function opened(book: CaseBook, who: Candidate, lane: Lane = 'weight', openedWindow = NOW): void {
  book.begin(who, { openedWindow, lane, askedCount: 3 })
}

suite('cases', () => {
  test('R7: half of the places go by weight, half to the oldest, so that neither many accusers nor few crowd out the other', () => {
    const book = new CaseBook(options)
    for (let index = 0; index < 4; index++) book.accuse(candidate(`old${index}`, { weight: 0.1 }), NOW - 2 + (index >> 1))
    for (let index = 0; index < 50; index++) book.accuse(candidate(`loud${index}`, { weight: 10 + index }), NOW)
    const admitted = book.admissions(NOW, 8)
    assert.deepEqual(
      admitted.filter(({ lane }) => lane === 'weight').map(({ candidate: { subject } }) => subject),
      ['loud49', 'loud48', 'loud47', 'loud46']
    )
    assert.deepEqual(
      admitted.filter(({ lane }) => lane === 'age').map(({ candidate: { subject } }) => subject),
      ['old0', 'old1', 'old2', 'old3']
    )
  })

  test('R7: the queue is bounded, and neither its heaviest nor its oldest is pushed out', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), late: fc.nat(2) }), { maxLength: 60 }), others => {
        const book = new CaseBook({ ...options, mostQueued: 10 })
        book.accuse(candidate('oldest', { weight: 0.01 }), NOW - 3)
        book.accuse(candidate('heaviest', { weight: 100 }), NOW - 2)
        for (const [index, { weight, late }] of others.entries()) book.accuse(candidate(`p${index}`, { weight }), NOW - 2 + late)
        const names = book.admissions(NOW, 200).map(({ candidate: { subject } }) => String(subject))
        assert.ok(names.length <= 10)
        assert.ok(names.includes('oldest') && names.includes('heaviest'))
      })
    )
  })

  test('R7: no more are open at once than the looks allow, except what was seen first-hand', () => {
    const book = new CaseBook(options)
    const capacity = caseCapacity(3, 2, options)
    assert.equal(capacity, 8)
    for (let index = 0; index < 30; index++) book.accuse(candidate(`p${index}`), NOW)
    for (const { candidate: who, lane } of book.admissions(NOW, capacity)) opened(book, who, lane)
    assert.equal(book.open().length, 8)
    assert.deepEqual(book.admissions(NOW, capacity), [])
    book.accuse(candidate('seen', { firstHand: true }), NOW)
    assert.deepEqual(
      book.admissions(NOW, capacity).map(({ lane }) => lane),
      ['first-hand']
    )
  })

  test('who is accused no longer leaves the queue', () => {
    const book = new CaseBook(options)
    book.accuse(candidate('a'), NOW)
    assert.equal(book.admissions(NOW + 3, 8).length, 1)
    assert.equal(book.admissions(NOW + 4, 8).length, 0)
  })

  test('an acquittal gives rest for 30 windows from those who accused, and from nobody else', () => {
    const book = new CaseBook(options)
    const old = candidate('a', { groups: ['x', 'y'] })
    const fresh = candidate('a', { groups: ['x', 'z'] })
    opened(book, old)
    book.close(peer('a'), 'integrity', 'acquitted', NOW)
    assert.ok(book.isResting(old, NOW + 1))
    assert.ok(book.isResting(candidate('a', { groups: [] }), NOW + 1), 'nobody is no new accuser')
    assert.ok(!book.isResting(candidate('a', { dimension: 'resource' }), NOW + 1))
    assert.ok(!book.isResting({ ...old, firstHand: true }, NOW + 1))
    assert.ok(!book.isResting(fresh, NOW + 1))
    opened(book, fresh)
    book.close(peer('a'), 'integrity', 'acquitted', NOW + 2)
    assert.ok(book.isResting(candidate('a', { groups: ['z'] }), NOW + 3))
    assert.ok(!book.isResting(candidate('a', { groups: ['w'] }), NOW + 3), 'however often others accused it before')
    assert.ok(!book.isResting(candidate('a', { groups: ['y'] }), NOW + options.restWindows), 'those of the first case are heard again')
  })

  test('R50: accusers have one look at a subject in 30 windows, whoever else accuses, and fresh ones always have theirs', () => {
    const group = fc.constantFrom(...Array.from({ length: 12 }, (_, index) => `g${index}`))
    const step = fc.record({ groups: fc.uniqueArray(group, { minLength: 1, maxLength: 6 }), waitWindows: fc.integer({ min: 1, max: 12 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const book = new CaseBook(options)
        const heardUntil = new Map<string, number>()
        let now = NOW
        for (const { groups, waitWindows } of steps) {
          const accused = candidate('a', { groups })
          const isHeard = groups.some(one => (heardUntil.get(one) ?? now) <= now)
          assert.equal(book.isResting(accused, now), !isHeard)
          if (isHeard) {
            opened(book, accused)
            book.close(peer('a'), 'integrity', 'acquitted', now)
            for (const one of groups) heardUntil.set(one, now + options.restWindows)
          }
          now += waitWindows
        }
      })
    )
  })

  test('R51: a subject that fresh groups accuse again and again has less than an equal share of the looks, and always some', () => {
    const book = new CaseBook(options)
    const capacity = 4
    const victim = candidate('victim', { groups: ['s0'], weight: 3 })
    const looks: string[] = []
    for (let round = 1; round <= 20; round++) {
      const now = NOW + round
      book.accuse({ ...victim, groups: [`s${round}`] }, now)
      for (let index = 0; index < capacity; index++) book.accuse(candidate(`n${round}-${index}`, { weight: 1 }), now)
      for (const { candidate: admitted, lane } of book.admissions(now, capacity)) {
        looks.push(admitted.subject)
        book.begin(admitted, { openedWindow: now, lane, askedCount: 3 })
        book.close(admitted.subject, 'integrity', 'acquitted', now)
      }
    }
    const ofVictim = looks.filter(subject => subject === 'victim').length
    // five suspects a round for four places: an equal share would be 16. By its accusers' weight alone it would have 20
    assert.ok(ofVictim >= 2 && ofVictim <= 8, `${ofVictim} looks at the victim, ${looks.length} in all`)
  })

  test('a case that only expired may be opened again at once', () => {
    const book = new CaseBook(options)
    opened(book, candidate('a'))
    assert.equal(book.close(peer('a'), 'integrity', 'expired', NOW)?.subject, 'a')
    assert.equal(book.accuse(candidate('a'), NOW), 'queued')
  })

  test('every three windows without a result one more examiner is asked, up to all of them', () => {
    const book = new CaseBook(options)
    opened(book, candidate('a'))
    const asked = (): number => book.find(peer('a'), 'integrity')!.askedCount
    const advance = (now: number): void => {
      book.advance(now, 5, 2, () => 0)
    }
    advance(NOW + 2)
    assert.equal(asked(), 3)
    advance(NOW + 3)
    assert.equal(asked(), 4)
    book.progressed(peer('a'), 'integrity', NOW + 5)
    advance(NOW + 7)
    assert.equal(asked(), 4)
    advance(NOW + 8)
    advance(NOW + 11)
    advance(NOW + 14)
    assert.equal(asked(), 5)
  })

  test('nodes that learn of a case at different times agree on its window', () => {
    const windows = [NOW, NOW - 1, NOW + 1]
    const results = windows.map((_, index) => {
      const book = new CaseBook(options)
      for (const window of [...windows.slice(index), ...windows.slice(0, index)]) opened(book, candidate('a'), 'announced', window)
      return book.find(peer('a'), 'integrity')!.openedWindow
    })
    assert.deepEqual(new Set(results), new Set([NOW - 1]))
  })
})

suite('examiners', () => {
  test('R6: the order is the same however the roster is ordered, and changes with subject and period', () => {
    const nodes = Array.from({ length: 7 }, (_, index) => peer(`t${index}`))
    fc.assert(
      fc.property(fc.shuffledSubarray(nodes, { minLength: 7 }), fc.string(), fc.nat(1e6), (shuffled, subject, window) => {
        assert.deepEqual(examinerOrder(shuffled, peer(subject), window, digest), examinerOrder(nodes, peer(subject), window, digest))
      })
    )
    const firsts = Array.from({ length: 60 }, (_, index) => examinerOrder(nodes, peer(`s${index % 10}`), index * 30, digest)[0])
    assert.equal(new Set(firsts).size, 7)
  })

  test('a case has places for all looks of the tier, and never fewer than two', () => {
    assert.equal(caseCapacity(31, 4, { watchersCount: 4, lookSlotsCount: 4 }), 99)
    assert.equal(caseCapacity(1, 1, { watchersCount: 1, lookSlotsCount: 1 }), 2)
  })
})
