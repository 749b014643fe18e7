import { readVarint, varintBytes } from '@peerwatch/wire'
import * as varint from 'uint8-varint'
import type { Stream } from '@libp2p/interface'
import type { NodeInit, PeerwatchNode } from '@peerwatch/node/testnet'

/** Encodes and decodes a message: a row of `messages`. */
export interface Codec<Message> {
  readonly encode: (message: Message) => Uint8Array
  readonly decode: (bytes: Uint8Array) => Message
}

/** Makes a node change its answers on each stream that others open to it with that protocol from now on. */
function alterAnswers<Answer>(node: PeerwatchNode, protocol: string, codec: Codec<Answer>, alter: (answer: Answer) => Answer): void {
  const { registrar } = node.libp2p.services.peerwatch.assembly.core.components
  const handle = registrar.handle.bind(registrar)
  const reframed = (frame: Uint8Array): Uint8Array => {
    const prefixBytes = varintBytes(readVarint(frame, 0, frame.byteLength) ?? 0)
    const altered = codec.encode(alter(codec.decode(frame.subarray(prefixBytes))))
    return Buffer.concat([varint.encode(altered.byteLength), altered])
  }
  registrar.handle = async (name, handler, options) => {
    const lying: typeof handler = (stream, connection) => {
      sendAltered(stream, reframed)
      return handler(stream, connection)
    }
    await handle(name, name === protocol ? lying : handler, options)
  }
}

/** For `nodeInit` of a network. Only the node of this name changes its answers; its watchers do not. */
export function liar<Answer>(
  name: string,
  protocol: string,
  codec: Codec<Answer>,
  alter: (answer: Answer) => Answer
): (of: string) => Pick<NodeInit, 'onCreated'> {
  const onCreated = (node: PeerwatchNode): void => {
    if (node.name === name) alterAnswers(node, protocol, codec, alter)
  }
  return of => (of === name ? { onCreated } : {})
}

/** Each call of a stream's `send` is one whole frame. */
function sendAltered(stream: Stream, reframed: (frame: Uint8Array) => Uint8Array): void {
  const send = stream.send.bind(stream)
  stream.send = data => send(reframed(data.subarray()))
}
