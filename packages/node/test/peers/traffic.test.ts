import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trafficOf } from '../../src/peers/traffic.ts'
import type { Connection } from '@libp2p/interface'

class QuietStream extends EventTarget {
  protocol = ''
  readonly taken: number[] = []
  onData(data: Uint8Array): void {
    this.taken.push(data.byteLength)
  }
  send(data: Uint8Array): boolean {
    this.taken.push(-data.byteLength)
    return true
  }
}

/** A link with one stream that is there already, and a way to add more. */
function openLink(early: QuietStream) {
  let opened: ((event: { detail: unknown }) => void) | undefined
  const traffic = trafficOf({
    addEventListener: (_type: string, listener: never) => {
      opened = listener
    }
  } as never)
  const muxer = { streams: [early], cleanUpStream: (_stream: QuietStream): void => {} }
  const connection = { muxer } as unknown as Connection
  opened?.({ detail: connection })
  return { add: (stream: QuietStream) => muxer.cleanUpStream(stream), bytes: () => Object.fromEntries(traffic.of(connection)), traffic }
}

const piece = (bytes: number): Uint8Array => new Uint8Array(bytes)

test('C171: what a stream carried while it was agreed on what it is to be counts for what it became', () => {
  const [early, later, broken] = [new QuietStream(), new QuietStream(), new QuietStream()]
  const { add, bytes } = openLink(early)
  add(later)
  add(broken)
  early.onData(piece(10))
  early.send(piece(3))
  assert.deepEqual(bytes(), {})
  early.protocol = '/a'
  early.onData(piece(5))
  assert.deepEqual(bytes(), { '/a': { in: 15, out: 3 } })
  // the only message came together with the end of the negotiation
  later.onData(piece(20))
  later.protocol = '/b'
  later.dispatchEvent(new Event('close'))
  broken.send(piece(7))
  broken.dispatchEvent(new Event('close'))
  assert.deepEqual(bytes(), { '/a': { in: 15, out: 3 }, '/b': { in: 20, out: 0 }, '/multistream/1.0.0': { in: 0, out: 7 } })
  assert.deepEqual([early.taken, later.taken, broken.taken], [[10, -3, 5], [20], [-7]])
})

test('C171: of a link that was opened before, or carries nothing, nothing is told', () => {
  const { traffic } = openLink(new QuietStream())
  assert.deepEqual([...traffic.of({} as Connection)], [])
})
