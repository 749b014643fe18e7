import { toPeerId } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'

/**
 * Numbers, least byte first, of all points of Ed25519 with an order of up to 8, in every form that some implementation reads; without the sign.
 *
 * Source: the curve's equation; the list that libsodium refuses is the same.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  `00${'00'.repeat(31)}`,
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`
])

/**
 * Whether no signature of this author can be valid for two messages, for whichever of the ways in which implementations verify Ed25519.
 *
 * A key of small order makes signatures that hold for any message, or do so here and not there; secp256k1 has pairs of messages with one
 * signature for whoever chooses the key; of RSA we know too little.
 */
export function isTelling(author: PeerIdString): boolean {
  const { publicKey } = toPeerId(author)
  return publicKey?.type === 'Ed25519' && !isOfSmallOrder(publicKey.raw)
}

function isOfSmallOrder(key: Uint8Array): boolean {
  const unsigned = Buffer.from(key)
  unsigned[31] = (unsigned[31] ?? 0) & 0x7f
  return SMALL_ORDER.has(unsigned.toString('hex'))
}
