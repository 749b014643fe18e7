import { inOrder } from '@peerwatch/model'
import { listenTo, peerIdText, ServicesError, toPeerId } from '@peerwatch/link'
import { encodeWord, isBetter, newWord, readWord, signersOfWord, withSignatures } from './word.ts'
import { MOST_WORDS, wordBook } from './word-book.ts'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { CertificateBook, Core } from '@peerwatch/link'
import type { Spread } from '../examination/spread.ts'
import type { TrustTree } from '../tree/trust-tree.ts'
import type { Word } from './word.ts'

/** How far the operators are with a reinstatement. */
export interface Reinstatement {
  readonly peer: PeerIdString
  /** Enough operators have spoken, and the eviction has ended. */
  readonly isDone: boolean
  /** The reason in the certificate: that of the operator who spoke first. */
  readonly reason: string
  /** How many operators have to speak. */
  readonly quorum: number
  readonly spoken: readonly PeerIdString[]
  /** The trusted nodes whose operators have not spoken. */
  readonly missing: readonly PeerIdString[]
  /** When the eviction ends by itself, in ms since the Unix epoch. The words count until then. If the reinstatement is done, nodes hand it on until then. */
  readonly expiresAtMs: number
}

export interface Reinstating {
  /**
   * Keeps the word of this node's operator that the eviction of a peer was wrong, and tells the other nodes. Undefined: the peer is not evicted. Rejects
   * with ServicesError `busy` if too many words wait already, and as the datastore does if it does not take the word.
   */
  readonly speak: (peer: PeerIdString, reason: string) => Promise<Reinstatement | undefined>
  /** Hears what another trusted node holds. Never rejects. */
  readonly hear: (encoded: Uint8Array, from: PeerIdString) => Promise<void>
  readonly beforeStart: () => Promise<void>
  readonly stop: () => void
}

export interface ReinstatingInit {
  readonly tree: Pick<TrustTree, 'broadcast'>
  readonly spread: Spread
}

/** So many messages may wait for a check of their signatures. Others tell again what comes beyond. */
const MOST_UNDER_WAY = 64
/** A node that was out of reach, or did not know the eviction yet, hears of it again after so many windows. */
const TOLD_EVERY_WINDOWS = 3

/** Collects the operators' words that an eviction was wrong. A quorum of words makes a certificate, which ends the eviction. */
export function reinstating(core: Core, { tree, spread }: ReinstatingInit): Reinstating {
  const { certificates } = core
  const words = wordBook(core)
  const unsubscribe: (() => void)[] = []
  const changing = inOrder()
  let underWay = 0

  const keep = async (word: Word, { reason } = word): Promise<void> => {
    const before = words.get(word.peer)
    await words.keep(word)
    const { quorum, spoken } = progress(word, core)
    if (spoken.every(signer => before?.signatures.has(signer) === true)) return
    core.emit('reinstatement:asked', { peer: toPeerId(word.peer), reason, spoken: spoken.map(toPeerId), quorum })
  }
  const signed = async (word: Word): Promise<Word> => withSignatures(word, [[core.self, await core.signer.signature('certificate', word.verdict)]])
  const tell = (word: Word): void => {
    tree.broadcast('word', encodeWord(word))
  }
  /** Makes a certificate if enough have signed. */
  const complete = async (word: Word): Promise<void> => {
    if (signersOfWord(word, core).length < core.roster.quorumFor(word.issuedAtMs)) return
    const encoded = encodeWord(word)
    // `peer:reinstated` drops the word
    if ((await certificates.accept(encoded)) === 'new') await spread(encoded)
  }
  const speak = async (peer: PeerIdString, reason: string): Promise<Reinstatement | undefined> => {
    const ended = certificates.inForce(peer)
    if (ended == null) return undefined
    if (ended.kind === 'reinstatement') return done(ended, core)
    if (!words.isOwn(peer)) {
      if (!words.makeRoom(peer)) throw new ServicesError('busy', `words about ${MOST_WORDS} evictions wait already`)
      const word = await signed(words.get(peer) ?? newWord(core, ended, reason))
      await keep(word, { ...word, reason })
    }
    const word = words.get(peer)!
    tell(word)
    await complete(word)
    const now = certificates.inForce(peer)
    return now?.kind === 'reinstatement' ? done(now, core) : progress(word, core)
  }
  const take = async (word: Word): Promise<void> => {
    const { peer } = word
    const held = words.get(peer)
    const isSame = held?.hash === word.hash
    const merged = isSame ? withSignatures(held, word.signatures) : word
    if (isSame ? merged.signatures.size === held.signatures.size : held != null && !isBetter(word, held, core)) return
    if (!words.makeRoom(peer)) return
    // the operator's word is about the eviction, whoever said it first
    const joins = words.isOwn(peer) && !merged.signatures.has(core.self)
    const now = joins ? await signed(merged) : merged
    await keep(now)
    if (joins) tell(now)
    await complete(now)
  }
  const read = async (encoded: Uint8Array, from: PeerIdString): Promise<void> => {
    const found = await readWord(encoded, core, words.get)
    if ('verdict' in found) await take(found)
    else if (found.fault != null) core.emit('peer:fault', { peer: toPeerId(from), protocol: 'word', what: found.fault })
  }
  const onWindow = (closed: WindowNumber): void => {
    for (const word of words.list()) {
      if (certificates.inForce(word.peer)?.kind !== 'eviction') words.drop(word.peer)
      else if (closed % TOLD_EVERY_WINDOWS === 0) {
        tell(word)
        // a newer roster may need fewer
        changing(async () => complete(word)).catch(() => {})
      }
    }
  }
  return {
    speak: async (peer, reason) => changing(async () => speak(peer, reason)),
    hear: async (encoded, from) => {
      if (underWay >= MOST_UNDER_WAY) return
      underWay++
      await changing(async () => read(encoded, from)).catch((error: unknown) => {
        core.log.error('a word about a reinstatement is not kept: %e', error)
      })
      underWay--
    },
    beforeStart: async () => {
      await words.load()
      const onReinstated = ({ detail }: CustomEvent<{ peer: PeerId }>): void => {
        words.drop(peerIdText(detail.peer))
      }
      unsubscribe.push(core.windows.onWindow(onWindow), listenTo(core.events, { 'peer:reinstated': onReinstated }))
    },
    stop: () => {
      for (const end of unsubscribe.splice(0)) end()
    }
  }
}

function progress(word: Word, { roster, certificates }: Core): Reinstatement {
  const { peer, reason, issuedAtMs } = word
  const spoken = signersOfWord(word, { roster })
  const missing = roster.current().trusted.filter(node => !spoken.includes(node))
  return {
    peer,
    isDone: false,
    reason,
    quorum: roster.quorumFor(issuedAtMs),
    spoken,
    missing,
    expiresAtMs: certificates.inForce(peer)?.expiresAtMs ?? issuedAtMs
  }
}

function done({ peer, reason, signers, issuedAtMs, expiresAtMs }: NonNullable<ReturnType<CertificateBook['inForce']>>, { roster }: Core): Reinstatement {
  return { peer, isDone: true, reason, quorum: roster.quorumFor(issuedAtMs), spoken: signers, missing: [], expiresAtMs }
}
