import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { framesSent, pair, received } from './host.ts'

const WINDOW_UPDATE = 1
const FRAME_BYTES = 500
const MIB = 1024 * 1024

async function turn(): Promise<void> {
  await new Promise(resolve => {
    setImmediate(resolve)
  })
}

test('a receiver widens its window when half of it is used, not with every frame', async t => {
  const { stream, far, listener } = await pair(t)
  const sent = framesSent(listener.getConnections()[0]!)
  const count = 400
  const bytes = randomBytes(count * FRAME_BYTES)
  const all = received(far, bytes.byteLength)
  for (let from = 0; from < bytes.byteLength; from += FRAME_BYTES) {
    stream.send(bytes.subarray(from, from + FRAME_BYTES))
    await turn()
  }
  assert.deepEqual(await all, bytes)
  const updates = sent.filter(type => type === WINDOW_UPDATE).length
  // 200 kB of a window of 256 KiB
  assert.ok(updates >= 1 && updates <= 2, `${updates} updates for ${count} frames`)
})

for (const { name, thrifty } of [
  { name: 'to a host as libp2p makes it', thrifty: { listener: false } },
  { name: 'from a host as libp2p makes it', thrifty: { dialler: false } },
  { name: 'between two of ours', thrifty: {} }
]) {
  test(`many windows' worth arrives whole and in order, ${name}`, async t => {
    const { stream, far } = await pair(t, thrifty)
    const bytes = randomBytes(4 * MIB)
    const all = received(far, bytes.byteLength)
    for (let from = 0; from < bytes.byteLength; from += MIB / 4) {
      if (!stream.send(bytes.subarray(from, from + MIB / 4))) {
        await new Promise(resolve => {
          stream.addEventListener('drain', resolve, { once: true })
        })
      }
    }
    assert.deepEqual(await all, bytes)
  })
}

test('a reader that pauses stops the sender within its window, and gets the rest when it goes on', async t => {
  const { stream, far } = await pair(t)
  const bytes = randomBytes(2 * MIB)
  far.pause()
  stream.send(bytes)
  // as long as there is anything to come
  for (let left = -1; left !== stream.writeBufferLength; ) {
    left = stream.writeBufferLength
    for (let each = 0; each < 20; each++) await turn()
  }
  assert.ok(stream.writeBufferLength > MIB, `${stream.writeBufferLength} bytes wait`)
  const all = received(far, bytes.byteLength)
  far.resume()
  assert.deepEqual(await all, bytes)
})
