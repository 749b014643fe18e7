import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { batcher } from '../../src/tree/batcher.ts'

interface Item {
  readonly number: number
  readonly bytes: number
}
interface UnderWay {
  readonly items: readonly Item[]
  readonly resolve: (results: readonly number[]) => void
  readonly reject: (error: unknown) => void
}

const turn = async (): Promise<void> =>
  new Promise(resolve => {
    setImmediate(resolve)
  })

const step = fc.record({ pushed: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 8 }), settles: fc.nat(3), fails: fc.boolean() })

test('T16: each item goes in one batch, in the order in which they came, within all bounds, and gets its own result; what finds no room is refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 20, size: 'max' }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 10 }),
      async (history, mostItems, concurrency, mostQueued) => {
        const mostBytes = 10
        const underWay: UnderWay[] = []
        const ran: number[] = []
        const batches = batcher<Item, number>({
          mostItems,
          mostBytes,
          bytesOf: ({ bytes }) => bytes,
          concurrency,
          mostQueued,
          run: async items => {
            assert.ok(items.length > 0 && items.length <= mostItems)
            assert.ok(items.length === 1 || items.reduce((sum, { bytes }) => sum + bytes, 0) <= mostBytes)
            ran.push(...items.map(({ number }) => number))
            return new Promise((resolve, reject) => {
              underWay.push({ items, resolve, reject })
              assert.ok(underWay.length <= concurrency)
            })
          }
        })
        const pushed: number[] = []
        const answers = new Map<number, string>()
        const failed = new Set<number>()
        const settle = (fails: boolean): void => {
          const batch = underWay.shift()
          if (batch == null) return
          if (fails) {
            for (const { number } of batch.items) failed.add(number)
            batch.reject(new Error('the disk is gone'))
          } else batch.resolve(batch.items.map(({ number }) => number * 2))
        }
        let number = 0
        const all: Promise<void>[] = []
        for (const { pushed: sizes, settles, fails } of history) {
          for (const bytes of sizes) {
            const mine = number++
            const isFull = batches.queued() >= mostQueued
            if (!isFull) pushed.push(mine)
            all.push(
              batches.push({ number: mine, bytes }).then(
                result => void answers.set(mine, String(result)),
                (error: Error) => void answers.set(mine, isFull ? (error as Error & { code: string }).code : error.message)
              )
            )
            assert.ok(batches.queued() <= mostQueued)
          }
          await turn()
          for (let each = 0; each < settles; each++) settle(fails && each === 0)
        }
        while (ran.length < pushed.length || underWay.length > 0) {
          settle(false)
          await turn()
        }
        await Promise.all(all)
        assert.deepEqual(ran, pushed)
        for (let each = 0; each < number; each++) {
          const expected = !pushed.includes(each) ? 'busy' : failed.has(each) ? 'the disk is gone' : String(each * 2)
          assert.equal(answers.get(each), expected)
        }
      }
    )
  )
})

test('T16: what comes in one turn of the event loop goes together', async () => {
  const sizes: number[] = []
  const batches = batcher<number, number>({
    mostItems: 100,
    mostBytes: 1_000,
    bytesOf: () => 1,
    concurrency: 1,
    mostQueued: 100,
    run: async items => (sizes.push(items.length) > 0 ? items : [])
  })
  await Promise.all([1, 2, 3, 4, 5].map(batches.push))
  assert.deepEqual(sizes, [5])
})

test('T16: a run that gives another number of results than it had items fails for all of them', async () => {
  const batches = batcher<number, number>({ mostItems: 9, mostBytes: 9, bytesOf: () => 1, concurrency: 1, mostQueued: 9, run: async () => [1] })
  const results = await Promise.allSettled([batches.push(1), batches.push(2)])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected']
  )
})
