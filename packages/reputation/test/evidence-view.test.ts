import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { evidenceOf } from '../src/index.ts'
import { peer, report } from './support/build.ts'
import { START_WINDOW, tier } from './support/tier.ts'
import type { Report } from '@peerwatch/model'
import type { EvidenceView } from '../src/index.ts'

const [SELF, SUBJECT] = [peer('t1'), peer('p3')]
const NOW = START_WINDOW

function told(by: string, ago: number, bad = 1): Report {
  return report({ reporter: peer(by), subject: SUBJECT, window: NOW - ago, counts: { integrity: { ok: 10, bad } } })
}

/** What a judge shows that has heard these reports. */
function shown(reports: readonly Report[]): EvidenceView['windows'] {
  const play = tier({ trusted: ['t1'], quorum: 1 })
  for (const each of reports) play.hear(SELF, { type: 'report', report: each, isConflict: false })
  return evidenceOf(play.nodes.get(SELF)!, play.at(SELF), SUBJECT).windows
}

/** From how many windows ago to how many. */
function span(from: number, to: number): number[] {
  return Array.from({ length: from - to + 1 }, (_, index) => from - index)
}

const aReport = fc.record({ by: fc.nat(2), ago: fc.nat(40), bad: fc.nat(5) }).map(({ by, ago: windows, bad }) => told(`r${by}`, windows, bad))
const reportsOnce = fc.uniqueArray(aReport, { selector: ({ reporter, window }) => `${reporter} ${window}`, maxLength: 90, size: 'max' })

suite('evidence by windows', () => {
  test('windows of which a reporter keeps a sum only are not shown as whole', () => {
    const rows = shown([...span(20, 0).map(each => told('goes-on', each)), ...span(20, 5).map(each => told('stopped', each))])
    assert.deepEqual(
      rows.map(({ window, reporters, isWhole }) => [NOW - window, reporters, isWhole]),
      [...span(4, 0).map(each => [each, 1, true]), ...span(11, 5).map(each => [each, 2, true]), ...span(16, 12).map(each => [each, 1, false])].toSorted(
        ([a], [b]) => Number(a) - Number(b)
      )
    )
  })

  test('where nobody has reported for more than the kept windows, all are whole', () => {
    assert.ok(shown(span(11, 0).flatMap(each => [told('one', each), told('other', each)])).every(({ reporters, isWhole }) => isWhole && reporters === 2))
  })

  test('a whole window has what every reporter said of it, in whatever order it came', () => {
    fc.assert(
      fc.property(reportsOnce, reports => {
        for (const { window, isWhole, ...sums } of shown(reports)) {
          if (!isWhole) continue
          const those = reports.filter(each => each.window === window).map(({ counts }) => counts['integrity']!)
          const [ok, bad] = [those.reduce((sum, each) => sum + each.ok, 0), those.reduce((sum, each) => sum + each.bad, 0)]
          assert.deepEqual(sums, { dimension: 'integrity', ok, bad, reporters: those.length })
        }
      })
    )
  })
})
