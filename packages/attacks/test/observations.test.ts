import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liesInverted, misbehave, observationHook, slander } from '../src/index.ts'
import type { Observation, PeerIdString } from '@peerwatch/model'
import type { Attackable } from '../src/index.ts'

const victim = 'victim' as PeerIdString
const other = 'other' as PeerIdString
const seen: Observation[] = [
  { subject: victim, window: 7, counts: { liveness: { ok: 2, bad: 0 }, integrity: { ok: 20, bad: 0 } }, cuts: [] },
  { subject: other, window: 7, counts: { liveness: { ok: 1, bad: 1 } }, cuts: ['resource'] }
]
const node = { libp2p: { services: {} } } as Attackable

test('slanders: one neighbour is all bad and cut, the others are told of as they were seen', () => {
  const before = structuredClone(seen)
  const [honest, lie] = slander(victim)(seen, 7)
  assert.deepEqual(honest, seen[1])
  assert.deepEqual(lie, { subject: victim, window: 7, counts: { liveness: { ok: 2, bad: 0 }, integrity: { ok: 0, bad: 20 } }, cuts: ['integrity'] })
  assert.deepEqual(seen, before)
})

test('slanders: a victim that is no neighbour is reported in every window all the same', () => {
  assert.deepEqual(slander(victim, { dimension: 'resource' })([], 8), [
    { subject: victim, window: 8, counts: { resource: { ok: 0, bad: 20 } }, cuts: ['resource'] }
  ])
})

test('liesInverted: good is bad, bad is good, and the cut is not told', () => {
  assert.deepEqual(liesInverted()(seen, 7), [
    { subject: victim, window: 7, counts: { liveness: { ok: 0, bad: 2 }, integrity: { ok: 0, bad: 20 } }, cuts: [] },
    { subject: other, window: 7, counts: { liveness: { ok: 1, bad: 1 } }, cuts: [] }
  ])
})

test('a node tells the truth until its attack starts, and again when it has stopped', () => {
  const observations = observationHook()
  const attack = misbehave(node, 'slanders', { victim, observations })
  assert.deepEqual(observations.alter(seen, 7), seen)
  attack.start()
  attack.start()
  assert.deepEqual(observations.alter(seen, 7), slander(victim)(seen, 7))
  attack.stop()
  assert.deepEqual(observations.alter(seen, 7), seen)
  misbehave(node, 'liesInverted', { observations }).start()
  assert.deepEqual(observations.alter(seen, 7), liesInverted()(seen, 7))
})
