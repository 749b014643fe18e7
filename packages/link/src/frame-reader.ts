import { readVarint, varintBytes, WireError } from '@peerwatch/wire'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Takes frames out of the bytes of a stream, in however many pieces they come. */
export interface FrameReader {
  readonly append: (data: Uint8Array | Uint8ArrayList) => void
  /** The first whole frame; undefined while none is. Throws WireError where no frame can begin with what came. */
  readonly next: () => Uint8Array | undefined
  /** The bytes that have come and were not taken. */
  readonly unreadBytes: () => number
  /** The memory that this takes. */
  readonly heldBytes: () => number
  readonly clear: () => void
}

const MAX_PREFIX_BYTES = 4
const LEAST_BYTES = 256
const EMPTY = new Uint8Array()
/** A larger buffer is given up once it is mostly empty. */
const KEPT_BYTES = 4 * 1024

/**
 * A frame is `length (unsigned varint) || bytes`.
 *
 * One buffer, which doubles with what came: a frame in pieces of one byte costs and holds about what a whole one does, and a length that is only
 * announced holds nothing.
 */
export function frameReader(maxFrameBytes: number): FrameReader {
  let buffer: Uint8Array = EMPTY
  let start = 0
  let end = 0

  const clear = (): void => {
    buffer = EMPTY
    start = 0
    end = 0
  }
  const makeRoom = (bytes: number): void => {
    if (end + bytes <= buffer.byteLength) return
    const unread = buffer.subarray(start, end)
    // what was taken stays where it is until there is more of it than of the rest, so that each byte is moved once
    const into =
      unread.byteLength + bytes <= buffer.byteLength / 2 ? buffer : new Uint8Array(Math.max(LEAST_BYTES, 2 * unread.byteLength, unread.byteLength + bytes))
    into.set(unread)
    buffer = into
    start = 0
    end = unread.byteLength
  }
  const add = (piece: Uint8Array): void => {
    buffer.set(piece, end)
    end += piece.byteLength
  }
  const shrink = (): void => {
    buffer = buffer.slice(start, end)
    end -= start
    start = 0
  }
  const frameLength = (): number | undefined => {
    const length = readVarint(buffer, start, Math.min(end, start + MAX_PREFIX_BYTES))
    if (length == null && end - start >= MAX_PREFIX_BYTES) throw new WireError('malformed', 'a length in more bytes than any needs')
    if (length != null && length > maxFrameBytes) throw new WireError('too-long', `a frame of ${length} bytes, at most ${maxFrameBytes}`)
    return length
  }
  return {
    append: data => {
      makeRoom(data.byteLength)
      if (data instanceof Uint8Array) add(data)
      else for (const piece of data) add(piece)
    },
    next: () => {
      const length = frameLength()
      if (length == null) return undefined
      const from = start + varintBytes(length)
      if (end < from + length) return undefined
      // a copy: whoever keeps a part of a frame keeps no buffer
      const frame = length === 0 ? EMPTY : buffer.slice(from, from + length)
      start = from + length
      if (start === end) clear()
      else if (buffer.byteLength > KEPT_BYTES && end - start < buffer.byteLength / 4) shrink()
      return frame
    },
    unreadBytes: () => end - start,
    heldBytes: () => buffer.byteLength,
    clear
  }
}
