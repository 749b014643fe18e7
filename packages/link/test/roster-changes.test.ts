import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rosterChanges } from '../src/roster-changes.ts'

const BEFORE = {
  quorum: 2,
  maxDegree: 32,
  requestsPerSecond: 20,
  retentionMs: 86_400_000,
  retentionBytes: 2 ** 30,
  requestLimits: new Map([
    ['/a/1', 5],
    ['/b/1', 6]
  ]),
  seeds: ['one', 'two'],
  trusted: ['four', 'five']
} as unknown as Parameters<typeof rosterChanges>[0]

test('C105: what a roster has changed are the terms with both values, and the seeds that came and went', () => {
  const limits = new Map([
    ['/b/1', 6],
    ['/a/1', 5]
  ])
  assert.deepEqual(rosterChanges(BEFORE, { ...BEFORE, requestLimits: limits }), {
    terms: [],
    seedsAdded: [],
    seedsRemoved: [],
    trustedAdded: [],
    trustedRemoved: []
  })
  const after = { ...BEFORE, maxDegree: 16, requestLimits: new Map([['/b/1', 6]]), seeds: ['two', 'three'], trusted: ['five'] } as unknown as typeof BEFORE
  assert.deepEqual(rosterChanges(BEFORE, after), {
    terms: [
      { name: 'maxDegree', from: 32, to: 16 },
      { name: 'requestLimits', from: { '/a/1': 5, '/b/1': 6 }, to: { '/b/1': 6 } }
    ],
    seedsAdded: ['three'],
    seedsRemoved: ['one'],
    trustedAdded: [],
    trustedRemoved: ['four']
  })
})
