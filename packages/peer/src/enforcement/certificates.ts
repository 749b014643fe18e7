import { createHash } from 'node:crypto'
import { Key } from 'interface-datastore'
import { peerIdText, readCertificate, signersOf, toPeerId } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { CertificateBook, Core, Eviction, Part, ReadCertificate } from '@peerwatch/link'

/** Subjects remembered; whom nothing is in force about any more goes first. */
const MOST_SUBJECTS = 10_000
/** Certificates that wait for their signatures to be checked; a flood of others is refused, and pulled again later. */
const MOST_WAITING = 256
const FIRST_EVICTION_MS = 60 * 60 * 1000

const CERTIFICATES = new Key('/peerwatch/certificates')
const ALLOWED = new Key('/peerwatch/allowed')

interface Held extends ReadCertificate {
  readonly signers: readonly PeerIdString[]
}

/** What is known about one subject; the numbers outlive the certificate. */
interface Subject {
  held: Held | undefined
  evictions: number
  serial: number
}

interface StoredSubject {
  readonly certificate?: string
  readonly evictions: number
  readonly serial: number
}

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

/** How many evictions this one says there have been, itself included: each lasts twice as long as the one before. */
function evictionsToldBy({ kind, issuedAtMs, expiresAtMs }: ReadCertificate): number {
  return kind === 'eviction' ? 1 + Math.max(0, Math.round(Math.log2((expiresAtMs - issuedAtMs) / FIRST_EVICTION_MS))) : 0
}

export function certificateBook(core: Omit<Core, 'certificates'>): Certificates {
  const { datastore } = core.components
  const subjects = new Map<PeerIdString, Subject>()
  const allowed = new Set<PeerIdString>()
  const unsubscribe: (() => void)[] = []
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  // goes with every answer to a report: sorting thousands each time would be what a flood costs
  let told: { readonly count: number; readonly hash: Uint8Array; readonly untilMs: number } | undefined

  const isImmune = (peer: PeerIdString): boolean => core.roster.isSeed(peer) || core.roster.isTrusted(peer)
  const inForce = (subject: Subject | undefined): Held | undefined =>
    subject?.held != null && subject.held.expiresAtMs > core.clock.nowMs() ? subject.held : undefined
  const live = (): Held[] => [...subjects.values()].flatMap(subject => inForce(subject) ?? [])

  const persist = async (peer: PeerIdString, subject: Subject): Promise<void> => {
    const { held, evictions, serial } = subject
    const stored: StoredSubject = { ...(held != null && { certificate: Buffer.from(held.encoded).toString('base64') }), evictions, serial }
    await datastore.put(CERTIFICATES.child(new Key(peer)), new TextEncoder().encode(JSON.stringify(stored)))
  }
  const save = async (what: string, action: Promise<unknown>): Promise<void> => {
    try {
      await action
    } catch (error) {
      core.log.error('%s: %e', what, error)
      core.emit('alarm', { code: 'not-saved', message: `${what}: it holds until the next restart only` })
    }
  }
  const makeRoom = async (): Promise<void> => {
    if (subjects.size <= MOST_SUBJECTS) return
    const [first] = [...subjects].toSorted(([, a], [, b]) => (a.held?.expiresAtMs ?? 0) - (b.held?.expiresAtMs ?? 0))
    if (first == null) return
    subjects.delete(first[0])
    told = undefined
    await save('a forgotten certificate could not be deleted', Promise.resolve(datastore.delete(CERTIFICATES.child(new Key(first[0])))))
  }
  const announce = (before: Held | undefined, now: Held): void => {
    const peer = toPeerId(now.peer)
    const { dimension, reason, issuedAtMs, expiresAtMs, serial } = now
    if (now.kind === 'eviction') {
      core.emit('peer:evicted', { peer, dimension, reason, issuedAtMs, expiresAtMs, serial, signers: now.signers.map(toPeerId) })
    } else if (before?.kind === 'eviction') core.emit('peer:reinstated', { peer, reason })
  }
  const verify = async (read: ReadCertificate): Promise<'new' | 'known' | 'refused'> => {
    const subject = subjects.get(read.peer)
    const before = inForce(subject)
    if (before?.hash === read.hash) return 'known'
    if (isImmune(read.peer) || read.serial < (subject?.serial ?? 0) || (before != null && !outranks(read, before))) return 'refused'
    const signers = await signersOf(read, core)
    if (signers.length < core.roster.current().quorum) return 'refused'
    const now: Held = { ...read, signers }
    const evictions = Math.max((subject?.evictions ?? 0) + (read.kind === 'eviction' && read.serial > (subject?.serial ?? 0) ? 1 : 0), evictionsToldBy(read))
    const updated: Subject = { held: now, evictions, serial: read.serial }
    subjects.set(read.peer, updated)
    told = undefined
    announce(before, now)
    await save('a certificate could not be saved', persist(read.peer, updated))
    await makeRoom()
    return 'new'
  }
  const accept = async (encoded: Uint8Array): Promise<'new' | 'known' | 'refused'> => {
    const read = readCertificate(encoded, core.dimensions)
    const nowMs = core.clock.nowMs()
    if (read == null || read.expiresAtMs <= nowMs || read.issuedAtMs > nowMs + core.windows.windowMs) return 'refused'
    if (inForce(subjects.get(read.peer))?.hash === read.hash) return 'known'
    if (waiting >= MOST_WAITING) return 'refused'
    waiting++
    // one after the other: what is in force must not change between the check and the taking
    const turn = last.then(async () => verify(read))
    last = turn.catch(() => {})
    try {
      return await turn
    } catch (error) {
      core.log.error('a certificate could not be checked: %e', error)
      return 'refused'
    } finally {
      waiting--
    }
  }
  const drop = (subject: Subject, reason: string): void => {
    const { held } = subject
    subject.held = undefined
    told = undefined
    if (held == null) return
    if (held.kind === 'eviction') core.emit('peer:reinstated', { peer: toPeerId(held.peer), reason })
    void save('an ended certificate could not be deleted', persist(held.peer, subject))
  }
  /** A roster that no longer names enough of its signers takes a certificate out of force. */
  const revalidate = async (): Promise<void> => {
    for (const subject of subjects.values()) {
      const { held } = subject
      if (held == null) continue
      const signers = isImmune(held.peer) ? [] : held.signers.filter(core.roster.isTrusted)
      if (signers.length < core.roster.current().quorum) drop(subject, 'the roster changed: too few of its members signed the eviction')
      else subject.held = { ...held, signers }
    }
  }
  const expire = (): void => {
    for (const subject of subjects.values()) if (subject.held != null && inForce(subject) == null) drop(subject, 'the eviction expired')
  }
  const loadSubject = async (peer: PeerIdString, value: Uint8Array): Promise<void> => {
    const { certificate, evictions, serial }: StoredSubject = JSON.parse(new TextDecoder().decode(value))
    if (!Number.isSafeInteger(evictions) || !Number.isSafeInteger(serial)) throw new TypeError('no counts')
    const subject: Subject = { held: undefined, evictions, serial }
    subjects.set(peer, subject)
    const read = certificate == null ? undefined : readCertificate(Buffer.from(certificate, 'base64'), core.dimensions)
    if (read?.peer !== peer || read.expiresAtMs <= core.clock.nowMs() || isImmune(peer)) return
    const signers = await signersOf(read, core)
    if (signers.length >= core.roster.current().quorum) subject.held = { ...read, signers }
    told = undefined
  }
  const load = async (): Promise<void> => {
    for await (const { key, value } of datastore.query({ prefix: CERTIFICATES.toString(), limit: MOST_SUBJECTS })) {
      try {
        await loadSubject(peerIdText(toPeerId(key.name() as PeerIdString)), value)
      } catch (error) {
        core.log.error('what the datastore holds under %s is no certificate: %e', key.toString(), error)
      }
    }
    for await (const key of datastore.queryKeys({ prefix: ALLOWED.toString() })) allowed.add(key.name() as PeerIdString)
  }
  const evicted = (peer: PeerIdString): Eviction | undefined => {
    const held = inForce(subjects.get(peer))
    if (held?.kind !== 'eviction' || allowed.has(peer)) return undefined
    const { dimension, reason, issuedAtMs, expiresAtMs, serial, signers } = held
    return { peer, dimension, reason, issuedAtMs, expiresAtMs, serial, signers }
  }
  return {
    accept,
    evicted,
    evictions: () => live().flatMap(({ peer }) => evicted(peer) ?? []),
    encoded: () => live().map(({ encoded }) => encoded),
    liveSet: () => {
      if (told == null || told.untilMs <= core.clock.nowMs()) told = liveSetOf(live())
      return { count: told.count, hash: told.hash }
    },
    history: peer => ({ evictions: subjects.get(peer)?.evictions ?? 0, serial: subjects.get(peer)?.serial ?? 0 }),
    allow: async (peer, isAllowed) => {
      const key = ALLOWED.child(new Key(peer))
      if (isAllowed === allowed.has(peer)) return
      if (isAllowed) allowed.add(peer)
      else allowed.delete(peer)
      core.log('the operator %s %s', isAllowed ? 'allows' : 'no longer allows', peer)
      core.emit('peer:allowed', { peer: toPeerId(peer), allowed: isAllowed })
      await save('what the operator allowed could not be saved', Promise.resolve(isAllowed ? datastore.put(key, new Uint8Array()) : datastore.delete(key)))
    },
    allowed: () => [...allowed],
    load,
    beforeStart: async () => {
      await load()
      unsubscribe.push(
        core.roster.onChange(() => {
          last = last.then(revalidate).catch(() => {})
        }),
        core.windows.onWindow(expire)
      )
    },
    stop: () => {
      for (const end of unsubscribe.splice(0)) end()
    }
  }
}

/** Count and hash of what is in force, and until when nothing of it expires. */
function liveSetOf(live: readonly Held[]): { readonly count: number; readonly hash: Uint8Array; readonly untilMs: number } {
  const hashes = live.map(({ hash }) => hash).toSorted()
  return {
    count: hashes.length,
    hash: createHash('sha256')
      .update(Buffer.from(hashes.join(''), 'hex'))
      .digest(),
    untilMs: live.reduce((untilMs, { expiresAtMs }) => Math.min(untilMs, expiresAtMs), Infinity)
  }
}
