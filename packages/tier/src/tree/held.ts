import { epochOf } from '@peerwatch/model'
import { candidatesOf } from '@peerwatch/trust-tree'
import type { PeerIdString, RecordStore, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Erasures } from '../erasure/erasures.ts'
import type { Placement } from './placement.ts'
import type { TokenBook } from './token-book.ts'

/** `held` of a QueryResponse and a TreeResponse: a report is held, is not, or retention or an erasure has passed it. */
export const HELD = Object.freeze({ held: 1, absent: 2, expired: 3 })

export type Held = keyof typeof HELD

/** Asks for what an author reported on a subject in a window: any of it, where the author said two things. */
export interface HeldQuery {
  readonly subject: PeerIdString
  readonly author: PeerIdString
  readonly window: WindowNumber
}

export interface HeldHereInit {
  readonly store: Pick<RecordStore, 'names' | 'floorOf'>
  readonly placement: Pick<Placement, 'pseudonym'>
  readonly erasing: Pick<Erasures, 'stateOf'>
}

/** What this node's own disk says. An erasure that it knows counts also where it waits: another node may have applied it. */
export function heldHere(core: Core, { store, placement, erasing }: HeldHereInit): (asked: HeldQuery) => Promise<Held> {
  const isErased = (peer: PeerIdString, epoch: number): boolean => {
    const { state, upToEpoch } = erasing.stateOf(peer)
    return state !== 'unknown' && epoch <= upToEpoch
  }
  return async ({ subject, author, window }) => {
    const epoch = epochOf(window, core.network.roster.preset.epochWindows)
    const name = placement.pseudonym(subject)
    const by = placement.pseudonym(author)
    for await (const record of store.names({ fromEpoch: epoch, toEpoch: epoch, subject: name })) {
      if (record.kind === 'report' && record.author === by && record.window === window) return 'held'
    }
    const isPassed = epoch <= store.floorOf({ subject: name, author: by })
    return isPassed || isErased(subject, epoch) || isErased(author, epoch) ? 'expired' : 'absent'
  }
}

export interface HeldAnywhereInit {
  readonly tokens: Pick<TokenBook, 'partition'>
  readonly placement: Pick<Placement, 'place'>
  readonly copies: number
  readonly isCaughtUp: () => boolean
  readonly here: (asked: HeldQuery) => Promise<Held>
  /** Rejects where that node does not answer, or is catching up. */
  readonly ask: (node: PeerIdString, asked: HeldQuery) => Promise<Held>
}

/**
 * What all candidates say together. That one of them holds it, or keeps it no more, is enough; `absent` takes every one of them, by one view in which no
 * start moves. Undefined where nobody can tell.
 */
export function heldAnywhere(core: Core, { tokens, placement, copies, isCaughtUp, here, ask }: HeldAnywhereInit) {
  return async (query: HeldQuery): Promise<Held | undefined> => {
    if (!isCaughtUp()) return undefined
    const view = tokens.partition()
    const { current, former } = candidatesOf(view, placement.place(query.subject), copies)
    const answerOf = async (node: PeerIdString): Promise<Held | undefined> => {
      try {
        return await (node === core.self ? here(query) : ask(node, query))
      } catch (error) {
        core.log('whether %s holds a report: %s', node, error)
        return undefined
      }
    }
    const answers = new Set(await Promise.all([...new Set([...current, ...former])].map(answerOf)))
    if (answers.has('held')) return 'held'
    if (answers.has('expired')) return 'expired'
    const isSettled = current.length > 0 && former.length === 0 && tokens.partition() === view && isCaughtUp()
    return isSettled && !answers.has(undefined) ? 'absent' : undefined
  }
}
