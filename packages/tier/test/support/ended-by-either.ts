import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../link/test/support/core.ts'
import type { TestContext } from 'node:test'
import type { Side } from './endings.ts'
import type { LinkedPair } from './links.ts'

/** More than any dial has: a run that never passes without an end is a fault of the test. */
const MOST_MOMENTS = 400
/** Side by side: most of the time is pauses before a dial. */
const PAIRS = 12
const SIDES: readonly Side[] = ['dialler', 'handler']

async function lose({ dialler, handler, isDown }: LinkedPair): Promise<void> {
  for (const { node } of [dialler, handler]) for (const link of node.getConnections()) link.abort(new Error('lost'))
  await until(isDown, 'the link is lost')
}

/** Ends the connection at every so manieth moment, until a dial passed with no end. */
async function endAtEach(pair: LinkedPair, side: Side, first: number): Promise<number> {
  await until(pair.isUp, 'the link is there')
  for (let moment = first; moment < MOST_MOMENTS; moment += PAIRS) {
    pair.endings.hold()
    await lose(pair)
    const hasArrived = await pair.give()
    pair.endings.arm(moment, side)
    await until(async () => pair.isUp() && (await hasArrived()), `after the end at moment ${moment} the link is back, and what was in hand has arrived`)
    assert.deepEqual(pair.blame, [], `moment ${moment}`)
    assert.ok(!pair.endings.wasLate(), `the dial after the end at moment ${moment} comes within the pause`)
    if (!pair.endings.hasEnded()) return moment
  }
  throw new Error(`every dial has more than ${MOST_MOMENTS} moments`)
}

/** One test per side that ends the connection; each protocol has a file of its own, so that they run beside each other. */
export function endedByEither(start: (t: TestContext) => Promise<LinkedPair>): void {
  for (const side of SIDES) {
    test(`ended by the ${side}`, async t => {
      const pairs = await Promise.all(Array.from({ length: PAIRS }, async () => start(t)))
      const moments = Math.min(...(await Promise.all(pairs.map(async (pair, first) => endAtEach(pair, side, first)))))
      t.diagnostic(`${moments} moments`)
      assert.ok(moments > 8, 'the moments were seen')
    })
  }
}
