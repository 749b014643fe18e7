import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { systemClock } from '@peerwatch/model/system-clock'
import { manualClock } from '@peerwatch/model/testing'
import * as varint from 'uint8-varint'
import { frames } from '../src/frames.ts'
import { GROWS_BYTES, GROWS_WITHIN_MS, unreadBytes } from '../src/incoming-frames.ts'
import { answerPings } from '../../peer/src/neighbours/ping.ts'
import { isOver, takeOver } from '../src/take-over.ts'
import { testHost, testNetwork, until } from './support/core.ts'
import type { Connection, Stream } from '@libp2p/interface'
import type { TestContext } from 'node:test'
import type { FrameFault } from '../src/frames.ts'

const PROTOCOL = '/peerwatch/test/1.0.0'

interface StreamPair {
  readonly near: Stream
  readonly far: Stream
  readonly connection: Connection
}

/** Both ends of one stream between two hosts, and the connection at the far one. */
async function streamPair(t: TestContext): Promise<StreamPair> {
  const { network } = await testNetwork()
  const [one, other] = [await testHost(network), await testHost(network)]
  t.after(async () => Promise.all([one.node.stop(), other.node.stop()]))
  const { promise, resolve } = Promise.withResolvers<Stream>()
  await other.node.handle(PROTOCOL, resolve)
  const connection = await one.node.dial(other.node.getMultiaddrs())
  const far = await connection.newStream(PROTOCOL)
  return { near: await promise, far, connection }
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

/** What a slow sender has sent of a frame of 10,000 bytes, and what the receiver says of it. */
async function begun(t: TestContext): Promise<{ clock: ReturnType<typeof manualClock>; told: unknown[]; send: (bytes: number) => Promise<void> }> {
  const { near, far } = await streamPair(t)
  const clock = manualClock()
  const told: unknown[] = []
  frames(near, { clock, maxFrameBytes: 10_000, onFrame: frame => void told.push(frame.byteLength), onEnd: fault => told.push(fault) })
  let received = 0
  near.addEventListener('message', ({ data }) => {
    received += data.byteLength
  })
  far.send(varint.encode(10_000))
  const send = async (bytes: number): Promise<void> => {
    const expected = received + bytes
    far.send(new Uint8Array(bytes))
    await until(() => received >= expected, 'it is here')
  }
  await until(() => received > 0, 'it has begun')
  return { clock, told, send }
}

suite('L40: a frame that was begun goes on, or its stream ends', () => {
  test('one that stands still is given up, with its memory', async t => {
    const { clock, told, send } = await begun(t)
    await send(9_000)
    clock.advance(GROWS_WITHIN_MS)
    await send(GROWS_BYTES - 100)
    assert.deepEqual(told, [], 'what came in the first period counts there')
    clock.advance(GROWS_WITHIN_MS - 1)
    assert.deepEqual(told, [])
    clock.advance(1)
    await until(() => told.length > 0, 'the end is told')
    assert.deepEqual(told, ['slow-sender'])
    assert.equal(unreadBytes(), 0)
  })

  test('a slow link that makes progress is left alone, for however long', async t => {
    const { clock, told, send } = await begun(t)
    for (let sent = 0; sent < 10_000 - GROWS_BYTES; sent += GROWS_BYTES) {
      await send(GROWS_BYTES)
      clock.advance(GROWS_WITHIN_MS)
    }
    await send(10_000 - Math.ceil(10_000 / GROWS_BYTES - 1) * GROWS_BYTES)
    await until(() => told.length > 0, 'the frame is whole')
    assert.deepEqual(told, [10_000])
    clock.advance(10 * GROWS_WITHIN_MS)
    assert.deepEqual(told, [10_000], 'between frames nobody has to say anything')
  })

  test('a sender that waits for us is not late', async t => {
    const { near, far } = await streamPair(t)
    const clock = manualClock()
    const told: unknown[] = []
    const { promise: handled, resolve: handle } = Promise.withResolvers<void>()
    frames(near, { clock, maxFrameBytes: 100, onFrame: async () => handled, onEnd: fault => told.push(fault) })
    far.send(Uint8Array.of(1, 7, 50, 1, 2))
    await until(() => near.readStatus === 'paused', 'the first frame is being handled')
    clock.advance(3 * GROWS_WITHIN_MS)
    assert.deepEqual(told, [])
    handle()
    await until(() => near.readStatus === 'readable', 'the stream is read on')
    clock.advance(GROWS_WITHIN_MS)
    clock.advance(GROWS_WITHIN_MS)
    await until(() => told.length > 0, 'the end is told')
    assert.deepEqual(told, ['slow-sender'])
  })
})

const TOLD = Uint8Array.of(3, 1, 2, 3)

/** All ways in which a stream ends, and what they may be told as: of a connection's end the system decides how it arrives. */
const ends: readonly { readonly name: string; readonly end: (pair: StreamPair) => unknown; readonly faults: readonly (FrameFault | undefined)[] }[] = [
  { name: 'this side resets it', end: ({ near }) => near.abort(new Error('ended')), faults: ['reset'] },
  { name: 'the other side resets it', end: ({ far }) => far.abort(new Error('ended')), faults: ['reset'] },
  { name: 'the other side closes it', end: async ({ far }) => far.close(), faults: [undefined] },
  { name: 'the other side ends the connection', end: ({ connection }) => connection.abort(new Error('ended')), faults: [undefined, 'reset'] },
  { name: 'the other side closes the connection', end: async ({ connection }) => connection.close(), faults: [undefined] }
]

suite('L1: whoever takes over a stream is told once that it is over, never within the call, however and whenever it ended', () => {
  for (const { name, end, faults } of ends) {
    test(`${name}, before it is taken over`, async t => {
      const pair = await streamPair(t)
      await end(pair)
      await until(() => isOver(pair.near), 'the end is there')
      const told: (FrameFault | undefined)[] = []
      const framed = frames(pair.near, { clock: systemClock, maxFrameBytes: 100, onFrame: () => {}, onEnd: how => told.push(how) })
      assert.deepEqual(told, [], 'not within the call')
      assert.equal(framed.isOpen(), false)
      assert.equal(framed.send(TOLD), false)
      await until(() => told.length > 0, 'the end is told')
      await framed.close()
      assert.equal(told.length, 1)
      assert.ok(faults.includes(told[0]), String(told[0]))
    })

    test(`${name}, after it is taken over`, async t => {
      const pair = await streamPair(t)
      const told: (FrameFault | undefined)[] = []
      const framed = frames(pair.near, { clock: systemClock, maxFrameBytes: 100, onFrame: () => {}, onEnd: how => told.push(how) })
      await end(pair)
      await until(() => told.length > 0, 'the end is told')
      assert.equal(framed.isOpen(), false)
      assert.equal(framed.send(TOLD), false)
      await framed.close()
      assert.equal(told.length, 1)
      assert.ok(faults.includes(told[0]), String(told[0]))
    })
  }

  test('what had arrived before the end comes first', async t => {
    const { near, far } = await streamPair(t)
    far.send(TOLD)
    await until(() => near.readBufferLength === TOLD.byteLength, 'the frame is here')
    far.abort(new Error('ended'))
    await until(() => isOver(near), 'the end is there')
    const told: unknown[] = []
    frames(near, { clock: systemClock, maxFrameBytes: 100, onFrame: frame => void told.push([...frame]), onEnd: how => told.push(how) })
    await until(() => told.length > 1, 'both are told')
    assert.deepEqual(told, [[1, 2, 3], 'reset'])
  })

  test('whoever lets go at once of a stream that was over is told nothing more', async t => {
    const { near, far } = await streamPair(t)
    far.abort(new Error('ended'))
    await until(() => isOver(near), 'the end is there')
    const told: boolean[] = []
    const onOver = (isReset: boolean): void => void told.push(isReset)
    takeOver(near, { onMessage: () => {}, onOver })()
    await new Promise(setImmediate)
    assert.deepEqual(told, [])
    takeOver(near, { onMessage: () => {}, onOver })
    near.dispatchEvent(new Event('remoteCloseWrite'))
    await new Promise(setImmediate)
    assert.equal(told.length, 1, 'an event and the state are one end')
  })

  test('of the calls of our own none tells the end within itself', async t => {
    const told: string[] = []
    const taken = async (): Promise<ReturnType<typeof frames>> =>
      frames((await streamPair(t)).near, { clock: systemClock, maxFrameBytes: 100, onFrame: () => {}, onEnd: how => told.push(how ?? 'closed') })
    const [aborted, closed] = [await taken(), await taken()]
    aborted.abort('malformed')
    const closing = closed.close()
    assert.deepEqual(told, [])
    await closing
    assert.deepEqual(told, ['malformed', 'closed'])
  })
})

test('L3: a ping of somebody who is gone by the time it is read harms nobody', async t => {
  const { near, far } = await streamPair(t)
  far.send(new Uint8Array(32))
  await until(() => near.readBufferLength === 32, 'the ping is here')
  far.abort(new Error('gone'))
  await until(() => isOver(near), 'and its sender gone')
  let left = 0
  const send = near.send.bind(near)
  near.send = data => {
    left++
    return send(data)
  }
  answerPings(systemClock)(near)
  // an exception in an event listener would end the process in the next turn
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
  assert.equal(left, 0)
})
