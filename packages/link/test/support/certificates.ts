import { messages } from '@peerwatch/wire'
import { peerIdBytes } from '../../src/peer-ids.ts'
import { createSigner } from '../../src/signatures.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Verdict } from '@peerwatch/wire'
import type { Network } from '../../src/network.ts'

const HOUR_MS = 60 * 60 * 1000

/** A certificate about `subject`, signed by `keys`: an eviction for integrity of one hour from now unless said otherwise. */
export async function testCertificate(
  network: Network,
  subject: PeerIdString,
  keys: readonly PrivateKey[],
  verdict: Partial<Verdict> = {}
): Promise<Uint8Array> {
  const issuedAtMs = verdict.issuedAtMs ?? Date.now()
  const encoded = messages.verdict.encode({
    kind: 1,
    rosterVersion: network.roster.version,
    subject: peerIdBytes(subject),
    dimension: 2,
    reason: 'altered copies',
    findings: new Uint8Array(32),
    issuedAtMs,
    expiresAtMs: issuedAtMs + HOUR_MS,
    serial: 1,
    ...verdict
  })
  const cosignatures = keys.map(async key => {
    const signer = createSigner(key, network.id)
    return { signer: peerIdBytes(signer.peer), signature: await signer.signature('certificate', encoded) }
  })
  return messages.certificate.encode({ verdict: encoded, cosignatures: await Promise.all(cosignatures) })
}
