import { Uint8ArrayList } from 'uint8arraylist'

/** Lists of fewer pieces are left alone: those of an ordinary message. */
const PIECES_FEW = 32
/** A piece that is at least so long is worth its own entry. */
const PIECE_BYTES = 4 * 1024

interface ListInsides {
  bufs: Uint8Array[]
  length: number
}
interface ListClass {
  appendAll: typeof appendJoined
  consume: typeof consumeAtOnce
}

const mended = new WeakSet<object>()

/**
 * Has the lists of bytes in which libp2p keeps all that comes in cost and hold about their bytes, in however many pieces they came.
 *
 * A piece of one byte holds 214 otherwise, and to take 60,000 of them off a list takes seconds: it shifts them one by one. The library has several
 * copies in one process, and no hook, so the two methods of each copy's class are replaced.
 *
 * @param list - any of the class
 */
export function joinShortPieces(list: object = new Uint8ArrayList()): void {
  const listClass = Object.getPrototypeOf(list) as ListClass
  if (mended.has(listClass)) return
  mended.add(listClass)
  listClass.appendAll = appendJoined
  listClass.consume = consumeAtOnce
}

function appendJoined(this: ListInsides, pieces: Iterable<Uint8Array | Iterable<Uint8Array>>): void {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) appendPiece(this, piece)
    else for (const part of piece) appendPiece(this, part)
  }
}

function consumeAtOnce(this: ListInsides, bytes: number): void {
  let left = Math.trunc(bytes)
  if (!(left > 0)) return
  if (left >= this.length) {
    this.bufs = []
    this.length = 0
    return
  }
  this.length -= left
  let whole = 0
  for (let first = this.bufs[whole]!; left >= first.byteLength; first = this.bufs[whole]!) {
    left -= first.byteLength
    whole++
  }
  if (whole > 0) this.bufs.splice(0, whole)
  if (left > 0) this.bufs[0] = this.bufs[0]!.subarray(left)
}

/** Joins it with those before it that are not much longer, so that lengths double from the end on: each byte is copied a few times at most. */
function appendPiece(list: ListInsides, piece: Uint8Array): void {
  list.length += piece.byteLength
  const { bufs } = list
  bufs.push(piece)
  if (bufs.length <= PIECES_FEW) return
  let from = bufs.length - 1
  let bytes = piece.byteLength
  while (from > 0 && bufs[from - 1]!.byteLength < PIECE_BYTES && bufs[from - 1]!.byteLength <= 2 * bytes) {
    from--
    bytes += bufs[from]!.byteLength
  }
  if (from === bufs.length - 1) return
  const joined = new Uint8Array(bytes)
  let at = 0
  for (const part of bufs.splice(from)) {
    joined.set(part, at)
    at += part.byteLength
  }
  bufs.push(joined)
}
