import { listeners, readCertificate, ServicesError, toPeerId } from '@peerwatch/link'
import { erasureBook } from './erasure-book.ts'
import { erasureExchange } from './erasure-exchange.ts'
import { readErasure } from './read-erasure.ts'
import type { PeerIdString, RecordStore, WindowNumber } from '@peerwatch/model'
import type { Core, ErasureRefusal, Part } from '@peerwatch/link'
import type { HeldErasure, TakenErasure } from './erasure-book.ts'
import type { ErasureExchange } from './erasure-exchange.ts'
import type { Placement } from '../tree/placement.ts'

/** How far an erasure is on one node. It waits until a case about its subject ends, and then until a certificate ends. */
export const ERASURE_STATES = ['unknown', 'case', 'certificate', 'removing', 'erased'] as const

export interface ErasureState {
  readonly state: (typeof ERASURE_STATES)[number]
  readonly upToEpoch: number
  /** How many records it removed here. */
  readonly records: number
}

/** Called when the peer's records up to the end of this window are gone, or will be in a moment. No node reads any of them from then on. */
export type ErasedListener = (peer: PeerIdString, throughWindow: WindowNumber) => void

export interface ErasuresInit {
  readonly store: RecordStore
  readonly placement: Pick<Placement, 'pseudonym' | 'forget'>
  /** Whether the judge has an open case. */
  readonly hasCase: (peer: PeerIdString) => boolean
  /** The newest epoch that there can be. */
  readonly latestEpoch: () => number
}

/** The erasures of this node. It learns them from the authority and from other nodes, and puts them in force on its store before it answers anybody. */
export interface Erasures extends Part, Omit<ErasureExchange, 'isPassed'> {
  /**
   * Takes an erasure that an operator hands over. When it resolves, the erasure is durable here, and in force unless it waits. Rejects with
   * ServicesError: `bad-signature` if the authority did not sign it; `refused` if it is about another peer, or if no operator can mean it.
   */
  readonly publish: (encoded: Uint8Array, peer: PeerIdString) => Promise<TakenErasure>
  readonly stateOf: (peer: PeerIdString) => ErasureState
  readonly onErased: (listener: ErasedListener) => () => void
  /** Tells that there is an erasure that others may not know. */
  readonly onNew: (listener: () => void) => () => void
}

export function erasures(core: Core, init: ErasuresInit): Erasures {
  const { store, placement, latestEpoch } = init
  const book = erasureBook(core)
  const erased = listeners<Parameters<ErasedListener>>()
  const news = listeners()
  const waitsFor = reasonToWait(core, init)
  const removing = new Set<PeerIdString>()
  let stopListening: (() => void) | undefined

  /** The node tries again in the next window, or at its next start. */
  const fail = (error: unknown): void => {
    if (stopListening != null) core.emit('alarm', { code: 'erasure', message: `records could not be erased yet: ${String(error)}` })
  }
  const floorOf = (peer: PeerIdString): number => {
    const name = placement.pseudonym(peer)
    return store.floorOf({ subject: name, author: name })
  }
  /** Resolves once the erasure is in force, or waits. */
  const apply = async (erasure: HeldErasure): Promise<void> => {
    const { subject, upToEpoch } = erasure
    if (erasure.records != null || removing.has(subject) || waitsFor(subject) != null) return
    removing.add(subject)
    const { removed } = await store.erase(placement.pseudonym(subject), upToEpoch).catch((error: unknown) => {
      removing.delete(subject)
      throw error
    })
    erased.tell(subject, (upToEpoch + 1) * core.roster.current().preset.epochWindows - 1)
    removed
      .then(async records => book.done(erasure, records))
      .catch(fail)
      .finally(() => removing.delete(subject))
  }
  const take = async (encoded: Uint8Array): Promise<TakenErasure> => {
    const taken = await book.take(encoded)
    if (taken !== 'newer') return taken
    const { subject } = await readErasure(core, encoded)
    const held = book.get(subject)
    if (held != null) await apply(held)
    news.tell()
    return taken
  }
  const refused = (why: ErasureRefusal, from?: PeerIdString): void => {
    core.emit('erasure:refused', { why, ...(from != null && { from: toPeerId(from) }) })
  }
  const { isPassed, ...exchange } = erasureExchange(core, { store, book, take, refused })
  const review = async (): Promise<void> => {
    for (const erasure of book.all()) {
      if (erasure.records != null && isPassed(erasure)) {
        await book.forget(erasure)
        placement.forget(erasure.subject)
      } else await apply(erasure)
    }
  }
  return {
    ...exchange,
    publish: async (encoded, peer) => {
      const { subject, upToEpoch } = await readErasure(core, encoded).catch((error: unknown) => {
        refused('forged')
        throw new ServicesError('bad-signature', error instanceof Error ? error.message : String(error))
      })
      if (subject !== peer) throw new ServicesError('refused', `it is the erasure of ${subject}, not of ${peer}`)
      if (core.roster.isMember(subject)) throw new ServicesError('refused', `${subject} is a seed or trusted node of the roster`)
      if (upToEpoch > latestEpoch()) throw new ServicesError('refused', `epoch ${upToEpoch} is still to come: this one is ${latestEpoch()}`)
      const taken = await take(encoded)
      if (taken === 'older' || taken === 'full') refused(taken)
      return taken
    },
    stateOf: peer => {
      const held = book.get(peer)
      if (held == null) return { state: 'unknown', upToEpoch: 0, records: 0 }
      const { upToEpoch, records } = held
      if (records != null) return { state: 'erased', upToEpoch, records }
      return { state: removing.has(peer) || floorOf(peer) >= upToEpoch ? 'removing' : (waitsFor(peer) ?? 'removing'), upToEpoch, records: 0 }
    },
    onErased: erased.add,
    onNew: news.add,
    beforeStart: async () => {
      await book.load()
      // a store whose disk was lost knows nothing of them
      for (const erasure of book.all()) if (floorOf(erasure.subject) < erasure.upToEpoch) await apply({ ...erasure, records: undefined })
    },
    start: () => {
      stopListening = core.windows.onWindow(() => {
        review().catch(fail)
      })
    },
    stop: () => {
      stopListening?.()
      stopListening = undefined
    }
  }
}

/** The node needs the records as long as it examines the peer, and as long as the peer is evicted. */
function reasonToWait(core: Core, { hasCase }: Pick<ErasuresInit, 'hasCase'>): (peer: PeerIdString) => 'case' | 'certificate' | undefined {
  return peer => {
    if (hasCase(peer)) return 'case'
    return core.certificates.encoded().some(encoded => readCertificate(encoded, core.dimensions)?.peer === peer) ? 'certificate' : undefined
  }
}
