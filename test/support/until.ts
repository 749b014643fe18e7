import assert from 'node:assert/strict'

/** Only ends a test that hangs, with the name of what did not come: the slowest machine that still gets on is through long before. */
export const HANGS_AFTER_MS = 180_000
const LOOK_EVERY_MS = 20

/** Waits for what no event tells: every wait of a test goes through here or is for an event. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + HANGS_AFTER_MS
  while (!(await condition())) {
    assert.ok(performance.now() < endMs, `not within ${HANGS_AFTER_MS} ms: ${what}`)
    await new Promise(resolve => {
      setTimeout(resolve, LOOK_EVERY_MS)
    })
  }
}
