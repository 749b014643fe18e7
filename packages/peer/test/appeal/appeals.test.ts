import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROTOCOLS } from '@peerwatch/wire'
import { manualClock } from '@peerwatch/model/testing'
import { testHost, testNetwork, until } from '../../../link/test/support/core.ts'
import { appeals } from '../../src/appeal/appeals.ts'
import type { Stream } from '@libp2p/interface'

test('G89: a node asks a seed that stands still one question at a time, and one that it gave up is reset', async t => {
  const { network, seeds } = await testNetwork()
  const [seed, peer] = await Promise.all([testHost(network, seeds[0]), testHost(network)])
  t.after(async () => Promise.all([seed.node.stop(), peer.node.stop()]))
  const streams: Stream[] = []
  const open = (): Stream[] => streams.filter(({ status }) => status === 'open')
  // as the streams of a seed whose process was stopped: nobody reads them
  await seed.node.handle(PROTOCOLS.appeal, stream => {
    streams.push(stream)
  })
  await peer.node.dial(seed.node.getMultiaddrs())
  const health = Object.assign(manualClock(), { now: () => ({ state: 'well' }) })
  const { ask } = appeals({ ...peer.core, health } as never, { registry: { state: () => ({ state: 'alone', seeds: [], failures: [] }) } })
  for (let question = 1; question <= 3; question++) {
    const [first, second] = [ask(), ask()].map(async asking => asking.catch((error: unknown) => error))
    await until(() => streams.length === question, 'it is asked')
    assert.deepEqual(
      open().map(({ id }) => id),
      [streams[question - 1]!.id]
    )
    health.advance(5_000)
    for (const asking of [first, second]) assert.equal(((await asking) as { code?: string }).code, 'no-route')
    await until(() => open().length === 0, 'the seed is told that it was given up')
  }
  assert.equal(streams.length, 3)
})
