import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const TAKE_OVER = 'packages/link/src/take-over.ts'
const FRAMES = 'packages/link/src/frames.ts'
const FRAME_READER = 'packages/link/src/frame-reader.ts'
const INCOMING = 'packages/link/src/incoming-frames.ts'
const PIECES = 'packages/link/src/short-pieces.ts'
const STRICT = 'packages/wire/src/strict-reader.ts'
const VARINT = 'packages/wire/src/varint.ts'
const PEER_RECORD = 'packages/peer/src/registry/peer-record.ts'
const MUXER = 'packages/peer/src/observation/muxer-frames.ts'
const PEER_IDS = 'packages/link/src/peer-ids.ts'
const WATCHER_LINK = 'packages/tier/src/watch/watcher-link.ts'

export const linkMutations: readonly Mutation[] = [
  ...changes('L1', TAKE_OVER, ['  if (isOver(stream)) {', '  if (isOver(stream) && isTold) {']),
  ...changes('L1', FRAMES, ['    queueMicrotask(() => {\n      onEnd(fault)\n    })\n', '    onEnd(fault)\n']),
  ...changes('L2', TAKE_OVER, ['  if (isOver(stream)) {', '  if (isOver(stream) && isTold) {']),
  ...changes('L2', WATCHER_LINK, ['      toldCount = 0\n      tell(send)\n', '      tell(send)\n']),
  ...changes('L2', TAKE_OVER, ["  } catch {\n    return 'over'\n", '  } catch (error) {\n    throw error\n']),
  ...changes('L3', TAKE_OVER, ["  if (stream.writeStatus === 'closed' || stream.writeStatus === 'closing') return 'over'\n", '']),
  ...changes(
    'L40',
    FRAME_READER,
    ['2 * unread.byteLength, unread.byteLength + bytes', '8 * unread.byteLength, unread.byteLength + bytes'],
    ['      else if (buffer.byteLength > KEPT_BYTES && end - start < buffer.byteLength / 4) shrink()\n', '']
  ),
  ...changes('L40', INCOMING, ["end('slow-sender')", 'awaitGrowth()'], [' && !isFull()', '']),
  ...changes(
    'L41',
    PIECES,
    ['  if (bufs.length <= PIECES_FEW) return', '  if (bufs.length >= 0) return'],
    ['  if (whole > 0) this.bufs.splice(0, whole)\n', '']
  ),
  ...changes('L42', VARINT, ['      if (byte === 0 && next > at)', '      if (byte === 1 && next < at)']),
  ...changes(
    'L42',
    STRICT,
    ['    if (this.#wireType !== wireType) throw', '    if (this.#wireType === 99) throw'],
    ['      if (end < this.pos) throw', '      if (end < 0) throw']
  ),
  ...changes('L42', PEER_RECORD, ["measured(reader.bytes(), LIMITS.addressBytes, 'an address')", 'reader.bytes()']),
  ...changes(
    'L43',
    MUXER,
    ['return PING_WEIGHT', 'return 0'],
    ['    if (owedUpdates === 0) return 1\n', ''],
    ['  if (view.getUint32(8) > window) end()\n', '']
  ),
  ...changes('L44', STRICT, ['    if (++this.#messages > LIMITS.messages)', '    if (++this.#messages > 1e9)']),
  ...changes('L44', 'packages/link/src/short-addresses.ts', [
    '      if (bytes.byteLength > LIMITS.peerIdBytes) throw',
    '      if (bytes.byteLength > 1e9) throw'
  ]),
  ...changes(
    'L45',
    PEER_IDS,
    ['if (!isCanonical(peer, bytes)) throw', 'if (false as boolean) throw'],
    ['return bytes[1] === SHA256_BYTES', 'return true'],
    ['bytes.length === ED25519_BYTES && ', ''],
    [' && bytes.startsWith(ED25519_PREFIX)', '']
  )
]
