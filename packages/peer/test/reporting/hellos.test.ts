import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { hellos } from '../../src/reporting/hellos.ts'
import { windowClock } from '../../../link/src/window-clock.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Hellos } from '../../src/reporting/hellos.ts'

const WINDOW_MS = 2_000
const [first, second] = ['first', 'second'] as [PeerIdString, PeerIdString]

function listening(): { heard: Hellos; windows: Core['windows']; alarms: string[]; pass: (ms: number) => void } {
  const clock = manualClock(100_000)
  const windows = windowClock(WINDOW_MS, clock)
  const alarms: string[] = []
  const core = {
    clock,
    windows,
    roster: { current: () => ({ trusted: [first, second] }) },
    emit: (_type: string, { code }: { code: string }) => alarms.push(code)
  } as unknown as Core
  return {
    heard: hellos(core),
    windows,
    alarms,
    pass: clock.advance
  }
}

test('the preferred entry is followed, and the first one that speaks however late', () => {
  const { heard, windows } = listening()
  heard.hear(second, false, 8, 0, 5_000)
  assert.equal(windows.now().window, 8)
  heard.hear(first, true, 8, 500, 10)
  assert.deepEqual([windows.now(), heard.isAgreed()], [{ window: 8, offsetMs: 500 }, true])
})

test('a hello that waited while this process stood still neither sets the clock back nor makes the entries disagree', () => {
  const { heard, windows, alarms, pass } = listening()
  heard.hear(first, true, 8, 0, 10)
  pass(6_000)
  heard.hear(second, false, 8, 0, 6_000)
  heard.hear(first, true, 8, 0, 6_000)
  assert.deepEqual([windows.now().window, alarms, heard.isAgreed()], [11, [], true])
  heard.hear(second, false, 8, 0, 10)
  assert.deepEqual([alarms, heard.isAgreed()], [['entries-disagree'], false])
})
