import assert from 'node:assert/strict'
import { placeOf } from '@peerwatch/model'
import { ALL, ids, place, read, within } from './open-store.ts'
import { checkpointSuite } from './checkpoint-suite.ts'
import { erasingSuite } from './erasing-suite.ts'
import { rangeSuite } from './range-suite.ts'
import { summarySuite } from './summary-suite.ts'
import { testRecord } from './test-record.ts'
import type { OpenStore, Test } from './open-store.ts'

/** Tests what every `RecordStore` promises. Run it with node:test's `test`. */
export function recordStoreSuite(test: Test, open: OpenStore): void {
  suiteOfWriting(test, open)
  suiteOfReading(test, open)
  suiteOfFloors(test, open)
  rangeSuite(test, open)
  erasingSuite(test, open)
  checkpointSuite(test, open)
  summarySuite(test, open)
}

function suiteOfWriting(test: Test, open: OpenStore): void {
  const check = within(test, open)

  check('S1: a written record is read back as it was', async store => {
    const record = testRecord({ kind: 'finding', payload: Uint8Array.from({ length: 3_000 }, (_, index) => index % 251) })
    assert.deepEqual(await store.write([record]), ['stored'])
    const [found, ...others] = await read(store)
    assert.deepEqual({ ...found, payload: [...(found?.payload ?? [])] }, { ...record, payload: [...record.payload] })
    assert.deepEqual(others, [])
  })

  check('S2: a record written again is known, in a later write and in the same', async store => {
    assert.deepEqual(await store.write([testRecord(), testRecord()]), ['stored', 'known'])
    assert.deepEqual(await store.write([testRecord()]), ['known'])
    assert.equal((await read(store)).length, 1)
  })

  check('S3: of different records in one slot the two with the smallest ids are kept', async store => {
    assert.deepEqual(await store.write([testRecord({ id: '05' }), testRecord({ id: '07' }), testRecord({ id: '09' })]), ['stored', 'second', 'conflict'])
    assert.deepEqual(await store.write([testRecord({ id: '08' })]), ['conflict'])
    assert.deepEqual(await ids(store), ['05', '07'])
  })

  check('S3: a smaller id that arrives later takes the place of the largest', async store => {
    await store.write([testRecord({ id: '05' }), testRecord({ id: '07' })])
    assert.deepEqual(await store.write([testRecord({ id: '06' })]), ['second'])
    assert.deepEqual(await ids(store), ['05', '06'])
    assert.deepEqual(await store.write([testRecord({ id: '07' })]), ['conflict'])
  })

  check('S3: what a later record of the same write displaces is a conflict', async store => {
    assert.deepEqual(await store.write([testRecord({ id: '09' }), testRecord({ id: '03' }), testRecord({ id: '02' })]), ['conflict', 'second', 'second'])
    assert.deepEqual(await ids(store), ['02', '03'])
  })

  check('S3: writes at the same time settle as one after the other', async store => {
    const offered = ['09', '04', '08', '02', '07', '05']
    await Promise.all(offered.map(async id => store.write([testRecord({ id })])))
    assert.deepEqual(await ids(store), ['02', '04'])
  })

  check('S3: another kind, subject, window, author or epoch is another slot', async store => {
    const records = [
      testRecord({ id: '01' }),
      testRecord({ id: '02' }),
      testRecord({ id: '03', kind: 'finding' }),
      testRecord({ id: '04', subject: '5b' }),
      testRecord({ id: '05', window: 301 }),
      testRecord({ id: '06', author: 'a1' }),
      testRecord({ id: '07', epoch: 11 })
    ]
    assert.deepEqual(await store.write(records), ['stored', 'second', ...Array(5).fill('stored')])
    assert.equal((await read(store)).length, records.length)
  })

  check('an empty write is answered with nothing', async store => {
    assert.deepEqual(await store.write([]), [])
  })

  check('a closed store says so', async store => {
    await store.close()
    await assert.rejects(store.write([testRecord()]), { code: 'closed' })
    await assert.rejects(read(store), { code: 'closed' })
  })
}

function suiteOfReading(test: Test, open: OpenStore): void {
  const check = within(test, open)

  check('S4: reading follows epoch, place, subject, window, author, kind and id', async store => {
    const sorted = [
      testRecord({ epoch: 2, subject: '10', id: '0f' }),
      testRecord({ epoch: 256, subject: '10', window: 9, id: '0e' }),
      testRecord({ epoch: 256, subject: '10', window: 256, author: '01', id: '0d' }),
      testRecord({ epoch: 256, subject: '10', window: 256, author: '02', id: '02' }),
      testRecord({ epoch: 256, subject: '10', window: 256, author: '02', id: '0c' }),
      testRecord({ epoch: 256, subject: '10', window: 256, author: '02', kind: 'finding', id: '01' }),
      testRecord({ epoch: 256, subject: 'f0', id: '0b' })
    ]
    await store.write(sorted.toReversed())
    assert.deepEqual(
      await ids(store),
      sorted.map(({ id }) => id.replace(/0+$/, ''))
    )
  })

  check('S4: epochs are read from the first up to and including the last', async store => {
    await store.write([3, 4, 5, 6].map(epoch => testRecord({ epoch, id: `0${epoch}` })))
    assert.deepEqual(await ids(store, { fromEpoch: 4, toEpoch: 5 }), ['04', '05'])
    assert.deepEqual(await ids(store, { fromEpoch: 6, toEpoch: 5 }), [])
  })

  check('S4: a range of places excludes its end and may go round the end of the key space', async store => {
    const subjects = ['10', '40', '80', 'c0']
    await store.write([1, 2].flatMap(epoch => subjects.map(subject => testRecord({ epoch, subject, id: `${subject.slice(0, 1)}${epoch}` }))))
    const within1 = { fromEpoch: 1, toEpoch: 1 }
    assert.deepEqual(await ids(store, { ...within1, fromPlace: place('40'), toPlace: place('c0') }), ['41', '81'])
    assert.deepEqual(await ids(store, { ...within1, fromPlace: place('80') }), ['81', 'c1'])
    assert.deepEqual(await ids(store, { ...within1, toPlace: place('80') }), ['11', '41'])
    assert.deepEqual(await ids(store, { ...within1, fromPlace: place('80'), toPlace: place('40') }), ['11', '81', 'c1'])
    assert.deepEqual(await ids(store, { fromEpoch: 1, toEpoch: 2, fromPlace: place('c0'), toPlace: place('20') }), ['11', 'c1', '12', 'c2'])
    assert.equal((await ids(store, { ...within1, fromPlace: place('40'), toPlace: place('40') })).length, subjects.length)
  })

  check('S4: the records of a subject are of all kinds, and none where the range has not its place', async store => {
    const subject = testRecord({ subject: '50' }).subject
    await store.write([
      testRecord({ subject: '50', id: '03' }),
      testRecord({ subject: '50', kind: 'ledger', author: 'a1', id: '05' }),
      testRecord({ subject: '50', kind: 'ledger', author: 'a1', epoch: 11, id: '07' }),
      testRecord({ subject: '51', id: '09' }),
      testRecord({ subject: '90', author: '50', id: '0a' })
    ])
    assert.deepEqual(await ids(store, { ...ALL, subject }), ['03', '05', '07'])
    assert.deepEqual(await ids(store, { ...ALL, subject, fromPlace: placeOf(subject), toPlace: place('60') }), ['03', '05', '07'])
    assert.deepEqual(await ids(store, { ...ALL, subject, fromPlace: place('80') }), [])
  })

  check('S4: a record that does not lie at its subject’s place is refused', async store => {
    await assert.rejects(store.write([testRecord({ subject: '50', place: place('51') })]), TypeError)
    assert.deepEqual(await ids(store), [])
  })

  check('S5: a read that is not finished holds nothing up', async store => {
    await store.write(Array.from({ length: 700 }, (_, index) => testRecord({ author: index.toString(16).padStart(4, '0'), id: '01' })))
    for await (const record of store.read(ALL)) {
      assert.equal(record.id.slice(0, 2), '01')
      break
    }
    assert.equal((await read(store)).length, 700)
    assert.deepEqual(await store.write([testRecord({ author: 'ff' })]), ['stored'])
  })
}

function suiteOfFloors(test: Test, open: OpenStore): void {
  const check = within(test, open)

  check('S6: records at or below the floor are gone and refused, those above stay', async store => {
    await store.write([4, 5, 6].map(epoch => testRecord({ epoch, id: `0${epoch}` })))
    await store.write([testRecord({ epoch: 5, kind: 'ledger', id: '0a' })])
    await store.raiseFloor(5)
    assert.equal(store.floor(), 5)
    assert.deepEqual(await ids(store), ['06'])
    assert.deepEqual(await ids(store, { ...ALL, subject: testRecord().subject }), ['06'])
    assert.equal(await store.oldestEpoch(), 6)
    assert.deepEqual(await store.write([testRecord({ epoch: 5 }), testRecord({ epoch: 6, id: '07' })]), ['expired', 'second'])
    assert.deepEqual(await ids(store), ['06', '07'])
  })

  check('S6: a floor never goes down', async (opened, reopen) => {
    await opened.raiseFloor(7)
    await opened.raiseFloor(3)
    assert.equal(opened.floor(), 7)
    const store = (await reopen?.()) ?? opened
    assert.equal(store.floor(), 7)
    assert.deepEqual(await store.write([testRecord({ epoch: 7 })]), ['expired'])
  })

  check('without a floor the first epoch counts, and an empty store has no oldest one', async store => {
    assert.equal(store.floor(), -1)
    assert.equal(await store.oldestEpoch(), undefined)
    assert.deepEqual(await store.write([testRecord({ epoch: 0 })]), ['stored'])
    assert.equal(await store.oldestEpoch(), 0)
  })

  check('S6: the size grows with the records and shrinks with the floor', async store => {
    const before = await store.sizeBytes()
    await store.write(Array.from({ length: 40 }, (_, window) => testRecord({ window, payload: new Uint8Array(1_000) })))
    const full = await store.sizeBytes()
    assert.ok(full >= before + 40_000, `${full} after ${before}`)
    await store.raiseFloor(10)
    assert.ok((await store.sizeBytes()) < full / 2)
  })

  check('S7: records and floor outlive a restart, where the store lasts', async (store, reopen) => {
    await store.write([testRecord({ epoch: 1 }), testRecord({ epoch: 9, id: '04' }), testRecord({ epoch: 9, id: '06' })])
    await store.raiseFloor(1)
    const again = (await reopen?.()) ?? store
    assert.equal(again.floor(), 1)
    assert.deepEqual(await ids(again), ['04', '06'])
    assert.deepEqual(await again.write([testRecord({ epoch: 9, id: '05' }), testRecord({ epoch: 9, id: '04' }), testRecord({ epoch: 1 })]), [
      'second',
      'known',
      'expired'
    ])
    assert.deepEqual(await ids(again), ['04', '05'])
  })
}
