import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { levelRecordStore } from '../src/index.ts'
import { crashableLevel, testRecord } from '../src/testing.ts'
import { metaKey, recordKey } from '../src/record-key.ts'
import type { StoredRecord } from '@peerwatch/model'
import type { LevelRecordStore, StorageKey, StorageKeys } from '../src/index.ts'
import type { CrashableDisk } from '../src/testing.ts'

const ALL = { fromEpoch: 0, toEpoch: 1_000 }
const [FIRST, SECOND]: readonly StorageKey[] = [1, 2].map(number => ({ number, bytes: new Uint8Array(32).fill(number) }))
/** crashable-level's own, as LevelDB has it. */
const SYNCED: object = { sync: true }
const noKeyGoes = async (): Promise<void> => assert.fail('a key went')
const BOTH = [SECOND!, FIRST!]

interface Place {
  readonly disk: CrashableDisk
  /** What `storage.key` has. */
  readonly file: () => readonly StorageKey[]
  readonly rotate: () => void
  /** After so many durable batches the power goes; where the file is written next, before that or right after. */
  readonly cut: (batchesCount: number, atFile?: 'before' | 'after') => void
  readonly open: () => Promise<LevelRecordStore>
  /** How many values the key with this number has sealed. */
  readonly sealedWith: (number: number) => Promise<number>
}

function place(): Place {
  const disk = crashableLevel()
  let file: readonly StorageKey[] = [FIRST!]
  let cutAt = Infinity
  let atFile: 'before' | 'after' | undefined
  const storageKey = (): StorageKeys => ({
    keys: file,
    forgetOlder: async () => {
      const died = new Error('the power was cut')
      if (disk.syncsCount() >= cutAt || atFile === 'before') throw died
      file = file.slice(0, 1)
      if (atFile === 'after') throw died
    }
  })
  return {
    disk,
    file: () => file,
    rotate: () => {
      file = BOTH
    },
    cut: (batchesCount, at) => {
      disk.crashAfter(batchesCount)
      cutAt = disk.syncsCount() + batchesCount
      atFile = at
    },
    open: async () => levelRecordStore({ level: disk.open(), storageKey: storageKey() }),
    sealedWith: async number => {
      const level = disk.open()
      const values = await level.values<unknown, Buffer>({ valueEncoding: 'buffer' }).all()
      return values.filter(value => value.length > 0 && value[1] === number).length
    }
  }
}

async function read(store: LevelRecordStore): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  for await (const record of store.read(ALL)) found.push(record)
  return found
}

/** Records of all that is sealed: a summary has a newest mark, and of the first epoch fingerprints are kept. */
function recordsOf(first: number, count: number): StoredRecord[] {
  return Array.from({ length: count }, (_, at) => {
    const number = first + at
    return testRecord({
      ...(number % 3 === 0 && { kind: 'ledger' }),
      epoch: 5 + (number % 2),
      window: number,
      author: number.toString(16).padStart(4, '0'),
      id: '01'
    })
  })
}

const textOf = ({ author, payload }: StoredRecord): string => `${author} ${Buffer.from(payload).toString()}`

test('S90: whenever the power goes while values are sealed anew and records come and go, what was acknowledged is read, and the older key is forgotten last', async () => {
  const step = fc.record({
    cut: fc.integer({ min: 1, max: 12 }),
    atFile: fc.option(fc.constantFrom('before' as const, 'after' as const), { nil: undefined }),
    writes: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
    removes: fc.nat({ max: 20 }),
    erases: fc.boolean()
  })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.array(step, { minLength: 1, maxLength: 5 }), async (before, steps) => {
      const here = place()
      const held = new Map<string, StoredRecord>()
      /** Of what the power cut off nobody knows whether it was done. */
      const open = new Set<string>()
      let written = 0
      const add = async (store: LevelRecordStore, count: number): Promise<void> => {
        const records = recordsOf(written, count)
        written += count
        for (const record of records) open.add(textOf(record))
        await store.write(records)
        for (const record of records) held.set(textOf(record), record)
      }
      const check = async (store: LevelRecordStore): Promise<void> => {
        const found = (await read(store)).map(textOf)
        const lacking = new Set(found)
        for (const text of held.keys()) assert.ok(lacking.has(text), `${text} is lost`)
        for (const text of found) assert.ok(held.has(text) || open.has(text), `${text} is back`)
      }
      const first = await here.open()
      await add(first, before)
      await first.fingerprint(ALL)
      await first.erase(testRecord({ subject: 'ee' }).subject, 3)
      await first.close()
      here.rotate()
      for (const { cut, atFile, writes, removes, erases } of steps) {
        here.cut(cut, atFile)
        try {
          const store = await here.open()
          const leaving = [...held.values()].slice(0, removes)
          const work = [
            store.resealed(),
            ...writes.map(async count => add(store, count)),
            (async () => {
              for (const record of leaving) {
                held.delete(textOf(record))
                open.add(textOf(record))
              }
              await store.remove(leaving)
            })(),
            ...(erases ? [store.erase(testRecord({ subject: 'ef' }).subject, 4)] : [])
          ]
          await Promise.allSettled(work)
        } catch {
          // the power went before it was open
        }
        here.disk.crash()
        const again = await here.open()
        await check(again)
        here.disk.crash()
        await Promise.allSettled([again.resealed()])
      }
      here.cut(Infinity)
      const last = await here.open()
      await last.resealed()
      await check(last)
      assert.equal((await last.fingerprint(ALL)).count, (await read(last)).length)
      assert.equal(last.floorOf(testRecord({ subject: 'ee' })), 3)
      await last.close()
      assert.deepEqual(here.file(), [SECOND])
      assert.equal(await here.sealedWith(1), 0)
    }),
    { numRuns: 25, endOnFailure: true }
  )
})

test('S90: of more values than one piece has, each is sealed anew, while writes go on', async () => {
  const here = place()
  const before = await here.open()
  await before.write(recordsOf(0, 9_000))
  await before.close()
  const sealed = await here.sealedWith(1)
  here.rotate()
  const store = await here.open()
  const written = Promise.all(Array.from({ length: 20 }, async (_, at) => store.write(recordsOf(9_000 + at * 10, 10))))
  // the canary is sealed before all others
  assert.equal(await store.resealed(), sealed - 1)
  await written
  assert.equal((await read(store)).length, 9_200)
  await store.close()
  assert.equal(await here.sealedWith(1), 0)
})

test('S92: while values may be sealed with both keys, one of them alone or with another one does not open the store, and nothing changes', async () => {
  const here = place()
  const before = await here.open()
  await before.write(recordsOf(0, 10))
  await before.close()
  here.rotate()
  here.cut(1)
  await Promise.allSettled([here.open().then(async store => store.resealed())])
  const other = { number: 1, bytes: new Uint8Array(32).fill(9) }
  for (const keys of [[FIRST!], [SECOND!], [SECOND!, other], [{ ...other, number: 2 }, FIRST!]]) {
    await assert.rejects(levelRecordStore({ level: here.disk.open(), storageKey: { keys, forgetOlder: noKeyGoes } }), {
      code: 'wrong-key',
      message: /does not open .*expected/
    })
  }
  here.cut(Infinity)
  const store = await here.open()
  await store.resealed()
  assert.equal((await read(store)).length, 10)
})

test('S94: a value that was altered is an error after a rotation as it was before, and holds nothing up', async () => {
  const here = place()
  const before = await here.open()
  const records = recordsOf(0, 10)
  await before.write(records)
  await before.close()
  const key = recordKey(records[1]!)
  const level = here.disk.open()
  const value = (await level.get<Buffer, Buffer>(key, { keyEncoding: 'buffer', valueEncoding: 'buffer' }))!
  value[20]! ^= 1
  await level.batch<Buffer, Buffer>([{ type: 'put', key, value }], { keyEncoding: 'buffer', valueEncoding: 'buffer', ...SYNCED })
  here.rotate()
  const store = await here.open()
  await store.resealed()
  await assert.rejects(read(store), { code: 'corrupt', message: /was altered/ })
  await store.close()
  assert.deepEqual(here.file(), [SECOND])
  const left = await here.disk.open().get<Buffer, Buffer>(metaKey('older canary'), { keyEncoding: 'buffer', valueEncoding: 'buffer' })
  assert.equal(left, undefined)
})

async function told(store: LevelRecordStore): Promise<string[]> {
  const found: string[] = []
  for await (const { bytes } of store.summaries({ fromEpoch: 0, toEpoch: 299 })) found.push(Buffer.from(bytes).toString())
  return found
}

test('S99: what is left of expired epochs is sealed, and sealed anew by a rotation', async () => {
  const here = place()
  const before = await here.open()
  const { subject, author, place: at } = testRecord({ subject: '5a', author: 'a0' })
  const summaries = Array.from({ length: 300 }, (_, epoch) => ({ epoch, place: at, subject, author, bytes: Buffer.from(`what was said in ${epoch}`) }))
  await before.writeSummaries(summaries)
  await before.raiseFloor(299, 0)
  const expected = summaries.map(({ bytes }) => bytes.toString())
  assert.deepEqual(await told(before), expected)
  await before.close()
  assert.ok((await here.sealedWith(1)) > 300)
  here.rotate()
  const store = await here.open()
  await store.resealed()
  assert.deepEqual(await told(store), expected)
  await store.close()
  assert.equal(await here.sealedWith(1), 0)
})
