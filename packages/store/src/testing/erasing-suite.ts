import assert from 'node:assert/strict'
import { ALL, ids, read, within } from './open-store.ts'
import { testRecord } from './test-record.ts'
import type { RecordStore, StoredRecord } from '@peerwatch/model'
import type { OpenStore, Test } from './open-store.ts'

/** The peer that the tests erase: `5a…`. */
const ERASED = testRecord().subject

async function erased(store: RecordStore, upToEpoch: number): Promise<number> {
  const { removed } = await store.erase(ERASED, upToEpoch)
  return removed
}

/** Tests that erased records stay erased. */
export function erasingSuite(test: Test, open: OpenStore): void {
  const check = within(test, open)
  const by = ERASED.replace(/0+$/, '')
  const concerned = (epoch: number): StoredRecord[] => [
    testRecord({ epoch, id: '01' }),
    testRecord({ epoch, id: '02', kind: 'finding' }),
    testRecord({ epoch, id: '03', subject: 'c0', author: by }),
    testRecord({ epoch, id: '04', subject: 'c0', author: by, kind: 'ledger' }),
    testRecord({ epoch, id: '05', kind: 'ledger', author: '01' })
  ]

  check('P90: what concerns a peer is erased up to an epoch, wherever it lies, and refused from then on; the rest stays', async store => {
    const others = [testRecord({ epoch: 5, id: '0a', subject: 'c0' }), testRecord({ epoch: 5, id: '0b', subject: '5b' })]
    await store.write([...concerned(4), ...concerned(5), ...concerned(6), ...others])
    assert.equal(await erased(store, 5), 10)
    assert.deepEqual((await ids(store)).toSorted(), ['01', '02', '03', '04', '05', '0a', '0b'])
    assert.deepEqual((await ids(store, { ...ALL, subject: ERASED })).toSorted(), ['01', '02', '05'])
    const outcomes = await store.write([...concerned(5), ...concerned(7), ...others])
    assert.deepEqual(outcomes, [...Array(5).fill('expired'), ...Array(5).fill('stored'), 'known', 'known'])
    assert.deepEqual([...concerned(5), ...others].map(store.floorOf), [5, 5, 5, 5, 5, -1, -1])
  })

  check('P90: an erasure never goes back, and says nothing any more once the floor has passed it', async store => {
    await store.write([3, 4, 5].map(epoch => testRecord({ epoch, id: `0${epoch}` })))
    assert.equal(await erased(store, 4), 2)
    assert.equal(await erased(store, 3), 0)
    assert.equal(store.floorOf(testRecord()), 4)
    await store.raiseFloor(2)
    assert.equal(store.floorOf(testRecord()), 4)
    await store.raiseFloor(5)
    assert.equal(store.floorOf(testRecord()), 5)
    assert.deepEqual(await store.write([testRecord({ epoch: 5 }), testRecord({ epoch: 6 })]), ['expired', 'stored'])
  })

  check('P90: a read that is under way leaves out what is erased meanwhile', async store => {
    await store.write(Array.from({ length: 700 }, (_, index) => testRecord({ epoch: 1 + (index % 2), author: index.toString(16).padStart(4, '0') })))
    const found: number[] = []
    for await (const { epoch } of store.read(ALL)) {
      found.push(epoch)
      if (found.length === 1) await erased(store, 2)
    }
    assert.deepEqual(found, [1])
  })

  check('S81: names that are under way leave out what is erased meanwhile, and a fingerprint counts what is left', async store => {
    const others = [testRecord({ epoch: 3, id: '0b', subject: '5b' })]
    await store.write([
      ...Array.from({ length: 700 }, (_, index) => testRecord({ epoch: 1 + (index % 2), author: index.toString(16).padStart(4, '0') })),
      ...others
    ])
    const found: number[] = []
    for await (const { epoch } of store.names(ALL)) {
      found.push(epoch)
      if (found.length === 1) await store.erase(ERASED, 2)
    }
    assert.deepEqual(found, [1, 3])
    assert.equal((await store.fingerprint({ fromEpoch: 1, toEpoch: 2 })).count, 0)
    assert.equal((await store.fingerprint(ALL)).count, 1)
  })

  check('P90: what comes at the same time as an erasure is gone with it', async store => {
    const written = [1, 2, 3].map(async id => store.write([testRecord({ epoch: 5, author: `a${id}` })]))
    await Promise.all([...written, erased(store, 5), store.write([testRecord({ epoch: 5, author: 'b0' })])])
    assert.deepEqual(await ids(store), [])
  })

  check('P90: what was erased stays erased over a restart, where the store lasts', async (store, reopen) => {
    await store.write([...concerned(5), ...concerned(6)])
    await erased(store, 5)
    const again = (await reopen?.()) ?? store
    assert.equal((await read(again)).length, 5)
    assert.deepEqual(await again.write(concerned(5)), Array(5).fill('expired'))
    assert.equal(await erased(again, 5), 0)
  })
}
