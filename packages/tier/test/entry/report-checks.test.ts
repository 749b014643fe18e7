import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCEPTED_FUTURE_WINDOWS, ACCEPTED_PAST_WINDOWS } from '@peerwatch/model'
import { reportChecks } from '../../src/entry/report-checks.ts'
import type { Core } from '@peerwatch/link'
import type { ReportChecksInit } from '../../src/entry/report-checks.ts'

const NOW = 10_000
const author = 'reporter'

/** What becomes of a report of this window at an entry whose own clock says `own`, and the quorum's so much. */
async function answerTo(window: number, own: number, span: { readonly passed: number; readonly latest: number } | undefined): Promise<string> {
  const core = {
    windows: { now: () => ({ window: own, offsetMs: 0 }) },
    roster: { isMember: () => false, current: () => ({ maxDegree: 20 }) },
    emit: () => {}
  } as unknown as Core
  const check = reportChecks(core, {
    parser: { report: () => ({ author, subject: 'subject', stored: { window }, stamp: new Uint8Array() }) },
    stamps: { check: () => ({ peer: author, firstWindow: 0 }) },
    clocks: { span: () => span },
    write: async () => 'stored',
    registered: { isRegistered: () => true },
    onErased: () => {}
  } as unknown as ReportChecksInit)
  return check(author as Parameters<typeof check>[0], new Uint8Array())
}

test('N55: an entry whose own clock is wrong takes what is timely by the clocks of the quorum, and what those do not say is to be sent again', async () => {
  for (const wrong of [NOW - 5_000, NOW + 5_000]) {
    const span = { passed: NOW - 1, latest: NOW }
    assert.equal(await answerTo(NOW, wrong, span), 'stored')
    assert.equal(await answerTo(NOW, wrong, undefined), 'no-copies')
    assert.equal(await answerTo(NOW + ACCEPTED_FUTURE_WINDOWS, wrong, span), 'stored')
    assert.equal(await answerTo(NOW + ACCEPTED_FUTURE_WINDOWS + 1, wrong, span), 'future-window')
    assert.equal(await answerTo(NOW - 1 - ACCEPTED_PAST_WINDOWS, wrong, span), 'stored')
    assert.equal(await answerTo(NOW - 2 - ACCEPTED_PAST_WINDOWS, wrong, span), 'old-window')
  }
})

test('T53: a backlog that nobody could take for a long time is taken at once when somebody can, whatever it was tried before', async () => {
  let outcome: 'retry' | 'known' | 'stored' = 'retry'
  let now = NOW
  const core = {
    windows: { now: () => ({ window: now, offsetMs: 0 }) },
    roster: { isMember: () => false, current: () => ({ maxDegree: 2 }) },
    emit: () => {}
  } as unknown as Core
  const check = reportChecks(core, {
    parser: {
      report: ([window = 0, subject]: Uint8Array) => ({ author, subject: `subject ${subject}`, stored: { window: now - window }, stamp: new Uint8Array() })
    },
    stamps: { check: () => ({ peer: author, firstWindow: 0 }) },
    clocks: { span: () => undefined },
    write: async () => outcome,
    registered: { isRegistered: () => true },
    onErased: () => {}
  } as unknown as ReportChecksInit)
  const backlog = Array.from({ length: 200 }, (_, index) => Uint8Array.of(index % 100, index / 100))
  const send = async (): Promise<Set<string>> => new Set(await Promise.all(backlog.map(async bytes => check(author as Parameters<typeof check>[0], bytes))))
  for (let window = 0; window < 100; window++, now++) assert.deepEqual(await send(), new Set(['no-copies']))
  outcome = 'stored'
  assert.deepEqual(await send(), new Set(['stored']))
  outcome = 'known'
  for (let window = 0; window < 10; window++, now++) assert.deepEqual(await send(), new Set(['stored']), 'whose answers were lost sends them again')
  // every try beyond what credits explain costs; it is work for nothing
  const words = new Set<string>()
  for (let time = 0; time < 20; time++) for (const word of await send()) words.add(word)
  assert.deepEqual(words, new Set(['stored', 'window-rate']))
})
