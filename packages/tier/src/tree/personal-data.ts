import { epochOf } from '@peerwatch/model'
import { listeners, ServicesError } from '@peerwatch/link'
import { erasureReceipts } from '../erasure/receipt.ts'
import { exporting } from '../export/export.ts'
import type { PeerIdString, RecordStore } from '@peerwatch/model'
import type { Core, RegistryView } from '@peerwatch/link'
import type { ErasedListener, Erasures } from '../erasure/erasures.ts'
import type { ErasureReceipt } from '../erasure/receipt.ts'
import type { Exporting } from '../export/export.ts'
import type { StampBook } from '../entry/stamps.ts'
import type { concerningPages } from './concerning.ts'
import type { Placement } from './placement.ts'
import type { Shelf } from './shelf.ts'
import type { SummaryPages } from './summary-pages.ts'
import type { TokenBook } from './token-book.ts'
import type { RecordParser, TreeRecord } from './tree-record.ts'
import type { TrustedLinks } from './trusted-links.ts'
import type { DurableWrite } from './writer.ts'

/** What the subject of records can ask for: a copy of all of them, and their erasure. */
export interface PersonalData {
  /**
   * Tells that all records about a peer up to the end of a window are gone, and all that it wrote. The listener forgets what came of them. What is left
   * comes by `onReport` again.
   */
  readonly onErased: (listener: ErasedListener) => () => void
  /** Takes what the authority signed, and hands it on. Rejects with ServicesError `bad-signature` or `refused`. */
  readonly publishErasure: Erasures['publish']
  readonly erasureReceipt: (peer: PeerIdString) => Promise<ErasureReceipt | undefined>
  readonly export: Exporting
}

export interface PersonalDataInit {
  readonly erasing: Erasures
  readonly links: TrustedLinks
  readonly shelf: Pick<Shelf, 'refold'>
  readonly stamps: StampBook
  readonly placement: Placement
  readonly parser: RecordParser
  readonly registry: Pick<RegistryView, 'find'>
  readonly tokens: Pick<TokenBook, 'partition'>
  readonly copies: number
  readonly concerning: ReturnType<typeof concerningPages>
  readonly summaries: Pick<SummaryPages, 'about'>
  readonly isCaughtUp: () => boolean
  /** Settles once everything stored has been told once. */
  readonly folded: Promise<void>
}

export function personalData(core: Core, init: PersonalDataInit): PersonalData {
  const { erasing, links, shelf, stamps, placement, parser, registry, tokens, copies, concerning, summaries, isCaughtUp, folded } = init
  const forgetting = listeners<Parameters<ErasedListener>>()
  erasing.onErased((peer, throughWindow) => {
    forgetting.tell(peer, throughWindow)
    stamps.forget(peer)
    const epoch = epochOf(throughWindow, core.roster.current().preset.epochWindows)
    folded
      .then(async () => shelf.refold(placement.pseudonym(peer), epoch + 1))
      .catch((error: unknown) => core.log.error('what is left of an erased peer: %e', error))
  })
  erasing.onNew(() => {
    for (const link of links.others()) void link.greet()
  })
  links.onDown(erasing.unheard)
  const linkTo = (node: PeerIdString) => {
    const link = links.link(node)
    if (link == null) throw new ServicesError('no-route', `${node} is no other roster member`)
    return link
  }
  return {
    onErased: forgetting.add,
    publishErasure: erasing.publish,
    erasureReceipt: erasureReceipts(core, { own: erasing.stateOf, ask: async (node, peer) => linkTo(node).call('erasureOf', peer) }),
    export: exporting(core, {
      parser,
      stamps,
      registry,
      partition: tokens.partition,
      copies,
      page: async (node, asked) => {
        if (node !== core.self) return linkTo(node).call('concerning', asked)
        if (isCaughtUp()) return concerning(asked)
        throw new ServicesError('busy', 'records of others are still being fetched')
      },
      summaries: async (node, asked) => (node === core.self ? summaries.about(asked) : linkTo(node).call('summariesAbout', asked))
    })
  }
}

/**
 * Refuses records that an erasure covers, since others may not have heard of it. A floor of retention that this node alone has is not the word of all
 * nodes.
 */
export function refusingErased(store: Pick<RecordStore, 'floor' | 'floorOf'>, write: DurableWrite): DurableWrite {
  const isErased = ({ stored }: TreeRecord): boolean => stored.epoch <= store.floorOf(stored) && stored.epoch > store.floor()
  return async record => (isErased(record) ? 'expired' : write(record))
}
