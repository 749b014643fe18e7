import { once } from 'node:events'
import { AbstractMultiaddrConnection } from '@libp2p/utils'
import type { Socket } from 'node:net'
import type { AbortOptions, Logger, MessageStreamDirection } from '@libp2p/interface'
import type { SendResult } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Timers } from '@peerwatch/model'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { WebSocket } from 'ws'

/** The most that the other side may put into one message. Noise frames have at most 64 KiB, so a host that sends more is no libp2p host. */
const RECEIVED_MESSAGE_BYTES_MOST = 1024 * 1024
/** In how many parts a message may come: each holds more than 100 bytes. */
export const RECEIVED_PARTS = Object.freeze({ maxPayload: RECEIVED_MESSAGE_BYTES_MOST, maxFragments: 64, maxBufferedChunks: 4096 })
const SENT_MESSAGE_BYTES_MOST = 256 * 1024
/** Unsent bytes above which the muxer has to wait. */
const UNSENT_BYTES_MOST = 1024 * 1024
/** As in libp2p's TCP transport: a link on which nothing moves for so long is ended. */
const QUIET_MOST_MS = 120_000
const CLOSES_WITHIN_MS = 2_000

export interface WebSocketConnectionInit {
  readonly clock: Timers
  readonly remoteAddr: Multiaddr
  readonly direction: MessageStreamDirection
  readonly log: Logger
}

/** A WebSocket as libp2p knows raw connections; `carrier` is the TCP socket below it. It ends as one over TCP does: a reset is seen by the other side at once. */
export class WebSocketConnection extends AbstractMultiaddrConnection {
  readonly #socket: WebSocket
  readonly #clock: Timers

  constructor(socket: WebSocket, carrier: Socket, init: WebSocketConnectionInit) {
    super({ ...init, maxMessageSize: SENT_MESSAGE_BYTES_MOST })
    this.#socket = socket
    this.#clock = init.clock
    socket.on('message', (data, isBinary) => {
      if (isBinary && data instanceof Uint8Array) this.onData(data)
      else this.abort(new Error('a message of text'))
    })
    const fail = (error: Error): void => {
      this.abort(error)
    }
    socket.on('error', fail)
    // the carrier's own errors never come through the WebSocket
    carrier.on('error', fail)
    carrier.setTimeout(QUIET_MOST_MS, () => {
      this.abort(new Error(`nothing moved for ${QUIET_MOST_MS} ms`))
    })
    socket.once('close', () => {
      this.onTransportClosed()
    })
  }

  sendData(data: Uint8ArrayList): SendResult {
    // one message instead of one for each piece, which may have two bytes
    this.#socket.send(data.subarray(), this.#onSent)
    return { sentBytes: data.byteLength, canSendMore: this.#socket.bufferedAmount < UNSENT_BYTES_MOST }
  }

  readonly #onSent = (error?: Error | null): void => {
    if (error == null && this.writableNeedsDrain && this.#socket.bufferedAmount < UNSENT_BYTES_MOST / 2) this.safeDispatchEvent('drain')
  }

  async sendClose(options?: AbortOptions): Promise<void> {
    if (this.#socket.readyState === this.#socket.CLOSED) return
    const callOff = this.#clock.after(CLOSES_WITHIN_MS, () => {
      this.#socket.terminate()
    })
    this.#socket.once('close', () => {
      callOff()
    })
    // what is not read, the other side's goodbye included, would keep it open
    this.#socket.resume()
    this.#socket.close()
    await once(this.#socket, 'close', options?.signal == null ? {} : { signal: options.signal })
  }

  sendReset(): void {
    this.#socket.terminate()
  }

  sendPause(): void {
    this.#socket.pause()
  }

  sendResume(): void {
    this.#socket.resume()
  }
}
