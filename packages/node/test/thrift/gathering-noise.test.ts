import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { pair, received } from './host.ts'
import type { Socket } from 'node:net'
import type { Connection } from '@libp2p/interface'

/** The TCP socket below a link. */
function socketOf(connection: Connection): Socket {
  return (connection as Connection & { readonly maConn: { readonly socket: Socket } }).maConn.socket
}

function writesOf(socket: Socket): number[] {
  const sizes: number[] = []
  const written = socket as unknown as { write: (data: Uint8Array) => boolean }
  const write = written.write.bind(socket)
  written.write = data => {
    sizes.push(data.byteLength)
    return write(data)
  }
  return sizes
}

test('what is sent in one turn is one message of Noise and one write, whole and in order', async t => {
  const { connection, stream, far } = await pair(t)
  const writes = writesOf(socketOf(connection))
  const bytes = randomBytes(3_000)
  const all = received(far, bytes.byteLength)
  for (let from = 0; from < bytes.byteLength; from += 100) stream.send(bytes.subarray(from, from + 100))
  assert.deepEqual(await all, bytes)
  // 30 frames of 12 + 100 bytes, 2 of length, 16 of the tag; a Yamux ping may be among them
  const [first = 0, ...others] = writes
  assert.ok(first >= 30 * 112 + 18, `${first} bytes in the first write`)
  assert.ok(
    others.every(size => size < 100),
    `further writes of ${others.join(', ')} bytes`
  )
})

test('a host as libp2p makes it understands, and is understood', async t => {
  const { stream, far } = await pair(t, { listener: false })
  const [there, back] = [randomBytes(200_000), randomBytes(200_000)]
  const both = [received(far, there.byteLength), received(stream, back.byteLength)] as const
  for (let from = 0; from < 200_000; from += 1_000) {
    stream.send(there.subarray(from, from + 1_000))
    far.send(back.subarray(from, from + 1_000))
  }
  assert.deepEqual(await Promise.all(both), [there, back])
})

test('more than is gathered goes at once, and a full socket is felt by who sends', async t => {
  const { connection, stream, far } = await pair(t)
  const socket = socketOf(connection)
  const bytes = randomBytes(200_000)
  const before = socket.bytesWritten
  stream.send(bytes)
  assert.ok(socket.bytesWritten - before > 100_000, 'it waited for the end of the turn')
  assert.deepEqual(await received(far, bytes.byteLength), bytes)
})

test('the last words before a link is closed arrive', async t => {
  const { connection, stream, far, listener } = await pair(t)
  const words = received(far, 5)
  stream.send(new TextEncoder().encode('adieu'))
  const over = new Promise<Event & { error?: Error }>(resolve => {
    listener.getConnections()[0]!.addEventListener('close', resolve)
  })
  await connection.close()
  assert.equal((await words).toString(), 'adieu')
  const { error } = await over
  assert.equal(error, undefined, 'a goodbye, no reset')
})

test('what was sent just before a link is reset throws nothing', async t => {
  const { connection, stream, listener } = await pair(t)
  const over = new Promise(resolve => {
    listener.getConnections()[0]!.addEventListener('close', resolve)
  })
  stream.send(new Uint8Array(10))
  connection.abort(new Error('enough'))
  await over
  assert.throws(() => stream.send(new Uint8Array(1)), { name: 'StreamStateError' })
})
