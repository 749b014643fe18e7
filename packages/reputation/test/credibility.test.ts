import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { checkReports, credibility, LedgerBook, resolveOptions } from '../src/index.ts'
import { peer, report } from './support/build.ts'
import type { Checks, Credibility, LedgerEntry } from '../src/index.ts'
import type { Report } from '@peerwatch/model'

const options = resolveOptions()
const NOTHING: Checks = { checked: 0, agreed: 0, contradicted: 0, deviations: [] }
const UNCHECKED: Credibility = { weight: 0.3, voice: 0.3, isChecked: false }
const CHECKED: Credibility = { weight: 0.9, voice: 0.9, isChecked: true }
const subject = peer('subject')

const checksOf = fc
  .record({
    agreed: fc.nat(50),
    contradicted: fc.nat(50),
    rest: fc.nat(50),
    deviations: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })
  })
  .map(({ agreed, contradicted, rest, deviations }): Checks => ({ checked: agreed + contradicted + rest, agreed, contradicted, deviations }))

suite('credibility', () => {
  test('R60: a reporter weighs above 0 and at most 1, and as one that was never checked while nothing is known of it', () => {
    fc.assert(
      fc.property(fc.array(checksOf, { maxLength: 5 }), byNode => {
        const { weight, voice } = credibility(byNode, 1, options)
        assert.ok(weight > 0 && weight <= 1 && voice >= weight && voice <= 1)
      })
    )
    assert.deepEqual(credibility([], 1, options), UNCHECKED)
    assert.deepEqual(credibility([NOTHING, NOTHING], 1, options), UNCHECKED)
  })

  test('R61: one that agreed whenever it was checked weighs more than an unchecked one, one that contradicted next to nothing', () => {
    const agreed: Checks = { ...NOTHING, checked: 10, agreed: 10 }
    const contradicted: Checks = { ...NOTHING, checked: 10, contradicted: 10 }
    assert.ok(credibility([agreed], 1, options).weight > 0.9)
    assert.ok(credibility([contradicted], 1, options).weight < 1e-4)
    const halfTrue: Checks = { ...NOTHING, checked: 10, agreed: 5, contradicted: 5 }
    assert.ok(credibility([halfTrue], 1, options).weight < 1e-4)
  })

  test('R62: no single trusted node silences a reporter, or vouches for it where a verdict needs two', () => {
    const slander: Checks = { checked: 1_000, agreed: 0, contradicted: 1_000, deviations: [1, 1, 1, 1, 1, 1, 1, 1] }
    fc.assert(
      fc.property(fc.array(checksOf, { maxLength: 4 }), others => {
        assert.ok(credibility([slander, ...others], 2, options).voice >= credibility(others, 2, options).weight)
      })
    )
    assert.ok(credibility([slander, slander], 2, options).voice < options.accuserLeastWeight)
    const praise: Checks = { ...NOTHING, checked: 1_000, agreed: 1_000 }
    assert.equal(credibility([praise], 2, options).isChecked, false)
    assert.equal(credibility([praise, praise], 2, options).isChecked, true)
  })

  test('one that differs from the checked reporters about most subjects counts for next to nothing, about a few it does not matter', () => {
    const [most, few, two] = [
      [1, 1, 1, 0],
      [1, 0, 0, 0],
      [1, 1]
    ].map(deviations => credibility([{ ...NOTHING, deviations }], 1, options).weight)
    assert.ok(most! < 1e-3)
    assert.equal(few, 0.3)
    assert.equal(two, 0.3)
  })
})

function say(by: string, ok: number, bad: number, rest: Partial<Report> = {}): Report {
  return report({ reporter: peer(by), subject, window: 5, counts: { integrity: { ok, bad } }, ...rest })
}

function check(reports: readonly Report[], { of = (_name: string) => UNCHECKED, isOwnWatcher = false, found = [] as string[] } = {}): Map<string, Checks> {
  return checkReports({ reports, isOwnWatcher, found: new Set(found) }, of, options)
}

/** All of these were checked. */
function checkedOnly(...names: string[]): (name: string) => Credibility {
  return name => (names.includes(name) ? CHECKED : UNCHECKED)
}

suite('checks of reports', () => {
  test('R63: a report about a watcher agrees or contradicts, one about anybody else is no check', () => {
    const reports = [say('honest', 20, 0), say('unlucky', 1, 4), say('liar', 0, 20), say('refuses', 20, 0, { cuts: ['integrity'] })]
    const checks = check(reports, { isOwnWatcher: true })
    assert.deepEqual(checks.get('honest'), { checked: 1, agreed: 1, contradicted: 0, deviations: [] })
    assert.deepEqual(checks.get('unlucky'), { checked: 1, agreed: 1, contradicted: 0, deviations: [] })
    assert.deepEqual(checks.get('liar'), { checked: 1, agreed: 0, contradicted: 1, deviations: [] })
    assert.deepEqual(checks.get('refuses'), { checked: 1, agreed: 0, contradicted: 1, deviations: [] })
    for (const { checked } of check(reports).values()) assert.equal(checked, 0)
    const shown = report({ reporter: peer('a'), subject, window: 5, counts: { forwarding: { ok: 0, bad: 20 }, liveness: { ok: 0, bad: 20 } } })
    assert.equal(check([shown], { isOwnWatcher: true }).get('a')?.checked, 0)
  })

  test('who accused a peer that was found guilty agreed, who did not is not blamed', () => {
    const checks = check([say('accuser', 3, 17), say('cutter', 0, 0, { cuts: ['integrity'] }), say('spared', 20, 0)], { found: ['integrity'] })
    assert.equal(checks.get('accuser')?.agreed, 1)
    assert.equal(checks.get('cutter')?.agreed, 1)
    assert.equal(checks.get('spared')?.checked, 0)
  })

  test('R64: a reporter is compared with checked ones only, never with itself, and with one of each group', () => {
    const names = Array.from({ length: 40 }, (_, index) => `sybil ${index}`)
    const reports = [say('checked', 20, 0), say('other', 19, 1), ...names.map(name => say(name, 0, 20, { group: 'one street' }))]
    const checks = check(reports, { of: checkedOnly('checked', 'other') })
    assert.ok(Math.abs(checks.get('checked')!.deviations[0]! - 0.05) < 1e-9)
    assert.ok(checks.get('sybil 1')!.deviations[0]! > 0.9)
    // 40 names in one group that were checked weigh as one
    assert.equal(check(reports, { of: checkedOnly('checked', ...names) }).get('other')!.deviations[0], 0.95 - 0.5)
    assert.deepEqual(check(reports, { of: () => UNCHECKED }).get('other')?.deviations, [])
  })
})

suite('ledger book', () => {
  const entryOf = fc.record({
    by: fc.constantFrom('a', 'b', 'c'),
    epoch: fc.integer({ min: 1, max: 30 }),
    id: fc.stringMatching(/^[0-9a-f]{4}$/),
    checks: checksOf
  })

  test('R65: entries in any order, and twice, come to the same; of two of one node and epoch the larger id counts', () => {
    fc.assert(
      fc.property(fc.array(entryOf, { maxLength: 30 }), fc.nat(), (made, turn) => {
        const entries = made.map(({ by, checks, ...rest }): LedgerEntry => ({ reporter: subject, by: peer(by), ...rest, ...checks }))
        // ids are hashes: no two records share one
        const distinct = [...new Map(entries.map(entry => [entry.id, entry])).values()]
        const turned = [...distinct.slice(turn % (distinct.length + 1)), ...distinct].toReversed()
        const [one, two] = [distinct, turned].map(all => {
          const book = new LedgerBook(options)
          for (const entry of all) book.add(entry)
          return book.credibility(subject, 30, 2)
        })
        // sums of decimal fractions differ by their order
        assert.ok(Math.abs(one!.weight - two!.weight) < 1e-12 && Math.abs(one!.voice - two!.voice) < 1e-12)
        assert.equal(one!.isChecked, two!.isChecked)
      })
    )
  })

  test('R65: of two entries of one node for one epoch the one with the larger id counts', () => {
    const praise = { reporter: subject, by: peer('a'), epoch: 9, id: '2', checked: 9, agreed: 9, contradicted: 0, deviations: [] }
    const slander = { ...praise, id: '1', agreed: 0, contradicted: 9 }
    for (const entries of [
      [praise, slander],
      [slander, praise]
    ]) {
      const book = new LedgerBook(options)
      for (const entry of entries) book.add(entry)
      assert.ok(book.credibility(subject, 9, 1).weight > 0.9)
    }
  })

  test('only the epochs up to the one that is asked for count, and so many before it', () => {
    const book = new LedgerBook(options)
    const entry = { reporter: subject, by: peer('a'), checked: 9, agreed: 9, contradicted: 0, deviations: [], id: 'x' }
    book.add({ ...entry, epoch: 20 })
    assert.equal(book.credibility(subject, 19, 1).isChecked, false)
    assert.equal(book.credibility(subject, 20, 1).isChecked, true)
    assert.equal(book.credibility(subject, 19 + options.ledgerEpochs, 1).isChecked, true)
    assert.equal(book.credibility(subject, 20 + options.ledgerEpochs, 1).isChecked, false)
  })

  test('a reporter has at most 512 entries, whoever signs them', () => {
    const book = new LedgerBook(options)
    for (let index = 0; index < 2_000; index++) {
      book.add({ reporter: subject, by: peer(`node ${index}`), epoch: index % 2, checked: 1, agreed: 1, contradicted: 0, deviations: [], id: `${index}` })
    }
    assert.equal(book.credibility(subject, 0, 513).isChecked || book.credibility(subject, 1, 513).isChecked, false)
  })
})
