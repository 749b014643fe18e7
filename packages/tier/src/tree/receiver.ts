import { candidatesOf } from '@peerwatch/trust-tree'
import type { RecordMessage } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { Shelf } from './shelf.ts'
import type { TokenBook } from './token-book.ts'
import type { RecordParser, TreeRecord, WriteOutcome } from './tree-record.ts'

/** Tells of each record that could not be kept: somebody else acknowledges it, and this node has to fetch it. */
export function tellingShelf({ put, objection }: Pick<Shelf, 'put' | 'objection'>, missed: (epoch: number) => void): Pick<Shelf, 'put' | 'objection'> {
  return {
    objection,
    put: async record =>
      put(record).catch((error: unknown) => {
        missed(record.stored.epoch)
        throw error
      })
  }
}

/** Tells of each report that is written now: what is fetched of others, or read at the start, is no load. */
export function countingShelf({ put, objection }: Pick<Shelf, 'put' | 'objection'>, count: (record: TreeRecord) => void): Pick<Shelf, 'put' | 'objection'> {
  return {
    objection,
    put: async record => {
      const outcome = await put(record)
      if (outcome === 'stored' && record.kind === 'report') count(record)
      return outcome
    }
  }
}

interface ReceiverInit {
  readonly tokens: TokenBook
  readonly parser: RecordParser
  readonly shelf: Pick<Shelf, 'put'>
  /** For what is no copy. */
  readonly live: Pick<Shelf, 'put'>
  readonly copies: number
}

/** Stores what another trusted node hands over, where it belongs here. */
export function receiver(core: Core, { tokens, parser, shelf: shelved, live, copies }: ReceiverInit): (message: RecordMessage) => Promise<WriteOutcome> {
  return async message => {
    let record: TreeRecord
    try {
      record = parser.message(message)
    } catch {
      return 'refused'
    }
    const { current, former } = candidatesOf(tokens.partition(), record.stored.place, copies)
    // another node may not know yet that whoever leaves is needed no more
    const isHolder = current.includes(core.self) || former.includes(core.self) || core.roster.current().leaving.includes(core.self)
    return isHolder ? (message.copy ? shelved : live).put(record) : 'refused'
  }
}

/** What comes before all that is stored was told waits: the judge must not begin with the newest, nor hear anything twice. */
export function firstFold({ fold, put, objection }: Pick<Shelf, 'fold' | 'put' | 'objection'>) {
  const { promise: folded, resolve, reject } = Promise.withResolvers<void>()
  folded.catch(() => {})
  return {
    folded,
    fold: async (): Promise<void> => {
      fold().then(resolve, reject)
      await folded
    },
    after: {
      objection,
      put: async (record: TreeRecord): Promise<WriteOutcome> => {
        await folded
        return put(record)
      }
    }
  }
}
