import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryDatastore } from 'datastore-core'
import fc from 'fast-check'
import { outbox, outboxKey } from '../../src/reporting/outbox.ts'
import { Key } from 'interface-datastore'
import type { PeerIdString } from '@peerwatch/model'
import type { Batch, Pair } from 'interface-datastore'
import type { Outbox, OutboxItem } from '../../src/reporting/outbox.ts'

const MOST = 6

/** A disk that can be full: then nothing of a batch is on it. Of batches that are under way together some take longer. */
class FullDisk extends MemoryDatastore {
  isFull = false
  commits = 0

  override batch(): Batch {
    const batch = super.batch()
    return {
      ...batch,
      put: (key: Key, value: Uint8Array) => {
        batch.put(key, value)
      },
      delete: (key: Key) => {
        batch.delete(key)
      },
      commit: async () => {
        for (let turns = this.commits++ % 2; turns < 1; turns++) await new Promise(setImmediate)
        if (this.isFull) throw new Error('no space left')
        await batch.commit()
      }
    }
  }
}

function item(window: number, subject: number, text: string, isDraft: boolean): OutboxItem {
  const peer = `peer${subject}` as PeerIdString
  return { key: outboxKey(window, peer), subject: peer, window, isDraft, bytes: new TextEncoder().encode(text) }
}

const said = ({ key, isDraft, bytes }: OutboxItem): string => `${key} ${isDraft ? 'draft' : 'signed'} ${Buffer.from(bytes).toString()}`

/** What a run that starts now would find, oldest first. */
async function onDisk(datastore: MemoryDatastore): Promise<string[]> {
  const found: Pair[] = []
  for await (const pair of datastore.query({ prefix: '/peerwatch/outbox/' })) found.push(pair)
  return found
    .toSorted((a, b) => (a.key.toString() < b.key.toString() ? -1 : 1))
    .map(({ key, value }) => `${key.toString()} ${value[0] === 1 ? 'draft' : 'signed'} ${Buffer.from(value.subarray(1)).toString()}`)
}

type Step = {
  readonly does: 'add' | 'sign' | 'answer' | 'answer while adding' | 'answer while signing' | 'restart'
  readonly at: readonly number[]
  readonly isFull: boolean
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    does: fc.constantFrom('add', 'add', 'sign', 'answer', 'answer while adding', 'answer while signing', 'restart'),
    at: fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 9 }),
    isFull: fc.integer({ min: 0, max: 4 }).map(draw => draw === 0)
  }),
  { maxLength: 25, size: 'max' }
)

/** The rules in the plainest words. `memory` keeps the order in which reports came. */
class Oracle {
  memory: OutboxItem[] = []
  /** Answered, and still on a disk that could not delete it. */
  left = new Set<string>()
  disk = new Map<string, OutboxItem>()

  has(key: string): boolean {
    return this.memory.some(held => held.key === key)
  }
  /** Something was written: what could not be deleted goes with it. */
  written(): void {
    for (const key of this.left) this.disk.delete(key)
    this.left.clear()
  }
  remove(keys: readonly string[], isFull: boolean): void {
    this.memory = this.memory.filter(({ key }) => !keys.includes(key))
    if (keys.length === 0) return
    for (const key of keys) this.left.add(key)
    if (!isFull) this.written()
  }
  add(items: readonly OutboxItem[]): number {
    const fresh = items.filter(({ key }) => !this.has(key))
    const all = [...this.memory, ...fresh]
    if (fresh.length > 0) this.written()
    for (const { key } of this.memory.slice(0, Math.max(0, all.length - MOST))) this.disk.delete(key)
    this.memory = all.slice(-MOST)
    for (const each of fresh.slice(-MOST)) this.disk.set(each.key, each)
    return Math.max(0, all.length - MOST)
  }
  replace(items: readonly OutboxItem[]): void {
    if (items.length > 0) this.written()
    for (const each of items) this.disk.set(each.key, each)
    this.memory = this.memory.map(held => items.find(({ key }) => key === held.key) ?? held)
  }
  restart(): void {
    const all = [...this.disk.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))
    this.left.clear()
    this.memory = all.slice(-MOST)
    this.disk = new Map(this.memory.map(each => [each.key, each]))
  }
}

/** One of a history's steps, on the outbox and on the oracle. */
async function play(box: Outbox, oracle: Oracle, { does, at }: Step, number: number, isFull: boolean): Promise<void> {
  const offered = at.map(each => item(number, each % 4, `made in ${number}`, true)).concat(at.map(each => item(each % 5, each % 3, `again in ${number}`, true)))
  const unique = [...new Map(offered.map(each => [each.key, each])).values()]
  const held = at.map(each => oracle.memory[each]).filter(found => found != null)
  const keys = held.map(({ key }) => key)
  if (does === 'add') {
    const adding = box.add(unique)
    if (isFull && !unique.every(({ key }) => oracle.has(key))) await assert.rejects(adding)
    else assert.equal(await adding, oracle.add(unique))
  } else if (does === 'sign') {
    const signed = held.map(each => ({ ...each, isDraft: false, bytes: new TextEncoder().encode(`signed in ${number}`) }))
    const gone = { ...item(99, 1, 'gone', false) }
    const replacing = box.replace([...signed, gone])
    if (isFull && signed.length > 0) await assert.rejects(replacing)
    else {
      await replacing
      oracle.replace(signed)
    }
  } else if (does === 'answer') {
    const removing = box.remove(keys)
    if (isFull && keys.length > 0) await assert.rejects(removing)
    else await removing
    oracle.remove(keys, isFull)
  }
}

test('P1: an outbox keeps the first words of each report, lets the oldest go, and holds on disk what it holds, through full disks and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async history => {
      const datastore = new FullDisk()
      const oracle = new Oracle()
      let box = outbox(datastore, MOST)
      for (const [number, step] of history.entries()) {
        const isFull = step.isFull && ['add', 'sign', 'answer'].includes(step.does)
        datastore.isFull = isFull
        await play(box, oracle, step, number, isFull)
        datastore.isFull = false
        if (step.does === 'restart') {
          box = outbox(datastore, MOST)
          await box.load()
          oracle.restart()
        }
        if (step.does === 'answer while adding') {
          // which of both the bound sees first is not said: the answered are gone, and nothing is lost that had room
          const keys = step.at.map(each => oracle.memory[each]?.key).filter(key => key != null)
          const added = item(number, 9, 'beside', true)
          const [dropped] = await Promise.all([box.add([added]), box.remove(keys)])
          const kept = [...box.items()]
          oracle.written()
          assert.ok(kept.length <= MOST && kept.some(({ key }) => key === added.key) && kept.every(({ key }) => !keys.includes(key)))
          assert.ok(kept.length >= Math.min(MOST, oracle.memory.length + 1 - keys.length) - dropped)
          for (const { key } of oracle.memory) oracle.disk.delete(key)
          oracle.memory = kept
          for (const each of kept) oracle.disk.set(each.key, each)
        }
        if (step.does === 'answer while signing') {
          const held = step.at.map(each => oracle.memory[each]).filter(found => found != null)
          const keys = held.map(({ key }) => key)
          await Promise.all([box.replace(held.map(each => ({ ...each, isDraft: false }))), box.remove(keys)])
          oracle.remove(keys, false)
        }
        assert.deepEqual([...box.items()].map(said), oracle.memory.map(said))
        assert.deepEqual(await onDisk(datastore), [...oracle.disk.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(said))
        assert.ok(box.size() <= MOST)
      }
    }),
    { numRuns: 200, endOnFailure: true }
  )
})

test('P1: what cannot be read of an earlier run is deleted, counted, and holds nothing up', async () => {
  const datastore = new MemoryDatastore()
  const before = outbox(datastore, MOST)
  await before.add([item(1, 1, 'fine', true)])
  for (const name of ['x/peer', '0000000001/peer/more', '0000000002/peer']) await datastore.put(new Key(`/peerwatch/outbox/${name}`), Uint8Array.of(9))
  const box = outbox(datastore, MOST)
  assert.equal(await box.load(), 3)
  assert.deepEqual([...box.items()].map(said), await onDisk(datastore))
  assert.equal(box.size(), 1)
})
