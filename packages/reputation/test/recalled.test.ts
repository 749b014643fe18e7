import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EvidenceBook, evidenceOf, resolveOptions, step } from '../src/index.ts'
import { peer, report } from './support/build.ts'
import { START_WINDOW, tier } from './support/tier.ts'
import type { Happening } from '../src/index.ts'

const SUBJECT = peer('p3')
const options = resolveOptions()

test('T90: by what is recalled at a start a judge knows the same, and looks at those whom it accuses with the next review', () => {
  const play = tier({ trusted: ['t1', 't2', 't3'], quorum: 2 })
  const [heard, recalled] = [play.nodes.get(peer('t1'))!, play.nodes.get(peer('t2'))!]
  const reports = ['p4', 'p5', 'p6'].flatMap(name =>
    [...Array(20).keys()].map(back =>
      report({
        reporter: peer(name),
        subject: SUBJECT,
        window: START_WINDOW - back,
        counts: { integrity: { ok: 11, bad: 9 } },
        cuts: back === 0 ? ['integrity'] : []
      })
    )
  )
  const hear = (judge: typeof heard, happening: Happening) => step(judge, { ...happening, at: { ...play.at(judge.self), window: START_WINDOW } })
  for (const each of reports.toReversed()) hear(heard, { type: 'report', report: each, isConflict: false })
  const book = new EvidenceBook(options)
  for (const each of reports.toReversed()) book.add(each, each.window)
  assert.deepEqual(hear(recalled, { type: 'recalled', accounts: book.accounts() }), [])
  const about = (judge: typeof heard) => {
    const { reporters, standing } = evidenceOf(judge, { ...play.at(judge.self), window: START_WINDOW }, SUBJECT)
    return { standing, reporters: reporters.map(({ reporter, recent, cuts, windows, accuses }) => ({ reporter, recent, cuts, windows, accuses })) }
  }
  assert.deepEqual(about(recalled).reporters, about(heard).reporters)
  assert.equal(about(recalled).standing.state, 'suspect')
  hear(recalled, { type: 'window ended', closed: START_WINDOW - 1 })
  assert.deepEqual(
    recalled.cases.open().map(({ subject }) => subject),
    [SUBJECT]
  )
})
