import { memoryRecordStore } from '@peerwatch/store/testing'
import { compared } from '../../src/tree/comparing.ts'
import { recordReader } from '../../src/tree/reader.ts'
import { toldOutcome } from '../../src/tree/tree-record.ts'
import { reconciler } from '../../src/tree/reconcile.ts'
import { callOver } from './call-over.ts'
import { ServicesError } from '@peerwatch/link'
import type { RecordStore, StoredRecord } from '@peerwatch/model'
import type { BookOfReports } from '../../../peer/test/support/reports.ts'
import type { CompareAnswer } from '../../src/tree/comparing.ts'
import type { PageAnswer } from '../../src/tree/pages.ts'
import type { RecordReader } from '../../src/tree/reader.ts'
import type { Reconcile } from '../../src/tree/reconcile.ts'
import type { WriteOutcome } from '../../src/tree/tree-record.ts'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'

/** What one node asked another one. */
export interface Asked {
  calls: number
  records: number
  puts: number
  /** Calls of which each waited for the one before. */
  roundTrips: number
}

/** What the other one makes of its answers. */
export interface Lies {
  readonly compare?: (answer: CompareAnswer) => CompareAnswer
  readonly page?: (answer: PageAnswer) => PageAnswer
}

/** Two nodes without sockets, of which one makes its range the same as that of the other. */
export interface Pair {
  readonly mine: RecordStore
  readonly theirs: RecordStore
  readonly reconcile: Reconcile
  readonly link: TrustedLink
  readonly asked: Asked
}

/** So long a call takes: longer than whatever a node does between two that do not wait for each other. */
const TURNS = 40

async function after(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await new Promise(resolve => {
      setImmediate(resolve)
    })
  }
}

export function readerOf({ core, placement, parser }: BookOfReports, store: RecordStore): RecordReader {
  return recordReader(core, { store, placement, parser, copies: 2, isCaughtUp: () => true } as unknown as Parameters<typeof recordReader>[1])
}

async function write(store: RecordStore, record: StoredRecord): Promise<WriteOutcome> {
  return toldOutcome((await store.write([record]))[0]!)
}

interface LinkTo {
  readonly lies?: Lies
  readonly asked?: Asked
  /** Undefined: it does not answer now. */
  readonly put?: (store: RecordStore, record: StoredRecord) => Promise<WriteOutcome> | undefined
  readonly isUp?: () => boolean
  readonly turns?: number
}

/** A link to a node that holds this store. */
export function linkTo(
  book: BookOfReports,
  theirs: RecordStore,
  { lies = {}, asked = nothingAsked(), put = write, isUp = () => true, turns }: LinkTo
): TrustedLink {
  const trip = async <T>(answer: () => Promise<T> | undefined): Promise<T> => {
    const at = asked.roundTrips + 1
    await after(turns ?? TURNS)
    const answered = isUp() ? answer() : undefined
    if (answered == null) throw new ServicesError('no-route', 'no answer')
    const told = await answered
    asked.roundTrips = Math.max(asked.roundTrips, at)
    return told
  }
  const other = readerOf(book, theirs)
  const call = callOver(book.core, book.core.self, async () => ({
    page: async query => {
      // one that lies about pages may also begin them anew
      const answer = await other.serve(lies.page == null ? query : { ...query, after: new Uint8Array() })
      asked.records += answer.records.length
      return lies.page?.(answer) ?? answer
    },
    compare: async query => {
      const answer = await compared(theirs, query)
      return lies.compare?.(answer) ?? answer
    }
  }))
  return {
    peer: book.core.self,
    isUp,
    call: async (...ask: Parameters<TrustedLink['call']>) => {
      asked.calls++
      return trip(async () => call(...ask))
    },
    put: async ({ stored }: { readonly stored: StoredRecord }) => {
      asked.puts++
      return trip(() => put(theirs, stored))
    }
  } as unknown as TrustedLink
}

function nothingAsked(): Asked {
  return { calls: 0, records: 0, puts: 0, roundTrips: 0 }
}

export function pair(book: BookOfReports, lies: Lies = {}, mine = memoryRecordStore(), theirs = memoryRecordStore()): Pair {
  const asked = nothingAsked()
  const link = linkTo(book, theirs, { lies, asked })
  const reconcile = reconciler({ store: mine, shelf: { put: async ({ stored }) => write(mine, stored) }, reader: readerOf(book, mine) })
  return { mine, theirs, reconcile, link, asked }
}
