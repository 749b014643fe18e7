import { memoryRecordStore } from '@peerwatch/store/testing'
import { EvidenceBook, resolveOptions } from '@peerwatch/reputation'
import { ServicesError } from '@peerwatch/link'
import { checkpoints } from '../../src/tree/checkpoint.ts'
import { levelling } from '../../src/tree/levelling.ts'
import { placement as placementWith } from '../../src/tree/placement.ts'
import { shelf } from '../../src/tree/shelf.ts'
import { summaryPages } from '../../src/tree/summary-pages.ts'
import { tokenBook } from '../../src/tree/token-book.ts'
import { recordParser } from '../../src/tree/tree-record.ts'
import { stampBook } from '../../src/entry/stamps.ts'
import { bareCore } from '../../../peer/test/support/reports.ts'
import { callOver } from './call-over.ts'
import { PEPPER } from './tier.ts'
import type { PeerIdString, RecordStore, StoredSummary } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Shelf } from '../../src/tree/shelf.ts'
import type { SummaryPages } from '../../src/tree/summary-pages.ts'
import type { TrustedLinks } from '../../src/tree/trusted-links.ts'
import type { TokenBook } from '../../src/tree/token-book.ts'
import type { RecordParser } from '../../src/tree/tree-record.ts'
import type { TestKeys } from '../../../link/test/support/core.ts'

/** A trusted node that makes and compares summaries, without sockets, clocks and reports that come in. */
export interface SummedNode {
  readonly self: PeerIdString
  readonly core: Core
  readonly store: RecordStore
  readonly parser: RecordParser
  readonly tokens: TokenBook
  readonly levels: ReturnType<typeof levelling>
  readonly evidence: EvidenceBook
  /** What it answers others; a test may set a liar's. */
  pages: SummaryPages
  isUp: boolean
  /** A window ends. */
  readonly tick: () => void
  readonly shelf: Shelf
  /** As a start does. */
  readonly fold: () => Promise<void>
}

export async function summedNodes(keys: TestKeys, stores: readonly RecordStore[] = keys.trusted.map(() => memoryRecordStore())): Promise<SummedNode[]> {
  const placement = placementWith(PEPPER)
  const nodes: SummedNode[] = []
  for (const [index, store] of stores.entries()) {
    const bare = await bareCore(keys, keys.trusted[index])
    const ticks = new Set<(closed: number) => void>()
    const onWindow: Core['windows']['onWindow'] = listener => {
      ticks.add(listener)
      return () => ticks.delete(listener)
    }
    const core: Core = { ...bare, windows: { ...bare.windows, onWindow } }
    const parser = recordParser(core, placement)
    const tokens = tokenBook(core)
    await tokens.load()
    const evidence = new EvidenceBook(resolveOptions(core.network.roster.preset))
    const stamps = stampBook(core)
    const shelved = shelf(core, store, stamps, { span: () => undefined }, parser)
    shelved.onRecalled(accounts => accounts.forEach(account => evidence.take(account)))
    shelved.onDropped(subjects => {
      for (const subject of evidence.subjects()) if (subjects.has(placement.pseudonym(subject))) evidence.forget(subject)
    })
    const links = {
      link: (peer: PeerIdString) => ({
        peer,
        isUp: () => nodes.find(({ self }) => self === peer)?.isUp === true,
        call: callOver(core, peer, async () => {
          const other = nodes.find(({ self }) => self === peer)
          if (other?.isUp !== true) throw new ServicesError('no-route', 'down')
          return { summaries: other.pages, isCaughtUp: () => true }
        })
      })
    } as unknown as TrustedLinks
    const levels = levelling(core, { store, shelf: shelved, tokens, links, copies: 2, parser, making: checkpoints(core, stamps, parser) })
    const tick = (): void => ticks.forEach(tell => tell(1))
    nodes.push({
      tick,
      self: core.self,
      core,
      store,
      parser,
      tokens,
      levels,
      evidence,
      pages: summaryPages(store, placement),
      isUp: true,
      shelf: shelved,
      fold: shelved.fold
    })
  }
  return nodes
}

export async function allSummaries(store: RecordStore): Promise<StoredSummary[]> {
  const found: StoredSummary[] = []
  for await (const summary of store.summaries({ fromEpoch: 0, toEpoch: 0xffff_ffff })) found.push(summary)
  return found
}

export function textOf({ bytes }: StoredSummary): string {
  return new TextDecoder().decode(bytes)
}
