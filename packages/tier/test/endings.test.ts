import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { until } from '../../link/test/support/core.ts'
import { pingPair, queryPair, registryPair, reportPair, treePair, watchPair } from './support/links.ts'
import type { TestContext } from 'node:test'
import type { Side } from './support/endings.ts'
import type { LinkedPair } from './support/links.ts'

/** More than any dial has: a run that never passes without an end is a fault of the test. */
const MOST_MOMENTS = 400

const pairs: Readonly<Record<string, (t: TestContext) => Promise<LinkedPair>>> = {
  registry: registryPair,
  report: reportPair,
  tree: treePair,
  watch: watchPair,
  query: queryPair,
  ping: pingPair
}
const sides: readonly Side[] = ['dialler', 'handler']

async function lose({ dialler, handler, isDown }: LinkedPair): Promise<void> {
  for (const { node } of [dialler, handler]) for (const link of node.getConnections()) link.abort(new Error('lost'))
  await until(isDown, 'the link is lost')
}

/** Ends the connection at one moment after the other, until a dial passed with no end. */
async function endAtEach(pair: LinkedPair, side: Side): Promise<number> {
  await until(pair.isUp, 'the link is there')
  for (let moment = 0; moment < MOST_MOMENTS; moment++) {
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

suite('L2: a link that ends at any moment between dial and first frames comes back within its back-off, with what was in hand, and nobody is blamed', () => {
  for (const [protocol, start] of Object.entries(pairs)) {
    for (const side of sides) {
      test(`${protocol}, ended by the ${side}`, async t => {
        const moments = await endAtEach(await start(t), side)
        t.diagnostic(`${moments} moments`)
        assert.ok(moments > 8, 'the moments were seen')
      })
    }
  }
})
