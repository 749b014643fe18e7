import assert from 'node:assert/strict'

/** Waits for what no event tells, and fails with `what` at the deadline. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, deadlineMs = 30_000): Promise<void> {
  const end = Date.now() + deadlineMs
  while (!(await condition())) {
    assert.ok(Date.now() < end, `not within ${deadlineMs} ms: ${what}`)
    await new Promise(resolve => {
      setTimeout(resolve, 20)
    })
  }
}
