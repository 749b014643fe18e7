import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { stampBook } from '../../src/entry/stamps.ts'
import { shelf } from '../../src/tree/shelf.ts'
import { bookOfReports } from '../../../peer/test/support/reports.ts'

test('a store that takes no records is told of by one alarm, and as a failure until it takes some again', async () => {
  const { core, parser, stored } = await bookOfReports({ reporters: 1, subjects: 4, windows: 1 })
  const store = memoryRecordStore()
  let isFull = false
  const filling = {
    ...store,
    write: async (...[records]: Parameters<typeof store.write>) => {
      if (isFull) throw new Error('no space left for records')
      return store.write(records)
    }
  }
  const alarms: string[] = []
  core.events.addEventListener('alarm', ({ detail }) => alarms.push(`${detail.code}: ${detail.message}`))
  const { put, failure } = shelf(core, filling, stampBook(core), { span: () => undefined }, parser)
  const [first, second, third, fourth] = stored.map(parser.stored)
  assert.equal(await put(first!), 'stored')
  assert.equal(failure(), undefined)
  isFull = true
  await assert.rejects(put(second!), /no space left/)
  await assert.rejects(put(third!), /no space left/)
  assert.match(failure() ?? '', /no space left for records/)
  assert.deepEqual(alarms, ['not-stored: no record can be stored: no space left for records'])
  isFull = false
  assert.equal(await put(second!), 'stored')
  assert.equal(failure(), undefined)
  isFull = true
  await assert.rejects(put(fourth!), /no space left/)
  assert.equal(alarms.length, 2)
})
