import { messages } from '@peerwatch/wire'
import { createSigner, peerIdBytes } from '@peerwatch/link'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { TestKeys } from '../../../link/test/support/core.ts'

/** `Signed<Erasure>`; by the authority unless somebody else is named. */
export async function signedErasure(keys: TestKeys, subject: PeerIdString, upToEpoch: number, by: PrivateKey = keys.authority): Promise<Uint8Array> {
  return createSigner(by, keys.network.id).sign('erasure', messages.erasure.encode({ subject: peerIdBytes(subject), upToEpoch }))
}
