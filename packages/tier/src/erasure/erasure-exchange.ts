import { LIMITS, PROTOCOLS } from '@peerwatch/wire'
import { ServicesError, toPeerId } from '@peerwatch/link'
import type { PeerIdString, RecordStore } from '@peerwatch/model'
import type { Erasures as ErasuresMessage } from '@peerwatch/wire'
import type { Core, ErasureRefusal } from '@peerwatch/link'
import type { ErasureBook, HeldErasure, TakenErasure } from './erasure-book.ts'

export interface ErasureExchangeInit {
  readonly store: Pick<RecordStore, 'summariesFrom'>
  readonly book: Pick<ErasureBook, 'all' | 'digest'>
  /** When it resolves, the erasure is in force or waits. */
  readonly take: (encoded: Uint8Array) => Promise<TakenErasure>
  readonly refused: (why: ErasureRefusal, from?: PeerIdString) => void
}

/** What trusted nodes tell each other of erasures in their hellos. */
export interface ErasureExchange {
  /** For a hello to this node: all erasures if the node may know others, otherwise the digest alone. */
  readonly told: (to: PeerIdString) => ErasuresMessage
  /** Takes over what another member knows. Never rejects. */
  readonly hear: (from: PeerIdString, told: ErasuresMessage | undefined) => Promise<void>
  /** False until each node in reach has said which erasures it knows, and these are in force here or wait. */
  readonly hasHeard: (links: readonly { readonly peer: PeerIdString; readonly isUp: () => boolean }[]) => boolean
  readonly unheard: (node: PeerIdString) => void
  /** Whether all members have let go of records that old. Then no node holds or takes them. */
  readonly isPassed: (erasure: HeldErasure) => boolean
}

interface Heard {
  readonly digest: string
  readonly floor: number
}

export function erasureExchange(core: Core, { store, book, take, refused }: ErasureExchangeInit): ErasureExchange {
  const heard = new Map<PeerIdString, Heard | undefined>()
  return {
    told: to => {
      const digest = book.digest()
      const isSame = heard.get(to)?.digest === digest.toString('hex')
      return { digest, signed: isSame ? [] : book.all().map(({ encoded }) => encoded), keptFromEpoch: store.summariesFrom() }
    },
    hear: async (from, told) => {
      for (const encoded of told?.signed ?? []) {
        try {
          const taken = await take(encoded)
          if (taken === 'older' || taken === 'full') refused(taken, from)
        } catch (error) {
          core.log('an erasure of %s is not taken: %s', from, error)
          // a disk that fails here is not its fault, and it tells them again
          if (!isForged(error)) return
          refused('forged', from)
          core.emit('peer:fault', { peer: toPeerId(from), protocol: PROTOCOLS.tree, what: 'bad-erasure' })
          break
        }
      }
      heard.set(from, told == null ? undefined : { digest: Buffer.from(told.digest).toString('hex'), floor: told.keptFromEpoch - 1 })
      if (heard.size > 2 * LIMITS.members) for (const node of heard.keys()) if (!core.roster.isTrusted(node)) heard.delete(node)
    },
    hasHeard: links => links.every(({ peer, isUp }) => !isUp() || heard.has(peer)),
    unheard: node => {
      heard.delete(node)
    },
    isPassed: ({ upToEpoch }) => {
      const { trusted, leaving } = core.roster.current()
      return [...trusted, ...leaving].every(node => (node === core.self ? store.summariesFrom() - 1 : (heard.get(node)?.floor ?? -1)) >= upToEpoch)
    }
  }
}

function isForged(error: unknown): boolean {
  return error instanceof Error && (error.name === 'WireError' || (error instanceof ServicesError && error.code === 'bad-signature'))
}
