import { ServicesError } from '@peerwatch/link'
import { isSignedByAuthor } from '../tree/tree-record.ts'
import { orderOf } from '../tree/pages.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { RecordMessage } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { ConcerningAnswer, ConcerningQuery } from '../tree/concerning.ts'
import type { RecordParser, TreeRecord } from '../tree/tree-record.ts'

/** One record, and all nodes that gave it. */
export interface HeldRecord {
  readonly record: TreeRecord
  readonly holders: readonly PeerIdString[]
}

export interface MergedInit {
  readonly nodes: readonly PeerIdString[]
  readonly parser: Pick<RecordParser, 'message'>
  /** Rejects if the node does not answer. */
  readonly page: (node: PeerIdString, asked: ConcerningQuery) => Promise<ConcerningAnswer>
  /** Called if a node did not give all that it has. */
  readonly onFailed: (node: PeerIdString, reason: string) => void
}

interface Source {
  readonly node: PeerIdString
  readonly records: AsyncIterator<TreeRecord>
  head: { readonly record: TreeRecord; readonly order: string } | undefined
  isOver: boolean
}

/** After so many pages without a record, one after the other, the node is given up. No store has to look through more. */
const EMPTY_PAGES_MOST = 10_000

/**
 * What all nodes hold about one peer and by it, in the order on disk. All nodes have the same order, so a page of each is enough to know which nodes
 * hold a record. It asks for the next page when it needs it.
 */
export async function* merged(core: Core, peer: PeerIdString, init: MergedInit): AsyncGenerator<HeldRecord> {
  const sources: Source[] = init.nodes.map(node => ({ node, records: recordsOf(core, node, peer, init), head: undefined, isOver: false }))
  for (;;) {
    await Promise.all(sources.map(async source => fill(source, init)))
    const heads = sources.flatMap(({ head }) => head ?? [])
    if (heads.length === 0) return
    const first = heads.reduce((least, head) => (head.order < least.order ? head : least))
    const holding = sources.filter(({ head }) => head?.order === first.order)
    for (const source of holding) source.head = undefined
    yield { record: first.record, holders: holding.map(({ node }) => node) }
  }
}

async function fill(source: Source, { onFailed }: MergedInit): Promise<void> {
  if (source.head != null || source.isOver) return
  try {
    const { value, done } = await source.records.next()
    if (done === true) source.isOver = true
    else source.head = { record: value, order: orderOf(value.stored) }
  } catch (error) {
    source.isOver = true
    onFailed(source.node, error instanceof Error ? error.message : String(error))
  }
}

async function* recordsOf(core: Core, node: PeerIdString, peer: PeerIdString, { page, parser }: MergedInit): AsyncGenerator<TreeRecord> {
  let after: Uint8Array = new Uint8Array()
  let last = ''
  let emptyCount = 0
  do {
    const { records, next } = await page(node, { peer, after })
    emptyCount = records.length === 0 ? emptyCount + 1 : 0
    if (emptyCount > EMPTY_PAGES_MOST) throw new ServicesError('refused', `${node} sent ${emptyCount} pages without a record`)
    for (const message of records) {
      const record = await right(core, parser, message)
      if (record.subject !== peer && record.author !== peer) throw new ServicesError('refused', `${node} sent what does not concern ${peer}`)
      const order = orderOf(record.stored)
      // whoever goes round in circles would be read for ever
      if (order <= last) throw new ServicesError('refused', `${node} sent records out of order`)
      last = order
      yield record
    }
    after = next
  } while (after.byteLength > 0)
}

async function right(core: Core, parser: MergedInit['parser'], message: RecordMessage): Promise<TreeRecord> {
  const record = parser.message(message)
  if (await isSignedByAuthor(record, core.network.id)) return record
  throw new ServicesError('refused', `a ${record.kind} that says it is by ${record.author} has a wrong signature`)
}
