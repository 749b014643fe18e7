import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@peerwatch/model/system-clock'
import { frames } from '../src/frames.ts'
import { testHost, testNetwork, until } from './support/core.ts'
import type { Stream } from '@libp2p/interface'
import type { TestContext } from 'node:test'
import type { FrameFault } from '../src/frames.ts'

const PROTOCOL = '/peerwatch/test/1.0.0'

/** Both ends of one stream between two hosts. */
async function streamPair(t: TestContext): Promise<{ near: Stream; far: Stream }> {
  const { network } = await testNetwork()
  const [one, other] = [await testHost(network), await testHost(network)]
  t.after(async () => Promise.all([one.node.stop(), other.node.stop()]))
  const { promise, resolve } = Promise.withResolvers<Stream>()
  await other.node.handle(PROTOCOL, resolve)
  const far = await one.node.dialProtocol(other.node.getMultiaddrs(), PROTOCOL)
  return { near: await promise, far }
}

test('closing ends also where the other side reads nothing and never closes', async t => {
  const { near, far } = await streamPair(t)
  far.pause()
  const framed = frames(near, { clock: systemClock, maxFrameBytes: 1_000, onFrame: () => {}, onEnd: () => {} })
  while (near.writeBufferLength < 100_000) framed.send(new Uint8Array(50_000))
  const startedMs = performance.now()
  await framed.close()
  await until(() => near.status === 'aborted', 'the stream is cut off')
  assert.ok(performance.now() - startedMs < 5_000)
  assert.equal(near.writeBufferLength, 0)
})

test('what comes after the end is thrown away, and the stream does not stay half open', async t => {
  const { near, far } = await streamPair(t)
  const framed = frames(near, { clock: systemClock, maxFrameBytes: 1_000, onFrame: () => {}, onEnd: () => {} })
  await framed.close()
  far.send(new Uint8Array(100_000))
  await until(() => near.status === 'aborted', 'the stream is cut off')
  assert.equal(near.readBufferLength, 0)
})

test('a reader that takes nothing is ended with its memory', async t => {
  const { near, far } = await streamPair(t)
  far.pause()
  const ended: (FrameFault | undefined)[] = []
  const framed = frames(near, { clock: systemClock, maxFrameBytes: 1_000, maxUnsentBytes: 100_000, onFrame: () => {}, onEnd: fault => ended.push(fault) })
  for (let sent = 0; sent < 100 && framed.send(new Uint8Array(50_000)); sent++);
  assert.deepEqual(ended, ['slow-reader'])
  assert.equal(near.writeBufferLength, 0)
})
