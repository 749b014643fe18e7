import { Uint8ArrayList } from 'uint8arraylist'
import * as varint from 'uint8-varint'
import type { PeerIdString } from '@peerwatch/model'

/** The near end of a stream to a peer that the test itself is. */
export class QuietStream extends EventTarget {
  status = 'open'
  remoteWriteStatus = 'writable'
  writeStatus = 'writable'
  readStatus = 'readable'
  writeBufferLength = 0
  readonly peer: PeerIdString
  readonly #onFrame: (frame: Uint8Array, stream: QuietStream) => void

  /** @param onFrame - what comes out of it */
  constructor(peer: PeerIdString, onFrame: (frame: Uint8Array, stream: QuietStream) => void = () => {}) {
    super()
    this.peer = peer
    this.#onFrame = onFrame
  }
  pause(): void {}
  resume(): void {}
  send(data: Uint8Array | Uint8ArrayList): boolean {
    const bytes = data.subarray()
    this.#onFrame(bytes.subarray(varint.encodingLength(varint.decode(bytes))), this)
    return true
  }
  async closeRead(): Promise<void> {}
  async close(): Promise<void> {
    this.end('closed')
  }
  abort(error: Error): void {
    this.end('aborted', error)
  }
  end(status: string, error?: Error): void {
    if (this.status !== 'open') return
    Object.assign(this, { status, writeStatus: 'closed', remoteWriteStatus: 'closed' })
    this.dispatchEvent(Object.assign(new Event('close'), { error }))
  }
  /** A frame comes in. */
  receive(frame: Uint8Array): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: new Uint8ArrayList(varint.encode(frame.byteLength), frame) }))
  }
}
