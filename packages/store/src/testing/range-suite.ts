import assert from 'node:assert/strict'
import { fingerprintOf, RECORD_ROWS, seededRng } from '@peerwatch/model'
import { ALL, ids, place, read, within } from './open-store.ts'
import { testRecord } from './test-record.ts'
import type { RecordKind, RecordName, RecordQuery, RecordStore, Rng, StoredRecord } from '@peerwatch/model'
import type { OpenStore, Test } from './open-store.ts'

const NEWEST = Object.entries(RECORD_ROWS).flatMap(([kind, { keeps }]) => (keeps === 'newest' ? [kind as RecordKind] : []))

async function namesIn(store: RecordStore, query: RecordQuery): Promise<RecordName[]> {
  const names: RecordName[] = []
  for await (const name of store.names(query)) names.push(name)
  return names
}

/** How kinds are kept; names, fingerprints and removal. */
export function rangeSuite(test: Test, open: OpenStore): void {
  suiteOfKeeping(test, open)
  suiteOfRanges(test, open)
}

function nameOf({ payload: _payload, ...name }: StoredRecord): RecordName {
  return name
}

/** How the records of a kind that keeps the newest are kept. */
function suiteOfKeeping(test: Test, open: OpenStore): void {
  const check = within(test, open)

  for (const kind of NEWEST) {
    const at = (window: number, id: string): StoredRecord => testRecord({ kind, window, id })
    check(`S80: of a ${kind} the latest window remains, whatever comes first, and of one window the larger id`, async store => {
      assert.deepEqual(await store.write([at(300, '05')]), ['stored'])
      assert.deepEqual(await store.write([at(301, '04'), at(299, '09'), at(300, '05')]), ['stored', 'known', 'known'])
      assert.deepEqual(await ids(store), ['04'])
      assert.deepEqual(await store.write([at(301, '03'), at(301, '04')]), ['conflict', 'known'])
      assert.deepEqual(await store.write([at(301, '06'), at(300, '08')]), ['stored', 'known'])
      assert.deepEqual(await ids(store), ['06'])
    })

    check(`S80: another epoch, subject or author of a ${kind}, or another kind, is another slot`, async (store, reopen) => {
      const records = [
        testRecord({ kind, id: '01' }),
        testRecord({ kind, id: '02', author: 'a1' }),
        testRecord({ kind, id: '03', subject: '5b' }),
        testRecord({ kind, id: '05', epoch: 11, window: 200 }),
        testRecord({ kind: 'finding', id: '06' })
      ]
      assert.deepEqual(await store.write(records), ['stored', 'stored', 'stored', 'stored', 'stored'])
      const again = (await reopen?.()) ?? store
      assert.deepEqual(await again.write([testRecord({ kind, id: '07', window: 301 }), testRecord({ kind, id: '08', window: 299, author: 'a1' })]), [
        'stored',
        'known'
      ])
      assert.deepEqual((await ids(again)).toSorted(), ['02', '03', '05', '06', '07'])
      assert.deepEqual(await again.write([testRecord({ kind, id: '01' })]), ['known'])
    })
  }
}

/** Names, fingerprints and removal. */
function suiteOfRanges(test: Test, open: OpenStore): void {
  const check = within(test, open)

  check('S81: names are what is read, without what the records say', async store => {
    await store.write([1, 2, 3].flatMap(epoch => ['10', '40', 'c0'].map(subject => testRecord({ epoch, subject, id: `${subject.slice(0, 1)}${epoch}` }))))
    await store.raiseFloor(1)
    for (const query of [ALL, { ...ALL, fromPlace: place('c0'), toPlace: place('40') }, { ...ALL, subject: testRecord({ subject: '40' }).subject }]) {
      assert.deepEqual(await namesIn(store, query), (await read(store, query)).map(nameOf))
    }
  })

  check('S82: exactly what is named is removed, and may be written again', async (store, reopen) => {
    const subject = '50'
    const gone = [testRecord({ subject, id: '01' }), testRecord({ subject, kind: 'ledger', id: '02' }), testRecord({ epoch: 11, id: '03' })]
    const ledger = testRecord({ subject, kind: 'ledger', author: 'a1', id: '14' })
    const kept = [ledger, testRecord({ subject, id: '11', window: 301 }), testRecord({ id: '12' }), testRecord({ epoch: 11, id: '13' })]
    await store.write([...gone, ...kept])
    assert.equal(await store.remove([...gone, gone[0]!, testRecord({ id: 'ff' })]), gone.length)
    assert.equal(await store.remove(gone), 0)
    const again = (await reopen?.()) ?? store
    assert.deepEqual((await ids(again)).toSorted(), ['11', '12', '13', '14'])
    assert.deepEqual(await ids(again, { ...ALL, subject: testRecord({ subject }).subject }), ['14', '11'])
    assert.deepEqual(await again.write(gone), ['stored', 'stored', 'second'])
    assert.equal((await read(again)).length, gone.length + kept.length)
  })

  check('S82: a range of places is removed up to an epoch, round the end of the key space too', async store => {
    await store.write([1, 2, 3].flatMap(epoch => ['10', '40', '80', 'c0'].map(subject => testRecord({ epoch, subject, id: `${subject.slice(0, 1)}${epoch}` }))))
    const range = { fromEpoch: 0, toEpoch: 2, fromPlace: place('80'), toPlace: place('40') }
    const names = await namesIn(store, range)
    assert.equal(await store.remove(names), 6)
    assert.deepEqual(await store.fingerprint(range), fingerprintOf([]))
    assert.deepEqual(await ids(store), ['41', '42', '13', '43', '83', 'c3'])
  })

  check('S82: what is written after a removal was asked for remains, and a fingerprint that is asked for then counts it as done', async store => {
    const gone = Array.from({ length: 400 }, (_, window) => testRecord({ window, id: '01' }))
    await store.write(gone)
    const [removed, { count }] = await Promise.all([store.remove(gone), store.fingerprint(ALL)])
    assert.deepEqual([removed, count], [400, 0])
    await store.write(gone)
    const [again, written] = await Promise.all([store.remove(gone), store.write([gone[0]!])])
    assert.deepEqual([again, written], [400, ['stored']])
    assert.equal((await read(store)).length, 1)
  })

  for (const seed of [1, 2, 3]) {
    check(`S83: through writes, removals, floors and restarts a fingerprint is the sum of the ids of what is held: history ${seed}`, async (first, reopen) => {
      const rng = seededRng(seed)
      let store = first
      for (let step = 0; step < 25; step++) {
        const records = Array.from({ length: 12 }, () => anyRecord(rng))
        await store.write(records)
        if (rng() < 0.4) await store.remove(records.slice(0, 5))
        if (rng() < 0.08) await store.raiseFloor(Math.floor(rng() * 4))
        if (rng() < 0.15) store = (await reopen?.()) ?? store
        const query = anyRange(rng)
        assert.deepEqual(await store.fingerprint(query), fingerprintOf((await read(store, query)).map(({ id }) => id)), JSON.stringify({ step, query }))
      }
    })
  }
}

function digits(rng: Rng, most: number): string {
  return Math.floor(rng() * most)
    .toString(16)
    .padStart(2, '0')
}

/** Of few slots, so that records displace each other, at places that share a first byte and at others. */
function anyRecord(rng: Rng): StoredRecord {
  const kinds = Object.keys(RECORD_ROWS) as RecordKind[]
  const kind = kinds[Math.floor(rng() * kinds.length)]!
  return testRecord({
    kind,
    epoch: Math.floor(rng() * 6),
    window: Math.floor(rng() * 3),
    subject: `${rng() < 0.5 ? '7f' : digits(rng, 256)}${digits(rng, 4)}`,
    author: digits(rng, 2),
    id: `f${digits(rng, 256)}${digits(rng, 256)}`
  })
}

function anyRange(rng: Rng): RecordQuery {
  const [a, b] = [Math.floor(rng() * 6), Math.floor(rng() * 6)]
  const at = (): ReturnType<typeof place> => place(rng() < 0.5 ? `7f${digits(rng, 4)}` : digits(rng, 256))
  return {
    fromEpoch: Math.min(a, b),
    toEpoch: Math.max(a, b),
    ...(rng() < 0.8 && { fromPlace: at() }),
    ...(rng() < 0.8 && { toPlace: at() }),
    ...(rng() < 0.1 && { subject: testRecord({ subject: `7f${digits(rng, 4)}` }).subject })
  }
}
