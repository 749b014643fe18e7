import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { groupCommit } from '../src/group-commit.ts'
import type { GroupCommit, GroupCommitInit } from '../src/group-commit.ts'

interface Item {
  readonly number: number
  readonly weight: number
}

interface UnderWay {
  readonly numbers: readonly number[]
  readonly isTask: boolean
  readonly succeed: () => void
  readonly fail: () => void
}

interface Limits {
  readonly mostItems: number
  readonly mostWeight: number
  readonly concurrency: number
  readonly mostQueued: number
}

const turn = async (): Promise<void> =>
  new Promise(resolve => {
    setImmediate(resolve)
  })

/** Items and tasks with what is under way at the moment; each is checked as it begins. */
class Bench {
  readonly begun: number[] = []
  readonly failed = new Set<number>()
  readonly answers = new Map<number, string>()
  readonly underWay: UnderWay[] = []
  readonly pushed: number[] = []
  readonly #groups: GroupCommit<Item, string>
  readonly #limits: Limits
  #count = 0

  constructor(limits: Limits) {
    this.#limits = limits
    this.#groups = groupCommit<Item, string>({
      ...limits,
      weightOf: ({ weight }) => weight,
      full: () => new Error('busy'),
      soon: setImmediate,
      commit: async items => this.#commit(items)
    })
  }

  async #begin<A>(numbers: readonly number[], isTask: boolean, result: A): Promise<A> {
    const { promise, resolve, reject } = Promise.withResolvers<A>()
    this.begun.push(...numbers)
    assert.ok(!this.underWay.some(each => each.isTask), 'nothing begins beside a task')
    assert.ok(!isTask || this.underWay.length === 0, 'a task begins when nothing is under way')
    const work: UnderWay = {
      numbers,
      isTask,
      succeed: () => {
        resolve(result)
      },
      fail: () => {
        reject(new Error('the disk is gone'))
      }
    }
    this.underWay.push(work)
    assert.ok(this.underWay.length <= this.#limits.concurrency)
    return promise
  }

  async #commit(items: readonly Item[]): Promise<readonly string[]> {
    assert.ok(items.length > 0 && items.length <= this.#limits.mostItems)
    assert.ok(items.length === 1 || items.reduce((sum, { weight }) => sum + weight, 0) <= this.#limits.mostWeight)
    return this.#begin(
      items.map(({ number }) => number),
      false,
      items.map(({ number }) => `done ${number}`)
    )
  }

  #note(number: number, promise: Promise<string>): void {
    promise.then(
      result => this.answers.set(number, result),
      (error: Error) => this.answers.set(number, error.message)
    )
  }

  push(weight: number): void {
    const number = this.#count++
    const isFull = this.pushed.length - this.begun.length >= this.#limits.mostQueued
    if (!isFull) this.pushed.push(number)
    this.#note(number, this.#groups.push({ number, weight }))
  }

  alone(): void {
    const number = this.#count++
    this.pushed.push(number)
    this.#note(
      number,
      this.#groups.alone(async () => this.#begin([number], true, `done ${number}`))
    )
  }

  settle(fails: boolean): void {
    const work = this.underWay.shift()
    if (work == null) return
    if (!fails) work.succeed()
    else {
      for (const number of work.numbers) this.failed.add(number)
      work.fail()
    }
  }

  async end(): Promise<void> {
    for (let turns = 0; this.answers.size < this.#count; turns++) {
      assert.ok(turns <= 2 * this.#count, 'somebody got no answer')
      this.settle(false)
      await turn()
    }
  }

  expected(number: number): string {
    if (!this.pushed.includes(number)) return 'busy'
    return this.failed.has(number) ? 'the disk is gone' : `done ${number}`
  }

  check(): void {
    assert.deepEqual(this.begun, this.pushed, 'in the order in which they came')
    for (let number = 0; number < this.#count; number++) assert.equal(this.answers.get(number), this.expected(number))
  }
}

const step = fc.record({
  pushed: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 8 }),
  isAloneAfter: fc.boolean(),
  settles: fc.nat(3),
  fails: fc.boolean()
})
const limits = fc.record({
  mostItems: fc.integer({ min: 1, max: 4 }),
  mostWeight: fc.constant(10),
  concurrency: fc.integer({ min: 1, max: 3 }),
  mostQueued: fc.integer({ min: 1, max: 10 })
})

test('T16: each item goes in one group, in the order in which they came, within all bounds, and gets its own result; what finds no room is refused; a task runs alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20, size: 'max' }), limits, async (history, given) => {
      const bench = new Bench(given)
      for (const { pushed, isAloneAfter, settles, fails } of history) {
        for (const weight of pushed) bench.push(weight)
        if (isAloneAfter) bench.alone()
        await turn()
        for (let each = 0; each < settles; each++) bench.settle(fails && each === 0)
      }
      await bench.end()
      bench.check()
    })
  )
})

const UNBOUNDED: Omit<GroupCommitInit<number, number>, 'commit'> = { mostWeight: 1_000, weightOf: () => 1, concurrency: 1, soon: setImmediate }

test('T16: what comes in one turn of the event loop goes together', async () => {
  const sizes: number[] = []
  const groups = groupCommit<number, number>({ ...UNBOUNDED, commit: async items => (sizes.push(items.length) > 0 ? items : []) })
  await Promise.all([1, 2, 3, 4, 5].map(groups.push))
  assert.deepEqual(sizes, [5])
})

test('T16: a commit that gives another number of results than it had items fails for all of them', async () => {
  const groups = groupCommit<number, number>({ ...UNBOUNDED, commit: async () => [1] })
  const results = await Promise.allSettled([groups.push(1), groups.push(2)])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected']
  )
})
