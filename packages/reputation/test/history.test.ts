import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EvidenceBook, pastStandings, resolveOptions, standing } from '../src/index.ts'
import { peer, report } from './support/build.ts'
import type { Report } from '@peerwatch/model'

const options = resolveOptions()
const subject = peer('subject')
const weightOf = (): number => options.uncheckedCredibility
const NOTHING = { isEvicted: false, isSuspect: false, isWatched: false }

const anyReport = fc
  .record({ by: fc.constantFrom('a', 'b', 'c', 'd'), window: fc.integer({ min: 400, max: 470 }), ok: fc.nat(20), bad: fc.nat(20) })
  .map(({ by, window, ok, bad }) => report({ reporter: peer(by), group: by, subject, window, counts: { integrity: { ok, bad } } }))

test('C97: the history of a standing ends where a judge stands that got the same reports, whatever their order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyReport, { selector: ({ reporter, window }) => `${reporter} ${window}`, maxLength: 80 }), reports => {
      const book = new EvidenceBook(options)
      for (const each of reports.toSorted((a, b) => a.window - b.window)) book.add(each, 470)
      const now = standing(book.about(subject, 470), weightOf, NOTHING, options)
      const past = pastStandings({ subject, reports, fromWindow: 450, toWindow: 470, weightOf, voiceOf: weightOf, options })
      assert.deepEqual(
        past.map(({ window }) => window),
        Array.from({ length: 21 }, (_, index) => 450 + index)
      )
      const last = past.at(-1)?.ratio
      assert.ok(last === now.ratio || Math.abs(last! - now.ratio!) < 1e-9, `${last} and ${now.ratio}`)
      assert.deepEqual(pastStandings({ subject, reports: reports.toReversed(), fromWindow: 450, toWindow: 470, weightOf, voiceOf: weightOf, options }), past)
    })
  )
})

test('no window knows of a later one, and misdeeds show from the window in which they were seen', () => {
  const seen = (window: number, ok: number, bad: number): Report[] =>
    ['a', 'b', 'c'].map(by => report({ reporter: peer(by), group: by, subject, window, counts: { integrity: { ok, bad } } }))
  const reports = [...Array.from({ length: 10 }, (_, index) => seen(400 + index, 20, 0)), seen(412, 0, 20), seen(413, 0, 20)].flat()
  const past = pastStandings({ subject, reports, fromWindow: 405, toWindow: 413, weightOf, voiceOf: weightOf, options })
  const before = pastStandings({
    subject,
    reports: reports.filter(({ window }) => window < 412),
    fromWindow: 405,
    toWindow: 411,
    weightOf,
    voiceOf: weightOf,
    options
  })
  assert.deepEqual(past.slice(0, 7), before)
  assert.deepEqual(
    past.map(({ reporters, accusers }) => [reporters, accusers]),
    [...Array.from({ length: 5 }, () => [3, 0]), [0, 0], [0, 0], [3, 3], [3, 3]]
  )
  assert.ok(past.at(-1)!.ratio! < past[6]!.ratio!)
  assert.equal(pastStandings({ subject, reports: [], fromWindow: 3, toWindow: 4, weightOf, voiceOf: weightOf, options })[1]?.ratio, undefined)
})
