import assert from 'node:assert/strict'
import { placeOf } from '@peerwatch/model'
import { ALL, ids, place, within } from './open-store.ts'
import { testRecord } from './test-record.ts'
import type { RecordQuery, RecordStore, StoredSummary } from '@peerwatch/model'
import type { OpenStore, Test } from './open-store.ts'

/** A summary with short names: prefixes are hex digits, filled up with zeros. */
function summary({ epoch = 4, subject = '5a', author = 'a0', text = 'said' } = {}): StoredSummary {
  const { subject: about, author: by } = testRecord({ subject, author })
  return { epoch, place: placeOf(about), subject: about, author: by, bytes: new TextEncoder().encode(text) }
}

async function told(store: RecordStore, query: RecordQuery = ALL): Promise<string[]> {
  const found: string[] = []
  for await (const { epoch, subject, author, bytes } of store.summaries(query)) {
    found.push(`${epoch} ${subject.slice(0, 2)} ${author.slice(0, 2)} ${new TextDecoder().decode(bytes)}`)
  }
  return found
}

/** What is left of epochs whose records have expired. */
export function summarySuite(test: Test, open: OpenStore): void {
  const check = within(test, open)

  check('S98: a summary is given once its epoch has expired, in the order epoch, place, subject, author, and the last one of its names alone', async store => {
    const all = [summary({ epoch: 5 }), summary({ author: 'a1' }), summary({ subject: 'c0' }), summary(), summary({ epoch: 6 })]
    assert.deepEqual(await store.writeSummaries([...all, summary({ text: 'said again' })]), Array(6).fill(true))
    assert.deepEqual(await told(store), [])
    await store.raiseFloor(5, 2)
    assert.deepEqual(await told(store), ['4 5a a0 said again', '4 5a a1 said', '4 c0 a0 said', '5 5a a0 said'])
    assert.deepEqual(await told(store, { ...ALL, toEpoch: 4, fromPlace: place('5b'), toPlace: place('5a') }), ['4 c0 a0 said'])
    assert.deepEqual(await told(store, { ...ALL, fromPlace: place('c0'), toPlace: place('5b') }), [
      '4 5a a0 said again',
      '4 5a a1 said',
      '4 c0 a0 said',
      '5 5a a0 said'
    ])
    assert.deepEqual(await told(store, { ...ALL, subject: summary({ subject: 'c0' }).subject }), ['4 c0 a0 said'])
    assert.deepEqual(await told(store, { ...ALL, subject: summary().subject }), ['4 5a a0 said again', '4 5a a1 said', '5 5a a0 said'])
    assert.equal(store.summariesFrom(), 2)
  })

  check('S98: summaries go with their own floor, which never goes back nor above that of all, and are refused from then on', async store => {
    assert.equal(store.summariesFrom(), 0)
    await store.writeSummaries([1, 2, 3, 4].map(epoch => summary({ epoch })))
    await store.raiseFloor(3, 2)
    assert.deepEqual(await told(store), ['2 5a a0 said', '3 5a a0 said'])
    assert.deepEqual(await store.writeSummaries([summary({ epoch: 1 }), summary({ epoch: 2, text: 'new' })]), [false, true])
    await store.raiseFloor(2, 1)
    assert.deepEqual([store.floor(), store.summariesFrom()], [3, 2])
    await store.raiseFloor(3, 9)
    assert.deepEqual([store.floor(), store.summariesFrom(), await told(store)], [3, 4, []])
    await store.raiseFloor(4)
    assert.deepEqual([store.floor(), store.summariesFrom(), await told(store)], [4, 5, []])
  })

  check('S98: summaries are no records: no read, fingerprint or oldest epoch has them', async store => {
    await store.write([testRecord({ epoch: 4 }), testRecord({ epoch: 6, id: '06' })])
    const before = await store.fingerprint(ALL)
    await store.writeSummaries([summary({ text: 'x'.repeat(2_000) }), summary({ epoch: 6 })])
    assert.deepEqual(await store.fingerprint(ALL), before)
    await store.raiseFloor(5, 0)
    assert.deepEqual([await ids(store), await store.oldestEpoch()], [['06'], 6])
    assert.deepEqual(await told(store), [`4 5a a0 ${'x'.repeat(2_000)}`])
  })

  check('S98: summaries and their floor outlive a restart, where the store lasts', async (store, reopen) => {
    await store.writeSummaries([2, 3, 4].map(epoch => summary({ epoch })))
    await store.raiseFloor(3, 3)
    const again = (await reopen?.()) ?? store
    assert.deepEqual([again.floor(), again.summariesFrom(), await told(again)], [3, 3, ['3 5a a0 said']])
    await again.raiseFloor(4, 3)
    assert.deepEqual(await told(again), ['3 5a a0 said', '4 5a a0 said'])
  })

  check('P100: what is left of expired epochs about a peer and by it is erased with its records, and comes back by no way', async (store, reopen) => {
    const by = '5a'
    const all = [2, 3, 4].flatMap(epoch => [summary({ epoch }), summary({ epoch, subject: 'c0', author: by }), summary({ epoch, subject: 'c0' })])
    await store.writeSummaries(all)
    await store.raiseFloor(4, 1)
    const { removed } = await store.erase(summary().subject, 3)
    assert.equal(await removed, 4)
    const left = ['2 c0 a0 said', '3 c0 a0 said', '4 5a a0 said', '4 c0 5a said', '4 c0 a0 said']
    assert.deepEqual(await told(store), left)
    const areKept = all.map(({ epoch, subject, author }) => epoch > 3 || (subject !== summary().subject && author !== summary().subject))
    assert.deepEqual(await store.writeSummaries(all), areKept)
    const again = (await reopen?.()) ?? store
    assert.deepEqual([await again.writeSummaries(all), await told(again)], [areKept, left])
    // the floor of records alone lets nothing of it back
    await again.raiseFloor(5, 3)
    assert.deepEqual(await again.writeSummaries([summary({ epoch: 3 })]), [false])
  })
}
