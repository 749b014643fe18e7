import assert from 'node:assert/strict'
import { test } from 'node:test'
import { step } from '../src/index.ts'
import { peer, report } from './support/build.ts'
import { findingId, START_WINDOW, tier, watchersOf, WINDOW_MS } from './support/tier.ts'
import type { Action, Finding, Happening } from '../src/index.ts'

const SUBJECT = peer('p3')

function kinds(actions: Action[]): string[] {
  return actions.map(({ type }) => type)
}

test('E22: neither reports, nor a watcher, nor findings of windows up to a reinstatement lead to a case, and later ones do', () => {
  const play = tier({ trusted: ['t1', 't2', 't3'], quorum: 2 })
  const self = peer('t1')
  const [watcher] = watchersOf(self)
  let window = START_WINDOW
  let history: { evictions: number; serial: number; reinstatedAtMs?: number } = { evictions: 0, serial: 0 }
  const hear = (happening: Happening): Action[] => step(play.nodes.get(self)!, { ...happening, at: { ...play.at(self), window, history: () => history } })
  const controls = ['n1', 'n2', 'n3', 'n4', 'n5'].map(name => ({ peer: peer(name), dimension: 'integrity' as const, ok: 10, bad: 0, finding: false }))
  const seen = (of: number): Action[] =>
    hear({
      type: 'seen',
      watcher: watcher!,
      window: of,
      seen: [...controls, { peer: SUBJECT, dimension: 'integrity', ok: 0, bad: 5, finding: true }],
      linked: []
    })
  const found = (of: number): Action[] => {
    const content = {
      subject: SUBJECT,
      dimension: 'integrity',
      outcome: 'failed',
      by: peer('t2'),
      window: of,
      ok: 0,
      bad: 5,
      controls: 5,
      controlsPassed: 5
    } as const
    return hear({ type: 'finding', finding: { ...content, id: findingId(content) } satisfies Finding })
  }
  const reported = (of: number): Action[] =>
    ['p4', 'p5', 'p6'].flatMap(name =>
      hear({
        type: 'report',
        isConflict: false,
        report: report({ reporter: peer(name), subject: SUBJECT, window: of, counts: { integrity: { ok: 0, bad: 9 } }, cuts: ['integrity'] })
      })
    )
  assert.deepEqual(kinds(found(window)), ['take finding'])
  assert.ok(kinds(seen(window)).includes('sign finding'))
  assert.ok(kinds(reported(window)).length === 0, 'the case is open by now')
  history = { evictions: 0, serial: 2, reinstatedAtMs: window * WINDOW_MS + 500 }
  assert.deepEqual(kinds(hear({ type: 'reinstated', peer: SUBJECT })).slice(-1), ['change standing'])
  assert.equal(play.nodes.get(self)!.cases.open().length, 0)
  window += 1
  for (const again of [seen, found, reported]) assert.deepEqual(kinds(again(window - 1)), [], again.name)
  assert.deepEqual(kinds(hear({ type: 'window ended', closed: window - 1 })), [])
  window += 1
  assert.deepEqual(kinds(found(window - 1)), ['take finding'])
  assert.ok(kinds(seen(window - 1)).includes('sign finding'))
})
