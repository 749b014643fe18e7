import { createHash } from 'node:crypto'
import { LIMITS, messages } from '@peerwatch/wire'
import { isSignedBy, peerIdBytes, peerIdFromBytes, readCertificate, VERDICT_KINDS } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, ReadCertificate } from '@peerwatch/link'

/** A reinstatement that some nodes have signed. With as many signatures as the quorum it is a certificate. */
export interface Word {
  readonly peer: PeerIdString
  readonly verdict: Uint8Array
  readonly hash: string
  readonly reason: string
  readonly issuedAtMs: number
  readonly signatures: ReadonlyMap<PeerIdString, Uint8Array>
}

type WordCore = Pick<Core, 'network' | 'roster' | 'windows' | 'dimensions'>

/** The word of an operator, not signed yet. It is as long as the eviction, so that its length tells how many evictions before it count. */
export function newWord(core: WordCore, { peer, dimension, issuedAtMs: from, expiresAtMs: to, serial, hash }: ReadCertificate, reason: string): Word {
  // a clock that is behind must not date it before what it ends
  const issuedAtMs = Math.max(core.windows.nowMs(), from + 1)
  const verdict = messages.verdict.encode({
    kind: VERDICT_KINDS.reinstatement,
    rosterVersion: core.roster.current().version,
    subject: peerIdBytes(peer),
    dimension: core.dimensions.row(dimension).number,
    reason,
    findings: Buffer.from(hash, 'hex'),
    issuedAtMs,
    expiresAtMs: issuedAtMs + (to - from),
    serial: serial + 1
  })
  return { peer, verdict, hash: createHash('sha256').update(verdict).digest('hex'), reason, issuedAtMs, signatures: new Map() }
}

export function withSignatures(word: Word, more: Iterable<readonly [PeerIdString, Uint8Array]>): Word {
  return { ...word, signatures: new Map([...word.signatures, ...more]) }
}

export function encodeWord({ verdict, signatures }: Word): Uint8Array {
  const cosignatures = [...signatures].slice(0, LIMITS.cosignatures).map(([signer, signature]) => ({ signer: peerIdBytes(signer), signature }))
  return messages.certificate.encode({ verdict, cosignatures })
}

/** The nodes whose signatures count by the roster in force. */
export function signersOfWord({ signatures, issuedAtMs }: Word, { roster }: Pick<Core, 'roster'>): PeerIdString[] {
  return [...signatures.keys()].filter(signer => roster.isSigner(signer, issuedAtMs))
}

/**
 * Of two words about one eviction, all nodes go on with the same one: the one with more signatures, otherwise the one with the lower hash. So words that
 * were said apart come together.
 */
export function isBetter(word: Word, than: Word, core: Pick<Core, 'roster'>): boolean {
  const [some, others] = [signersOfWord(word, core).length, signersOfWord(than, core).length]
  return some === others ? word.hash < than.hash : some > others
}

/** Why a word that came is not taken. `fault`: no honest node sends it. */
export type Objection = { readonly fault?: string }

/** Reads what another node holds about an eviction that is in force here. It does not check signatures in `known` again. */
export async function readWord(
  encoded: Uint8Array,
  core: WordCore & Pick<Core, 'certificates'>,
  known: (peer: PeerIdString) => Word | undefined
): Promise<Word | Objection> {
  const read = readCertificate(encoded, core.dimensions)
  if (read?.kind !== 'reinstatement') return { fault: 'malformed' }
  const { windows, certificates } = core
  const ended = certificates.inForce(read.peer)
  // it may come before the eviction, or long after: whoever sends it cannot know
  if (ended?.kind !== 'eviction' || !ends(read, ended) || read.issuedAtMs > windows.nowMs() + windows.windowMs) return {}
  const { hash, reason, issuedAtMs, certificate } = read
  const held = known(read.peer)
  const before = held?.hash === hash ? held : undefined
  const signatures = await checkedSignatures(read, core, before)
  if (signatures == null) return { fault: 'signature' }
  return signatures.size === 0 ? {} : { peer: read.peer, verdict: certificate.verdict, hash, reason, issuedAtMs, signatures }
}

/** Undefined if one signature is wrong: the node that tells of it has checked it. */
async function checkedSignatures(
  { certificate, issuedAtMs }: ReadCertificate,
  { roster, network }: Pick<Core, 'roster' | 'network'>,
  before: Word | undefined
): Promise<Map<PeerIdString, Uint8Array> | undefined> {
  const checked = new Map<PeerIdString, Uint8Array>()
  for (const { signer, signature } of certificate.cosignatures) {
    const peer = signerOf(signer)
    if (peer == null) return undefined
    // it may count by a newer roster
    if (checked.has(peer) || !roster.isSigner(peer, issuedAtMs)) continue
    const held = before?.signatures.get(peer)
    if (held == null && !(await isSignedBy(peer, 'certificate', network.id, certificate.verdict, signature))) return undefined
    checked.set(peer, held ?? signature)
  }
  return checked
}

function signerOf(bytes: Uint8Array): PeerIdString | undefined {
  try {
    return peerIdFromBytes(bytes)
  } catch {
    return undefined
  }
}

/** Whether a reinstatement ends this eviction. Another eviction with its serial is as good: both end. */
function ends(reinstatement: ReadCertificate, eviction: ReadCertificate): boolean {
  return (
    reinstatement.serial === eviction.serial + 1 &&
    reinstatement.issuedAtMs > eviction.issuedAtMs &&
    reinstatement.expiresAtMs - reinstatement.issuedAtMs === eviction.expiresAtMs - eviction.issuedAtMs
  )
}
