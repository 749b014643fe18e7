import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { findRefusal, resolveOptions, signingCap, verdictTerms } from '../src/index.ts'
import { peer } from './support/build.ts'
import type { Finding, Proposal, SignerView } from '../src/index.ts'

const options = resolveOptions()
const NOW = 5_000
const HOUR_MS = 3_600_000
const finding: Finding = {
  subject: peer('s'),
  dimension: 'integrity',
  outcome: 'failed',
  by: peer('me'),
  window: NOW,
  ok: 0,
  bad: 5,
  controls: 5,
  controlsPassed: 5,
  id: 'f'
}
const view: SignerView = {
  now: NOW,
  windowMs: 2_000,
  rosterVersion: 1,
  ownFinding: finding,
  history: { evictions: 0, serial: 0 },
  isEvicted: false,
  isImmune: false,
  signed: new Set(),
  registeredCount: 16
}
const proposal: Proposal = { subject: peer('s'), dimension: 'integrity', rosterVersion: 1, ...verdictTerms(NOW - 3, 2_000, view.history, options) }

suite('verdicts', () => {
  test('an eviction lasts an hour, twice as long each time, at most seven days', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(1e6), (evictions, window) => {
        const { issuedAtMs, expiresAtMs, serial } = verdictTerms(window, 2_000, { evictions, serial: 7 }, options)
        assert.equal(issuedAtMs, (window + 1) * 2_000)
        assert.equal(expiresAtMs - issuedAtMs, Math.min(HOUR_MS * 2 ** evictions, 7 * 24 * HOUR_MS))
        assert.equal(serial, 8)
      })
    )
  })

  const { ownFinding: _own, ...blind } = view
  const cases: { name: string; view?: Partial<SignerView>; proposal?: Partial<Proposal>; refusal: string | undefined }[] = [
    { name: 'its own failed finding and the same terms', refusal: undefined },
    { name: 'R10: no finding of its own', view: { ...blind, ownFinding: undefined }, refusal: 'no own finding' },
    { name: 'R10: a look that confirmed nothing', view: { ownFinding: { ...finding, outcome: 'not confirmed' } }, refusal: 'not confirmed' },
    { name: 'R10: a seed or roster member', view: { isImmune: true }, refusal: 'immune' },
    { name: 'R10: another roster', proposal: { rosterVersion: 2 }, refusal: 'other roster' },
    { name: 'R10: an eviction that is in force', view: { isEvicted: true }, refusal: 'already evicted' },
    { name: 'R10: a case of long ago', proposal: { issuedAtMs: proposal.issuedAtMs - 40_000 }, refusal: 'wrong window' },
    { name: 'R10: a case of the future', proposal: { issuedAtMs: proposal.issuedAtMs + 40_000 }, refusal: 'wrong window' },
    { name: 'R10: an instant that is no end of a window', proposal: { issuedAtMs: proposal.issuedAtMs + 1 }, refusal: 'wrong terms' },
    { name: 'R10: a longer time', proposal: { expiresAtMs: proposal.expiresAtMs + 1 }, refusal: 'wrong terms' },
    { name: 'R10: a serial that leaves no room for the next', proposal: { serial: 2 ** 50 }, refusal: 'wrong terms' },
    { name: 'R11: the third subject in one window', view: { signed: new Set([peer('a'), peer('b')]) }, refusal: 'rate' },
    { name: 'R11: one of the two it signed already', view: { signed: new Set([peer('a'), peer('s')]) }, refusal: undefined }
  ]
  for (const { name, view: seen = {}, proposal: asked = {}, refusal } of cases) {
    test(`${refusal == null ? 'signs' : 'refuses'} with ${name}`, () => {
      assert.equal(findRefusal({ ...proposal, ...asked }, { ...view, ...seen }, options), refusal)
    })
  }

  test('R11: nobody signs more than 5 % of the registered peers per window, two where they are few', () => {
    assert.equal(signingCap(16, options), 2)
    assert.equal(signingCap(1_000, options), 50)
  })
})
