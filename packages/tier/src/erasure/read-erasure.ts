import { createHash } from 'node:crypto'
import { LIMITS, messages } from '@peerwatch/wire'
import { openSigned, peerIdFromBytes, ServicesError } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

/** The authority's word: all records about this peer and by it are to go, up to this epoch, itself included. */
export interface Erasure {
  readonly subject: PeerIdString
  readonly upToEpoch: number
  readonly encoded: Uint8Array
  /** SHA-256 of the payload, in hex. An erasure that was signed twice has one hash. */
  readonly hash: string
}

/** No record has an epoch at or above this one. */
const EPOCHS_END = 0xffff_fffe

/** Throws WireError, or ServicesError `bad-signature` if the authority of this network did not sign it. */
export async function readErasure(core: Pick<Core, 'network'>, encoded: Uint8Array): Promise<Erasure> {
  if (encoded.byteLength > LIMITS.erasureBytes) throw new ServicesError('bad-signature', `an erasure has at most ${LIMITS.erasureBytes} bytes`)
  const { signer, payload } = await openSigned('erasure', core.network.id, encoded)
  if (signer !== core.network.authority) throw new ServicesError('bad-signature', `an erasure is signed by the authority, not by ${signer}`)
  const { subject, upToEpoch } = messages.erasure.decode(payload)
  if (upToEpoch >= EPOCHS_END) throw new ServicesError('bad-signature', `an erasure goes up to an epoch below ${EPOCHS_END}, not ${upToEpoch}`)
  return { subject: peerIdFromBytes(subject), upToEpoch, encoded, hash: createHash('sha256').update(payload).digest('hex') }
}
