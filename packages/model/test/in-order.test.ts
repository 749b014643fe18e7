import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inOrder } from '../src/in-order.ts'

test('tasks run one after the other in the order of their calls, and each settles as its own does', async () => {
  const task = fc.record({ turns: fc.nat(4), fails: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(task, { maxLength: 12 }), async tasks => {
      const run = inOrder()
      const seen: string[] = []
      const results = await Promise.allSettled(
        tasks.map(async ({ turns, fails }, index) =>
          run(async () => {
            seen.push(`begins ${index}`)
            for (let turn = 0; turn < turns; turn++) await Promise.resolve()
            seen.push(`ends ${index}`)
            if (fails) throw new Error(`task ${index}`)
            return index
          })
        )
      )
      assert.deepEqual(
        seen,
        tasks.flatMap((_, index) => [`begins ${index}`, `ends ${index}`])
      )
      assert.deepEqual(
        results.map(result => (result.status === 'fulfilled' ? result.value : String(result.reason))),
        tasks.map(({ fails }, index) => (fails ? `Error: task ${index}` : index))
      )
    })
  )
})

test('a task that throws at once, and nobody hears of it, holds up nobody', async () => {
  const run = inOrder()
  run(() => {
    throw new Error('at once')
  }).catch(() => {})
  assert.equal(await run(() => 7), 7)
})
