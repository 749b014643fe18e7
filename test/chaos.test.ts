import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compared } from '../scripts/chaos/compare.ts'
import { schedule, toldFault } from '../scripts/chaos/schedule.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { Disk, Due } from '../scripts/chaos/compare.ts'
import type { Able, Fault } from '../scripts/chaos/schedule.ts'

const DAY_MS = 86_400_000
const ABLE: Able = { fillable: ['trusted-1', 'trusted-2'], partitions: true, retentionMs: DAY_MS }
const LOSES_DISK = ['disk-lost', 'gone']

function told(seed: number): string[] {
  return first(40, seed).map(toldFault)
}

function first(count: number, seed: number, able = ABLE): Fault[] {
  const faults = schedule(seed, 5, 2, able)
  return Array.from({ length: count }, () => faults.next().value as Fault)
}

test('the same seed gives the same faults, another seed gives others', () => {
  assert.deepEqual(told(7), told(7))
  assert.notDeepEqual(told(7), told(8))
  assert.equal(new Set(told(7).map(line => line.replace('once all is whole: ', '').split(' ')[0])).size, 13, 'a short run has seen each kind')
})

test('faults befall nodes that are there, leave three trusted nodes and reach seven at most, and one disk is lost at a time, when all is whole', () => {
  const sizes = new Set<number>()
  for (let seed = 0; seed < 50; seed++) {
    const members = new Set(['trusted-1', 'trusted-2', 'trusted-3', 'trusted-4', 'trusted-5'])
    const original = new Set(members)
    for (const fault of first(80, seed)) {
      const all = fault.meanwhile == null ? [fault] : [fault, fault.meanwhile]
      assert.ok(all.filter(({ kind }) => LOSES_DISK.includes(kind)).length <= 1)
      assert.ok(fault.waits || !all.some(({ kind }) => [...LOSES_DISK, 'join', 'leave'].includes(kind)), toldFault(fault))
      assert.ok(fault.meanwhile?.nodes.every(name => members.has(name) && !fault.nodes.includes(name)) !== false)
      if (fault.kind === 'join') assert.ok(fault.nodes.every(name => !members.has(name)))
      else if (fault.kind !== 'kill-seed') assert.ok(fault.nodes.length > 0 && fault.nodes.every(name => members.has(name)), toldFault(fault))
      assert.ok(fault.isOldFile !== true || fault.nodes.every(name => original.has(name)), 'the first file names no later member')
      if (fault.kind === 'join') for (const name of fault.nodes) members.add(name)
      if (fault.kind === 'leave' || fault.kind === 'gone') for (const name of fault.nodes) members.delete(name)
      sizes.add(members.size)
    }
  }
  assert.deepEqual(
    [...sizes].toSorted((one, other) => one - other),
    [3, 4, 5, 6, 7]
  )
})

test('other terms are others than those in force', () => {
  for (let seed = 0; seed < 50; seed++) {
    const retentions = first(100, seed).flatMap(({ kind, how }) => (kind === 'terms' ? [how] : []))
    assert.ok(retentions.length > 2)
    for (const [index, ms] of retentions.entries()) assert.notEqual(ms, retentions[index - 1] ?? DAY_MS)
  }
})

test('what a machine cannot do is left out', () => {
  const kinds = new Set(first(200, 1, { fillable: [], partitions: false, retentionMs: DAY_MS }).map(({ kind }) => kind))
  assert.ok(!kinds.has('disk-full') && !kinds.has('partition') && kinds.size === 11)
})

const [a, b, c, d] = ['a', 'b', 'c', 'd'] as PeerIdString[]
const PLACE = '0000000000000000' as Place

/** Each of these nodes with the ids that it holds of one slot of epoch 5. */
function found(ids: Readonly<Record<string, readonly string[]>>, floor = -1): ReturnType<typeof compared> {
  const disks = Object.entries(ids).map(
    ([node, held]): Disk => ({ node: node as PeerIdString, floor, held: new Map(held.length === 0 ? [] : [['x', { place: PLACE, epoch: 5, ids: held }]]) })
  )
  const due: Due[] = [{ slot: 'x', place: PLACE, epoch: 5 }]
  return compared(due, disks, () => [a!, b!, c!], 2)
}

test('a report is lost unless any two of its three candidates have one that holds it; what nobody of them holds is no difference', () => {
  assert.deepEqual(found({ a: ['1'], b: ['1'], c: [] }), { lost: [], unequal: [], surplus: [] })
  assert.deepEqual(found({ a: [], b: [], c: [] }), { lost: ['x'], unequal: [], surplus: [] })
  assert.deepEqual(found({ a: ['1'], b: [], c: [] }), { lost: ['x'], unequal: [{ slot: 'x', lacks: [b] }], surplus: [] })
  assert.deepEqual(found({ [d!]: ['1'], a: [], b: [], c: [] }).unequal, [], 'who is no candidate does not count')
})

test('owner and first copy hold all that any candidate has, two of the contradictions of a reporter at most, and nothing below the highest floor counts', () => {
  assert.deepEqual(found({ a: ['1'], b: [], c: ['1'] }), { lost: [], unequal: [{ slot: 'x', lacks: [b] }], surplus: [] })
  assert.deepEqual(found({ a: ['1'], b: ['1'], c: ['2'] }).unequal, [{ slot: 'x', lacks: [a, b] }])
  assert.deepEqual(found({ a: ['1', '2'], b: ['1', '2'], c: ['3'] }).unequal, [])
  assert.deepEqual(found({ a: [], b: [], c: ['1'] }, 5), { lost: [], unequal: [], surplus: [] })
})

test('what a node holds that is no candidate of it is told, unless it is below the highest floor', () => {
  assert.deepEqual(found({ a: ['1'], b: ['1'], c: [], [d!]: ['1'] }).surplus, [{ slot: 'x', node: d }])
  assert.deepEqual(found({ a: [], b: [], c: [], [d!]: ['1'] }, 5).surplus, [])
})
