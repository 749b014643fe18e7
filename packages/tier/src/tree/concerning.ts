import { concerns } from '@peerwatch/model'
import { pageOf } from './pages.ts'
import type { PeerIdString, RecordStore } from '@peerwatch/model'
import type { PageAnswer } from './pages.ts'
import type { Placement } from './placement.ts'
import type { RecordParser } from './tree-record.ts'

/** Asks for a page of what is held about a peer, or by it. */
export interface ConcerningQuery {
  readonly peer: PeerIdString
  /** The `next` of an earlier page; empty for the first one. */
  readonly after: Uint8Array
}

export type ConcerningAnswer = Pick<PageAnswer, 'records' | 'next'>

export interface ConcerningInit {
  readonly store: RecordStore
  readonly parser: RecordParser
  readonly placement: Pick<Placement, 'pseudonym'>
}

/**
 * A page has few records, since the asker holds a page of each node. A page also ends after so many records that were looked at: only a look at all
 * records finds those that an author wrote about others.
 */
const BOUNDS = Object.freeze({ records: 64, bytes: 64 * 1024, looked: 10_000 })
const LAST_EPOCH = 0xffff_ffff

/** Serves a page. It may be empty although `next` is not. */
export function concerningPages({ store, parser, placement }: ConcerningInit): (asked: ConcerningQuery) => Promise<ConcerningAnswer> {
  return async ({ peer, after }) => {
    const name = placement.pseudonym(peer)
    return pageOf({ fromEpoch: 0, toEpoch: LAST_EPOCH }, [{}], after, { store, parser, bounds: BOUNDS, keeps: stored => concerns(stored, name) })
  }
}
