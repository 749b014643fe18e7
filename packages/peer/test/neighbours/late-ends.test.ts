import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { ConnectionClosedError, MuxerClosedError } from '@libp2p/interface'
import { probes } from '../../src/neighbours/probes.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Watched } from '../../src/neighbours/watched.ts'

const EVERY_MS = 100
const PEER = '12D3KooWEqnTdgqHnkkwarSrJjeMP2ZJiADWLYADaNvUb6SQNyPF' as PeerIdString

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
}

test('H80: one end of a link that a late node reads late is one miss at most: it tries the link again after a whole interval', async () => {
  const clock = manualClock()
  const opening: PromiseWithResolvers<never>[] = []
  const misses: number[] = []
  const aborted: unknown[] = []
  const linkTo = () => ({
    abort: (error: Error) => aborted.push(error),
    newStream: async () => {
      opening.push(Promise.withResolvers<never>())
      return opening.at(-1)!.promise
    }
  })
  let connection = linkTo()
  const core = {
    clock,
    rng: () => 0.5,
    health: { after: clock.after, fairly: async (_ms: number, attempt: () => Promise<boolean>) => attempt() },
    roster: { current: () => ({ preset: { pingEveryMs: EVERY_MS, pingTimeoutMs: 50 * EVERY_MS, pingMisses: 3 } }) },
    components: { registrar: { getProtocols: () => [] }, connectionManager: { getConnections: () => [connection] } },
    budgets: { take: () => true },
    emit: (type: string, detail: { misses: number }) => {
      if (type === 'neighbour:missed') misses.push(detail.misses)
    },
    log: Object.assign(() => {}, { error: assert.fail })
  } as unknown as Core
  const neighbour = { peer: PEER, isOwn: true, isLinked: true, misses: 0, wasOver: false, lastAnswerMs: 1, isDead: false } as Watched
  const all = new Map([[PEER, neighbour]])
  const { schedule } = probes(core, {
    all,
    refuses: () => false,
    drop: () => assert.fail(),
    isLinkedWithin: async () => false,
    reportDead: () => assert.fail()
  })
  schedule(neighbour, 0)
  /** The end of the link comes five intervals late. */
  const endLate = async (): Promise<void> => {
    clock.advance(5 * EVERY_MS)
    opening.at(-1)!.reject(new Error('the link ends'))
    await turns()
  }
  clock.advance(0)
  await turns()
  await endLate()
  assert.deepEqual([misses, opening.length], [[], 1], 'what ended before its time is no silence')
  clock.advance(EVERY_MS - 1)
  await turns()
  assert.equal(opening.length, 1, 'there is a whole interval in which the end can be read')
  clock.advance(1)
  await turns()
  assert.equal(opening.length, 2)
  await endLate()
  assert.deepEqual([misses, opening.length], [[1], 2], 'who ends every ping is missed')
  clock.advance(EVERY_MS)
  await turns()
  opening.at(-1)!.reject(new ConnectionClosedError())
  await turns()
  assert.deepEqual([misses, aborted.length], [[1], 1], 'what is shown of a link that is over already is no further miss, and is ended')
  connection = linkTo()
  clock.advance(EVERY_MS)
  await turns()
  opening.at(-1)!.reject(new MuxerClosedError())
  await turns()
  assert.deepEqual([misses, aborted.length], [[1, 2], 2], 'who ends each new link before it is pinged is missed')
})
