import { createHash } from 'node:crypto'
import { LIMITS, messages } from '@peerwatch/wire'
import { peerIdFromBytes } from './peer-ids.ts'
import { isSignedBy } from './signatures.ts'
import type { DimensionTable, PeerIdString } from '@peerwatch/model'
import type { Certificate } from '@peerwatch/wire'
import type { Core, Eviction } from './core.ts'

/** The number is the kind's name on the wire. */
export const VERDICT_KINDS = { eviction: 1, reinstatement: 2 } as const

/** No certificate lasts longer, however often its subject was evicted. Source: docs/design.md, "From observations to eviction". */
export const CERTIFICATE_LONGEST_MS: number = 7 * 24 * 60 * 60 * 1000
const FINDINGS_DIGEST_BYTES = 32

/** A certificate whose verdict makes sense. It may still have too few signers. */
export interface ReadCertificate extends Omit<Eviction, 'signers'> {
  readonly encoded: Uint8Array
  readonly kind: keyof typeof VERDICT_KINDS
  /** SHA-256 of the encoded verdict, as hex digits: equal for all certificates over one verdict, whoever signed them. */
  readonly hash: string
  readonly certificate: Certificate
}

/** Reads a certificate and checks what costs nothing. Undefined if it is malformed, of an unknown kind or lasts too long. */
export function readCertificate(encoded: Uint8Array, dimensions: DimensionTable): ReadCertificate | undefined {
  try {
    const certificate = messages.certificate.decode(encoded)
    const verdict = messages.verdict.decode(certificate.verdict)
    const dimension = dimensions.findEvictable(verdict.dimension)
    const { issuedAtMs, expiresAtMs, serial, reason } = verdict
    if (dimension == null) return undefined
    if (verdict.kind !== VERDICT_KINDS.eviction && verdict.kind !== VERDICT_KINDS.reinstatement) return undefined
    if (![issuedAtMs, expiresAtMs, serial].every(Number.isSafeInteger)) return undefined
    if (expiresAtMs <= issuedAtMs || expiresAtMs - issuedAtMs > CERTIFICATE_LONGEST_MS) return undefined
    if (Buffer.byteLength(reason) > LIMITS.reasonBytes || /\p{Cc}/u.test(reason)) return undefined
    if (verdict.findings.byteLength !== FINDINGS_DIGEST_BYTES) return undefined
    return {
      encoded,
      kind: verdict.kind === VERDICT_KINDS.eviction ? 'eviction' : 'reinstatement',
      peer: peerIdFromBytes(verdict.subject),
      dimension,
      reason,
      issuedAtMs,
      expiresAtMs,
      serial,
      hash: createHash('sha256').update(certificate.verdict).digest('hex'),
      certificate
    }
  } catch {
    return undefined
  }
}

/** The signers whose word counts by the *current* roster and that really signed, each once. */
export async function signersOf({ certificate, issuedAtMs }: ReadCertificate, { roster, network }: Pick<Core, 'roster' | 'network'>): Promise<PeerIdString[]> {
  const claimed = new Map<PeerIdString, Uint8Array>()
  for (const { signer, signature } of certificate.cosignatures) {
    try {
      const peer = peerIdFromBytes(signer)
      if (roster.isSigner(peer, issuedAtMs) && !claimed.has(peer)) claimed.set(peer, signature)
    } catch {
      // no peer id: it signs nothing
    }
  }
  if (claimed.size < roster.quorumFor(issuedAtMs)) return []
  const checked = [...claimed].map(async ([peer, signature]) =>
    (await isSignedBy(peer, 'certificate', network.id, certificate.verdict, signature)) ? [peer] : []
  )
  return (await Promise.all(checked)).flat()
}
