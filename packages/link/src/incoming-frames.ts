import { WireError } from '@peerwatch/wire'
import { frameReader } from './frame-reader.ts'
import { heldBudget } from './held-budget.ts'
import type { CallOff, Timers } from '@peerwatch/model'
import type { Uint8ArrayList } from 'uint8arraylist'

/** For all streams of this process together. An honest frame is whole soon, so a peer that fills this leaves its frames unfinished. */
const allUnread = heldBudget(64 * 1024 * 1024, 'oldest')
/** A frame that was begun is whole by then, or has grown by so much: 34 bytes a second. */
export const GROWS_WITHIN_MS = 30_000
export const GROWS_BYTES = 1024

/** `slow-sender`: a frame was begun and did not go on. `unread`: this process holds too much of frames that are not whole, and this is the oldest. */
export type IncomingFault = 'too-long' | 'malformed' | 'slow-sender' | 'unread'

export interface IncomingFramesInit {
  readonly clock: Timers
  readonly maxFrameBytes: number
  /** Whether the sender has to wait for us: it is not late then. */
  readonly isFull: () => boolean
  readonly end: (fault: IncomingFault) => void
}

/** Frames that come in, and what is done about those that do not become whole. */
export interface IncomingFrames {
  readonly append: (data: Uint8Array | Uint8ArrayList) => void
  /** The next whole frame; undefined where none is, and where none can be any more: `end` was called then. */
  readonly next: () => Uint8Array | undefined
  /** To be called once all was taken that can be taken now. */
  readonly rest: () => void
  readonly stop: () => void
}

export function incomingFrames({ clock, maxFrameBytes, isFull, end }: IncomingFramesInit): IncomingFrames {
  const reader = frameReader(maxFrameBytes)
  let grownBytes = 0
  let isTaken = false
  let callOff: CallOff | undefined
  const endUnread = (): void => {
    end('unread')
  }
  /** Looks again and again while frames come in parts. */
  const awaitGrowth = (): void => {
    if (callOff != null || reader.unreadBytes() === 0) return
    grownBytes = 0
    isTaken = false
    callOff = clock.after(GROWS_WITHIN_MS, () => {
      callOff = undefined
      if (reader.unreadBytes() > 0 && grownBytes < GROWS_BYTES && !isTaken && !isFull()) end('slow-sender')
      else awaitGrowth()
    })
  }
  return {
    append: data => {
      grownBytes += data.byteLength
      reader.append(data)
    },
    next: () => {
      try {
        const frame = reader.next()
        // what is left is younger
        if (frame != null) allUnread.hold(endUnread, 0)
        isTaken ||= frame != null
        return frame
      } catch (error) {
        end(error instanceof WireError ? error.code : 'malformed')
        return undefined
      }
    },
    rest: () => {
      awaitGrowth()
      allUnread.hold(endUnread, reader.heldBytes())
    },
    stop: () => {
      callOff?.()
      reader.clear()
      allUnread.hold(endUnread, 0)
    }
  }
}

/** Counts what else is held of something that is not whole yet; `end` names it, and ends it where there is too much. */
export const holdUnread = allUnread.hold

/** The bytes that this process holds of frames that are not whole. */
export const unreadBytes = allUnread.heldBytes
