import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { frames } from '../src/frames.ts'
import { testHost, testNetwork } from './support/core.ts'
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
  const clock = manualClock()
  const framed = frames(near, { clock, maxFrameBytes: 1_000, onFrame: () => {}, onEnd: () => {} })
  while (near.writeBufferLength < 100_000) framed.send(new Uint8Array(50_000))
  const closing = framed.close()
  clock.advance(1_999)
  assert.notEqual(near.status, 'aborted', 'it gets a moment to take what is on its way')
  clock.advance(1)
  await closing
  assert.equal(near.status, 'aborted')
  assert.equal(near.writeBufferLength, 0)
})

test('what comes after the end is thrown away, and the stream does not stay half open', async t => {
  const { near, far } = await streamPair(t)
  const clock = manualClock()
  const framed = frames(near, { clock, maxFrameBytes: 1_000, onFrame: () => {}, onEnd: () => {} })
  await framed.close()
  far.send(new Uint8Array(100_000))
  clock.advance(2_000)
  assert.equal(near.status, 'aborted')
  assert.equal(near.readBufferLength, 0)
})

test('a reader that takes nothing is ended with its memory', async t => {
  const { near, far } = await streamPair(t)
  far.pause()
  const ended: (FrameFault | undefined)[] = []
  const framed = frames(near, { clock: manualClock(), maxFrameBytes: 1_000, maxUnsentBytes: 100_000, onFrame: () => {}, onEnd: fault => ended.push(fault) })
  for (let sent = 0; sent < 100 && framed.send(new Uint8Array(50_000)); sent++);
  await until(() => ended.length > 0, 'the end is told')
  assert.deepEqual(ended, ['slow-reader'])
  assert.equal(near.writeBufferLength, 0)
})
