import assert from 'node:assert/strict'
import { EPOCH_PARTS, placesOfPart, seededRng } from '@peerwatch/model'
import { within } from './open-store.ts'
import { testRecord } from './test-record.ts'
import type { CheckpointMaking, EpochPart, RecordStore, Rng, StoredRecord } from '@peerwatch/model'
import type { OpenStore, Test } from './open-store.ts'

const EPOCHS = 4
/** Where the records of these tests lie. */
const PARTS: readonly EpochPart[] = [0x00, 0x5a, 0x5b, 0xff]
export const ALL_PARTS: readonly EpochPart[] = Array.from({ length: EPOCH_PARTS }, (_, part) => part)

/** Makes a list of ids, and counts how often. */
export function idsMaking(form = 'ids 1'): CheckpointMaking & { readonly madeCount: () => number } {
  let count = 0
  return {
    form,
    make: async records => {
      count++
      const ids: string[] = []
      for await (const { id } of records) ids.push(id)
      return Buffer.from(ids.join())
    },
    madeCount: () => count
  }
}

/** By part. */
export async function checkpointsOf(store: RecordStore, epoch: number, form = 'ids 1'): Promise<Map<EpochPart, string>> {
  const found = new Map<EpochPart, string>()
  for await (const { part, bytes } of store.checkpoints(epoch, form)) found.set(part, Buffer.from(bytes).toString())
  return found
}

/** Asserts that the store gives what would be made now. Returns how many checkpoints it gives. */
export async function assertTrue(store: RecordStore, step: unknown = ''): Promise<number> {
  let count = 0
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const [part, kept] of await checkpointsOf(store, epoch)) {
      const made = await idsMaking().make(store.read({ fromEpoch: epoch, toEpoch: epoch, ...placesOfPart(part) }))
      assert.equal(kept, Buffer.from(made).toString(), `epoch ${epoch}, part ${part}, step ${JSON.stringify(step)}`)
      count++
    }
  }
  return count
}

/** Of few slots and four parts. */
export function anyReport(rng: Rng): StoredRecord {
  const digit = (most: number): string => Math.floor(rng() * most).toString(16)
  const part = PARTS[Math.floor(rng() * PARTS.length)]!
  return testRecord({
    kind: rng() < 0.7 ? 'report' : 'ledger',
    epoch: Math.floor(rng() * EPOCHS),
    window: Math.floor(rng() * 3),
    subject: `${part.toString(16).padStart(2, '0')}${digit(3)}`,
    author: `5a${digit(3)}`,
    id: `f${digit(16)}${digit(16)}`
  })
}

/** Tests what is made of the records of a part and kept beside them. */
export function checkpointSuite(test: Test, open: OpenStore): void {
  const check = within(test, open)

  check('S95: what was made of a part is given until one of its records goes or another one comes', async (store, reopen) => {
    const [one, two, other] = [
      testRecord({ epoch: 1, subject: '5a' }),
      testRecord({ epoch: 1, subject: '5a', window: 301 }),
      testRecord({ epoch: 1, subject: '5b' })
    ]
    await store.write([one, other])
    assert.equal(await store.checkpoint(1, ALL_PARTS, idsMaking()), EPOCH_PARTS)
    const again = (await reopen?.()) ?? store
    const kept = await checkpointsOf(again, 1)
    assert.deepEqual([kept.size, kept.get(0x5a), kept.get(0x5b), kept.get(0)], [EPOCH_PARTS, one.id, other.id, ''])
    await again.write([one, { ...one, epoch: 2 }])
    assert.equal((await checkpointsOf(again, 1)).size, EPOCH_PARTS)
    await again.write([two])
    assert.equal((await checkpointsOf(again, 1)).has(0x5a), false)
    await again.remove([other])
    assert.equal((await checkpointsOf(again, 1)).has(0x5b), false)
    assert.equal((await checkpointsOf(again, 1)).size, EPOCH_PARTS - 2)
    await again.raiseFloor(1)
    assert.equal((await checkpointsOf(again, 1)).size, 0)
    assert.equal(await again.checkpoint(1, ALL_PARTS, idsMaking()), 0)
  })

  check('S95: what is erased is in no checkpoint, wherever it lay', async store => {
    const about = testRecord({ epoch: 1 })
    const by = testRecord({ epoch: 1, subject: 'ff', author: '5a' })
    await store.write([about, by, testRecord({ epoch: 1, subject: '00' })])
    await store.checkpoint(1, ALL_PARTS, idsMaking())
    const { removed } = await store.erase(about.subject, 1)
    await removed
    assert.equal((await checkpointsOf(store, 1)).size, EPOCH_PARTS - 2)
    await store.checkpoint(1, ALL_PARTS, idsMaking())
    assert.equal(await assertTrue(store), EPOCH_PARTS)
  })

  check('S95: what comes while a checkpoint is made is never missing in it', async store => {
    await store.write([testRecord({ epoch: 1, id: '01' })])
    const { form, make } = idsMaking()
    let written: Promise<unknown> | undefined
    const late: CheckpointMaking = {
      form,
      make: async records => {
        const made = await make(records)
        written ??= store.write([testRecord({ epoch: 1, window: 301, id: '02' })])
        await written
        return made
      }
    }
    assert.equal(await store.checkpoint(1, [0x59, 0x5a, 0x5b], late), 2)
    assert.deepEqual([...(await checkpointsOf(store, 1)).keys()], [0x59, 0x5b])
    const [count] = await Promise.all([store.checkpoint(1, [0x5a], idsMaking()), store.write([testRecord({ epoch: 1, window: 302, id: '03' })])])
    assert.equal(await assertTrue(store), 2 + count)
  })

  check('S96: what is kept is not made again; what changed and what has another form is', async (store, reopen) => {
    await store.write([testRecord({ epoch: 1, subject: '5a' }), testRecord({ epoch: 1, subject: '5b' })])
    const first = idsMaking()
    assert.deepEqual([await store.checkpoint(1, PARTS, first), await store.checkpoint(1, PARTS, first), first.madeCount()], [4, 0, 4])
    await store.write([testRecord({ epoch: 1, subject: '5a', window: 301 })])
    assert.deepEqual([await store.checkpoint(1, PARTS, first), first.madeCount()], [1, 5])
    const again = (await reopen?.()) ?? store
    assert.equal((await checkpointsOf(again, 1, 'ids 2')).size, 0)
    const second = idsMaking('ids 2')
    assert.equal(await again.checkpoint(1, [0x5b], second), 1)
    assert.deepEqual([...(await checkpointsOf(again, 1, 'ids 2')).keys()], [0x5b])
    assert.deepEqual([...(await checkpointsOf(again, 1)).keys()], [0x00, 0x5a, 0xff])
    // a form that nobody knows here is removed like any other
    await again.write([testRecord({ epoch: 1, subject: '5b', window: 301 })])
    assert.equal((await checkpointsOf(again, 1, 'ids 2')).size, 0)
  })

  for (const seed of [1, 2, 3, 4]) {
    check(`S95: through writes, removals, erasures, floors and restarts each is what would be made anew: history ${seed}`, async (first, reopen) => {
      const rng = seededRng(seed)
      let store = first
      let given = 0
      for (let step = 0; step < 40; step++) {
        const records = Array.from({ length: 4 }, () => anyReport(rng))
        const epoch = Math.floor(rng() * EPOCHS)
        const made = rng() < 0.7 ? store.checkpoint(epoch, PARTS, idsMaking()) : undefined
        if (rng() < 0.6) await Promise.all([made, store.write(records)])
        if (rng() < 0.3) await Promise.all([made, store.remove(records.slice(0, 2))])
        if (rng() < 0.1) await (await store.erase(records[0]!.author, epoch)).removed
        if (rng() < 0.03) await store.raiseFloor(Math.floor(rng() * 2))
        await made
        if (rng() < 0.15) store = (await reopen?.()) ?? store
        given += await assertTrue(store, step)
      }
      assert.ok(given > 50, `${given} were given`)
    })
  }
}
