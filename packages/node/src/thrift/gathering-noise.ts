import { noise } from '@chainsafe/libp2p-noise'
import { handshakeCrypto } from './handshake-crypto.ts'
import type { AbortOptions, ConnectionEncrypter, MessageStream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Above this nothing is gained by waiting for more. */
const GATHERED_BYTES_MOST = 60_000
const LENGTH_BYTES = 2

type Bytes = Uint8Array | Uint8ArrayList

/** Fields of a Noise stream that its types keep private. test/thrift/gathering-noise.test.ts fails when a release moves one. */
interface NoiseInsides {
  send: (data: Bytes) => boolean
  encrypt: (chunk: Bytes) => Bytes
  readonly writeBuffer: Uint8ArrayList
  readonly writeStatus: string
  readonly writableNeedsDrain: boolean
  readonly processSendQueue: () => boolean
  readonly decoder: { lengthDecoder: (data: Bytes) => number }
}

/** A connection below Noise can be closed; a stream cannot, and has none of it. */
interface Closing {
  close: (options?: AbortOptions) => Promise<void>
}

type Encrypters = (components: Parameters<ReturnType<typeof noise>>[0]) => ConnectionEncrypter

/**
 * Noise that encrypts and writes once a turn of the event loop what was sent on a connection in that turn.
 *
 * Each Yamux frame is a Noise message of its own otherwise, of two or three pieces, each of which is a system call here and a wake-up there.
 * What goes over the wire is the same bytes of Yamux, in fewer messages.
 */
export function gatheringNoise(): Encrypters {
  const make = noise({ crypto: handshakeCrypto })
  return components => {
    const encrypter = make(components)
    const secureInbound = encrypter.secureInbound.bind(encrypter)
    const secureOutbound = encrypter.secureOutbound.bind(encrypter)
    encrypter.secureInbound = async (connection, options) => gathered(connection, await secureInbound(connection, options))
    encrypter.secureOutbound = async (connection, options) => gathered(connection, await secureOutbound(connection, options))
    return encrypter
  }
}

function gathered<S extends { readonly connection: MessageStream }>(raw: MessageStream, secured: S): S {
  const flush = gather(secured.connection)
  const connection = raw as MessageStream & Closing
  const close = connection.close.bind(connection)
  // the goodbye of the muxer comes just before the end
  connection.close = async options => {
    flush()
    await close(options)
  }
  return secured
}

/** @returns sends at once what is waiting */
function gather(stream: MessageStream): () => void {
  const insides = stream as unknown as NoiseInsides
  const send = insides.send.bind(stream)
  const encrypt = insides.encrypt.bind(stream)
  let isWaiting = false
  // one piece, so that it is encrypted and written in one
  insides.encrypt = chunk => encrypt(chunk.subarray()).subarray()
  insides.decoder.lengthDecoder = messageLength
  const flush = (): void => {
    isWaiting = false
    try {
      insides.processSendQueue()
    } catch {
      // the stream has aborted itself, and told whoever listens
    }
  }
  insides.send = data => {
    if (insides.writeStatus !== 'writable' || insides.writableNeedsDrain || insides.writeBuffer.byteLength + data.byteLength > GATHERED_BYTES_MOST) {
      return send(data)
    }
    insides.writeBuffer.append(data)
    if (!isWaiting) {
      isWaiting = true
      setImmediate(flush)
    }
    return true
  }
  return flush
}

/** Made once: it is thrown at the end of all that comes in, and the trace of each would cost more than to decrypt a message. */
const TOO_SHORT = new RangeError('no whole length yet')

function messageLength(data: Bytes): number {
  if (data.byteLength < LENGTH_BYTES) throw TOO_SHORT
  return data instanceof Uint8Array ? ((data[0] ?? 0) << 8) + (data[1] ?? 0) : data.getUint16(0)
}
