import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeEvent } from '../../src/demo/describe-event.ts'
import type { PeerIdString } from '@peerwatch/model'

function opened(groups: string[], firstHand: boolean): string | undefined {
  const detail = { subject: '12D3KooWbad' as PeerIdString, dimension: 'integrity', window: 7, groups, firstHand } as const
  return describeEvent({ event: 'case:opened', detail }, () => 'peer-3')?.text
}

for (const { what, groups, firstHand, grounds } of [
  { what: 'a finding of its own', groups: [], firstHand: true, grounds: 'seen first-hand' },
  { what: 'the word of one group', groups: ['a'], firstHand: false, grounds: 'accused by 1 group' },
  { what: 'the word of groups', groups: ['a', 'b', 'c'], firstHand: false, grounds: 'accused by 3 groups' },
  { what: 'the case of another, whose finding it has not', groups: [], firstHand: false, grounds: 'which another trusted node opened first' }
]) {
  test(`a trusted node opens a case on ${what}`, () => {
    assert.equal(opened(groups, firstHand), `opens a case: peer-3, integrity, ${grounds}`)
  })
}
