import { inOrder } from '@peerwatch/model'
import { readCertificate, signersOf, toPeerId } from '@peerwatch/link'
import { allowances } from './allowances.ts'
import { heldVerdicts } from './held-verdicts.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { CertificateBook, Core, Eviction, Part, ReadCertificate } from '@peerwatch/link'
import type { Held, StoredSubject } from './held-verdicts.ts'

/** Certificates that wait for their signatures to be checked; a flood of others is refused, and pulled again later. */
const MOST_WAITING = 256
const FIRST_EVICTION_MS = 60 * 60 * 1000

export interface Certificates extends CertificateBook, Part {
  /** Reads and verifies what earlier runs held; before the first connection, after the roster was loaded. */
  readonly load: () => Promise<void>
  readonly beforeStart: () => Promise<void>
  readonly stop: () => void
}

/** Of two certificates about one subject the one that holds: by serial, then by hash, so that all nodes choose alike. */
function outranks(candidate: ReadCertificate, other: ReadCertificate): boolean {
  return candidate.serial > other.serial || (candidate.serial === other.serial && candidate.hash > other.hash)
}

/**
 * How many evictions count after this certificate: each lasts twice as long as the one before, so that its length tells. A reinstatement is as long as
 * the eviction that it ends, which counts no more.
 */
function evictionsToldBy({ kind, issuedAtMs, expiresAtMs }: ReadCertificate): number {
  const earlier = Math.max(0, Math.round(Math.log2((expiresAtMs - issuedAtMs) / FIRST_EVICTION_MS)))
  return kind === 'eviction' ? earlier + 1 : earlier
}

export function certificateBook(core: Omit<Core, 'certificates'>): Certificates {
  const book = heldVerdicts(core)
  const operator = allowances(core)
  const unsubscribe: (() => void)[] = []
  let waiting = 0
  // the certificates in force must not change between the check and the taking
  const checking = inOrder()

  const isImmune = (peer: PeerIdString): boolean => core.roster.isMember(peer)
  const verify = async (read: ReadCertificate): Promise<'new' | 'known' | 'refused'> => {
    const subject = book.get(read.peer)
    const before = book.inForce(read.peer)
    if (before?.hash === read.hash) return 'known'
    if (isImmune(read.peer) || read.serial < (subject?.serial ?? 0) || (before != null && !outranks(read, before))) return 'refused'
    const signers = await signersOf(read, core)
    if (signers.length < core.roster.quorumFor(read.issuedAtMs)) return 'refused'
    const now: Held = { ...read, signers }
    const reinstatedAtMs = read.kind === 'reinstatement' ? read.issuedAtMs : subject?.reinstatedAtMs
    book.set(read.peer, { held: now, evictions: evictionsToldBy(read), serial: read.serial, ...(reinstatedAtMs != null && { reinstatedAtMs }) })
    announce(core, before, now)
    book.save(read.peer)
    book.makeRoom()
    await core.writes.settled()
    return 'new'
  }
  const accept = async (encoded: Uint8Array): Promise<'new' | 'known' | 'refused'> => {
    const read = readCertificate(encoded, core.dimensions)
    const nowMs = core.windows.nowMs()
    if (read == null || read.expiresAtMs <= nowMs || read.issuedAtMs > nowMs + core.windows.windowMs) return 'refused'
    if (book.inForce(read.peer)?.hash === read.hash) return 'known'
    if (waiting >= MOST_WAITING) return 'refused'
    waiting++
    try {
      return await checking(async () => verify(read))
    } catch (error) {
      core.log.error('a certificate could not be checked: %e', error)
      return 'refused'
    } finally {
      waiting--
    }
  }
  const drop = (peer: PeerIdString, held: Held, reason: string): void => {
    book.set(peer, { ...book.get(peer)!, held: undefined })
    if (held.kind === 'eviction') core.emit('peer:reinstated', { peer: toPeerId(held.peer), reason })
    book.save(peer)
  }
  /** A roster that no longer names enough of its signers takes a certificate out of force. */
  const revalidate = async (): Promise<void> => {
    for (const [peer, subject] of book.entries()) {
      const { held } = subject
      if (held == null) continue
      const signers = isImmune(held.peer) ? [] : held.signers.filter(signer => core.roster.isSigner(signer, held.issuedAtMs))
      if (signers.length < core.roster.quorumFor(held.issuedAtMs)) drop(peer, held, 'the roster changed: too few of its members signed the eviction')
      else book.set(peer, { ...subject, held: { ...held, signers } })
    }
  }
  const expire = (): void => {
    for (const [peer, { held }] of book.entries()) if (held != null && book.inForce(peer) == null) drop(peer, held, 'the eviction expired')
  }
  const takeStored = async (peer: PeerIdString, { certificate, ...counts }: StoredSubject): Promise<void> => {
    book.set(peer, { ...counts, held: undefined })
    const read = certificate == null ? undefined : readCertificate(Buffer.from(certificate, 'base64'), core.dimensions)
    if (read?.peer !== peer || read.expiresAtMs <= core.windows.nowMs() || isImmune(peer)) return
    const signers = await signersOf(read, core)
    if (signers.length >= core.roster.quorumFor(read.issuedAtMs)) book.set(peer, { ...book.get(peer)!, held: { ...read, signers } })
  }
  const load = async (): Promise<void> => {
    await book.load(takeStored)
    await operator.load()
  }
  const evicted = (peer: PeerIdString): Eviction | undefined => {
    const held = book.inForce(peer)
    return held?.kind !== 'eviction' || operator.has(peer) ? undefined : evictionOf(held)
  }
  return {
    accept,
    evicted,
    evictions: () => book.live().flatMap(({ peer }) => evicted(peer) ?? []),
    encoded: () => book.live().map(({ encoded }) => encoded),
    liveSet: book.liveSet,
    inForce: book.inForce,
    history: book.history,
    allow: operator.allow,
    allowed: operator.allowed,
    load,
    beforeStart: async () => {
      await load()
      unsubscribe.push(
        core.roster.onChange(() => {
          checking(revalidate).catch(() => {})
        }),
        core.windows.onWindow(expire)
      )
    },
    stop: () => {
      for (const end of unsubscribe.splice(0)) end()
    }
  }
}

function announce(core: Pick<Core, 'emit'>, before: Held | undefined, now: Held): void {
  const peer = toPeerId(now.peer)
  const { dimension, reason, issuedAtMs, expiresAtMs, serial } = now
  if (now.kind === 'eviction') {
    core.emit('peer:evicted', { peer, dimension, reason, issuedAtMs, expiresAtMs, serial, signers: now.signers.map(toPeerId) })
  } else if (before?.kind === 'eviction') core.emit('peer:reinstated', { peer, reason })
}

function evictionOf({ peer, dimension, reason, issuedAtMs, expiresAtMs, serial, signers }: Held): Eviction {
  return { peer, dimension, reason, issuedAtMs, expiresAtMs, serial, signers }
}
