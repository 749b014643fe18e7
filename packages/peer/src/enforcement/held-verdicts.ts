import { createHash } from 'node:crypto'
import { Key } from 'interface-datastore'
import { readPeerId } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { CertificateBook, Core, ReadCertificate } from '@peerwatch/link'

/** Subjects remembered; whom nothing is in force about any more goes first. */
const MOST_SUBJECTS = 10_000

const CERTIFICATES = new Key('/peerwatch/certificates')

export interface Held extends ReadCertificate {
  readonly signers: readonly PeerIdString[]
}

/** A subject, as far as it is known. The numbers outlive the certificate. */
export interface Subject extends ReturnType<CertificateBook['history']> {
  readonly held: Held | undefined
}

export interface StoredSubject extends Omit<Subject, 'held'> {
  readonly certificate?: string
}

/** The certificates that this node holds, in memory and on disk; what may be held is decided elsewhere. */
export interface HeldVerdicts extends Pick<CertificateBook, 'history' | 'liveSet'> {
  readonly get: (peer: PeerIdString) => Subject | undefined
  readonly entries: () => [PeerIdString, Subject][]
  readonly inForce: (peer: PeerIdString) => Held | undefined
  readonly live: () => Held[]
  /** In memory only. */
  readonly set: (peer: PeerIdString, subject: Subject) => void
  /** Has what is in memory written. */
  readonly save: (peer: PeerIdString) => void
  readonly makeRoom: () => void
  /** Reads what earlier runs held. `take` throws for what is no certificate. */
  readonly load: (take: (peer: PeerIdString, stored: StoredSubject) => Promise<void>) => Promise<void>
}

export function heldVerdicts(core: Omit<Core, 'certificates'>): HeldVerdicts {
  const { datastore } = core.components
  const subjects = new Map<PeerIdString, Subject>()
  // goes with every answer to a report: sorting thousands each time would be what a flood costs
  let shown: { readonly count: number; readonly hash: Uint8Array; readonly untilMs: number } | undefined

  const inForce = (subject: Subject | undefined): Held | undefined =>
    subject?.held != null && subject.held.expiresAtMs > core.windows.nowMs() ? subject.held : undefined
  const live = (): Held[] => [...subjects.values()].flatMap(subject => inForce(subject) ?? [])
  return {
    get: peer => subjects.get(peer),
    history: peer => {
      const { held: _, ...counts } = subjects.get(peer) ?? { held: undefined, evictions: 0, serial: 0 }
      return counts
    },
    entries: () => [...subjects],
    inForce: peer => inForce(subjects.get(peer)),
    live,
    liveSet: () => {
      if (shown == null || shown.untilMs <= core.windows.nowMs()) shown = liveSetOf(live())
      return { count: shown.count, hash: shown.hash }
    },
    set: (peer, subject) => {
      subjects.set(peer, subject)
      shown = undefined
    },
    save: peer => {
      const { held, ...counts } = subjects.get(peer)!
      const stored: StoredSubject = { ...(held != null && { certificate: Buffer.from(held.encoded).toString('base64') }), ...counts }
      core.writes.put(keyOf(peer), new TextEncoder().encode(JSON.stringify(stored)))
    },
    makeRoom: () => {
      if (subjects.size <= MOST_SUBJECTS) return
      const [first] = [...subjects].toSorted(([, a], [, b]) => (a.held?.expiresAtMs ?? 0) - (b.held?.expiresAtMs ?? 0))
      if (first == null) return
      subjects.delete(first[0])
      shown = undefined
      core.writes.delete(keyOf(first[0]))
    },
    load: async take => {
      for await (const { key, value } of datastore.query({ prefix: CERTIFICATES.toString(), limit: MOST_SUBJECTS })) {
        try {
          const stored: StoredSubject = JSON.parse(new TextDecoder().decode(value))
          if (![stored.evictions, stored.serial, stored.reinstatedAtMs ?? 0].every(Number.isSafeInteger)) throw new TypeError('no counts')
          await take(readPeerId(key.name()), stored)
        } catch (error) {
          core.log.error('what the datastore holds under %s is no certificate: %e', key.toString(), error)
        }
      }
    }
  }
}

function keyOf(peer: PeerIdString): Key {
  return CERTIFICATES.child(new Key(peer))
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
