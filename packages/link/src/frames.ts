import { Uint8ArrayList } from 'uint8arraylist'
import * as varint from 'uint8-varint'
import { heldBudget } from './held-budget.ts'
import { incomingFrames } from './incoming-frames.ts'
import { isOver, sendOn, takeOver } from './take-over.ts'
import type { Stream } from '@libp2p/interface'
import type { Timers } from '@peerwatch/model'
import type { IncomingFault } from './incoming-frames.ts'

export interface FramesInit {
  /** Give a node's `health` rather than its clock: time that the node lost itself is then no delay of the other side. */
  readonly clock: Timers
  /** A longer frame ends the stream: `onEnd('too-long')`. */
  readonly maxFrameBytes: number
  /** Called for each frame in order. While `concurrency` calls have not settled, the stream is not read on. A rejection ends it. */
  readonly onFrame: (frame: Uint8Array) => void | Promise<void>
  /** Called once, never within a call of `frames` or its methods. `fault` says what the other side did wrong, if anything. */
  readonly onEnd: (fault?: FrameFault) => void
  /** Calls of `onFrame` under way at a time. Default 1. */
  readonly concurrency?: number
  /** Bytes that a slow reader has not taken yet. Beyond it the stream is ended. Default 2 MiB. */
  readonly maxUnsentBytes?: number
}

export type FrameFault = IncomingFault | 'slow-reader' | 'reset'

/** What `frames` makes of a stream. */
export interface Frames {
  /** False when the stream has ended. */
  readonly send: (frame: Uint8Array) => boolean
  /** Settles after `onEnd`. */
  readonly close: () => Promise<void>
  readonly abort: (fault: FrameFault) => void
  readonly isOpen: () => boolean
  /** Bytes that the other side has not taken yet. */
  readonly unsentBytes: () => number
}

const MAX_UNSENT_BYTES = 2 * 1024 * 1024
/** For all streams of this process together. */
const allUnsent = heldBudget(256 * 1024 * 1024, 'largest')
/** For the other side to take what is on its way and to close too. */
const CLOSES_WITHIN_MS = 2_000

/**
 * A stream of length-prefixed frames (unsigned varint, as in libp2p) with bounded memory in both directions.
 *
 * However the stream ends, even before this call, `onEnd` is called once and in a microtask of its own: never within `frames`, `send`, `close` or
 * `abort`. So the caller already holds the result of this call when it learns that the stream is over. Frames that had arrived come first. From the end
 * on `send` and `isOpen` are false.
 *
 * Keeps L1.
 */
export function frames(stream: Stream, init: FramesInit): Frames {
  const { clock, maxFrameBytes, onFrame, onEnd, concurrency = 1, maxUnsentBytes = MAX_UNSENT_BYTES } = init
  let underWay = 0
  let ended = false

  const end = (fault?: FrameFault): void => {
    if (ended) return
    ended = true
    letGo()
    incoming.stop()
    stream.removeEventListener('drain', count)
    allUnsent.hold(endSlow, 0)
    if (fault != null) stream.abort(new Error(fault))
    queueMicrotask(() => {
      onEnd(fault)
    })
  }
  const endSlow = (): void => {
    end('slow-reader')
  }
  const count = (): void => {
    if (!ended) allUnsent.hold(endSlow, stream.writeBufferLength)
  }
  const isFull = (): boolean => underWay >= concurrency
  const incoming = incomingFrames({ clock, maxFrameBytes, isFull, end })
  const settled = (): void => {
    underWay--
    drain()
  }
  const take = (frame: Uint8Array): void => {
    try {
      const result = onFrame(frame)
      if (result == null) return
      underWay++
      result.then(settled, () => {
        end('malformed')
      })
    } catch {
      end('malformed')
    }
  }
  const drain = (): void => {
    for (;;) {
      // an `onFrame` may have ended the stream
      const frame = ended || isFull() ? undefined : incoming.next()
      if (frame == null) break
      take(frame)
    }
    if (!ended) incoming.rest()
    if (ended) return
    // While handlers are busy the muxer's window fills and the sender waits.
    if (isFull()) {
      if (stream.readStatus === 'readable') stream.pause()
    } else if (stream.readStatus === 'paused') stream.resume()
  }
  const letGo = takeOver(stream, {
    onMessage: data => {
      incoming.append(data)
      drain()
    },
    onOver: isReset => {
      end(isReset ? 'reset' : undefined)
      void closed(stream, clock)
    }
  })
  stream.addEventListener('drain', count)

  return {
    send: frame => {
      if (ended || isOver(stream) || stream.writeStatus !== 'writable') return false
      if (stream.writeBufferLength > maxUnsentBytes) {
        end('slow-reader')
        return false
      }
      if (sendOn(stream, new Uint8ArrayList(varint.encode(frame.byteLength), frame)) === 'over') end('reset')
      else count()
      return !ended
    },
    close: async () => {
      end()
      await closed(stream, clock)
    },
    abort: end,
    isOpen: () => !ended && !isOver(stream),
    unsentBytes: () => stream.writeBufferLength
  }
}

/** Throws away everything that still comes. It cuts off a peer that neither reads nor closes: the stream would keep its memory. */
async function closed(stream: Stream, clock: Timers): Promise<void> {
  if (stream.status === 'closed' || stream.status === 'aborted' || stream.status === 'reset') return
  const callOff = clock.after(CLOSES_WITHIN_MS, () => {
    stream.abort(new Error('not closed in time'))
  })
  // `stream.close()` misses an end that comes while it waits for unsent bytes, and would then never settle
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  stream.addEventListener('close', () => {
    callOff()
    resolve()
  })
  await Promise.race([ended, Promise.allSettled([stream.closeRead(), stream.close()])])
}
