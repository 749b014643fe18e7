import { readVarint, varintBytes } from '@peerwatch/wire'
import type { Stream } from '@libp2p/interface'
import type { PeerwatchNode } from '@peerwatch/node/testnet'

/** Encodes and decodes a message: a row of `messages`. */
export interface Codec<Message> {
  readonly encode: (message: Message) => Uint8Array
  readonly decode: (bytes: Uint8Array) => Message
}

/**
 * Has a node answer something else than it would, on each stream that others open to it with that protocol.
 *
 * For `onCreated`: later its streams are open.
 */
export function alterAnswers<Answer>(node: PeerwatchNode, protocol: string, codec: Codec<Answer>, alter: (answer: Answer) => Answer): void {
  const { registrar } = node.libp2p.services.peerwatch.assembly.core.components
  const handle = registrar.handle.bind(registrar)
  const reframed = (frame: Uint8Array): Uint8Array => {
    const prefixBytes = varintBytes(readVarint(frame, 0, frame.byteLength) ?? 0)
    return framed(codec.encode(alter(codec.decode(frame.subarray(prefixBytes)))))
  }
  registrar.handle = async (name, handler, options) => {
    const lying: typeof handler = (stream, connection) => {
      sendAltered(stream, reframed)
      return handler(stream, connection)
    }
    await handle(name, name === protocol ? lying : handler, options)
  }
}

/** Each call of a stream's `send` is one whole frame. */
function sendAltered(stream: Stream, reframed: (frame: Uint8Array) => Uint8Array): void {
  const send = stream.send.bind(stream)
  stream.send = data => send(reframed(data.subarray()))
}

function framed(bytes: Uint8Array): Uint8Array {
  const prefix: number[] = []
  let rest = bytes.byteLength
  for (; rest >= 0x80; rest >>>= 7) prefix.push((rest & 0x7f) | 0x80)
  return Uint8Array.from([...prefix, rest, ...bytes])
}
