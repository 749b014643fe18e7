import type { Message } from '@libp2p/gossipsub'

/**
 * Gossip message id for `gossipsub({ msgIdFn: messageId })`: from ‖ seqno (8 bytes, big endian), as go-libp2p makes it.
 *
 * The default of js-libp2p differs: with it messages still come by the mesh, but what a neighbour announces (IHAVE) is never recognised.
 *
 * @throws TypeError for an unsigned message
 */
export function messageId(message: Message): Uint8Array {
  if (message.type !== 'signed') throw new TypeError('only signed messages have an id here')
  const from = message.from.toMultihash().bytes
  const id = new Uint8Array(from.byteLength + 8)
  id.set(from)
  new DataView(id.buffer).setBigUint64(from.byteLength, message.sequenceNumber)
  return id
}
