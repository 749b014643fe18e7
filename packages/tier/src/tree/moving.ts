import { candidatesOf, rangesOf } from '@peerwatch/trust-tree'
import { Refusal } from '@peerwatch/link'
import { balancing } from './balancing.ts'
import { joining } from './joining.ts'
import { rangeFetch } from './range-fetch.ts'
import { settling } from './settling.ts'
import type { RecordStore } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Cut, LoadMeter } from './load-meter.ts'
import type { RecordReader } from './reader.ts'
import type { Settling } from './settling.ts'
import type { Shelf } from './shelf.ts'
import type { TokenBook } from './token-book.ts'
import type { TrustedLinks } from './trusted-links.ts'

export interface MovingInit {
  readonly store: RecordStore
  readonly shelf: Shelf
  readonly tokens: TokenBook
  readonly links: TrustedLinks
  readonly reader: RecordReader
  readonly load: LoadMeter
  readonly copies: number
  readonly isCaughtUp: () => boolean
  /** The newest epoch that there can be. */
  readonly latest: () => number
  readonly coolDownMs?: number
}

/** This node's part in moves of starts, its own and those of others. */
export interface Moving extends Settling {
  /** Where the range of this node may be cut, so that this share of its load lies behind. */
  readonly splitAt: (share: number) => Cut | Refusal
}

export function moving(core: Core, { store, shelf, tokens, links, reader, load, copies, isCaughtUp, latest, coolDownMs }: MovingInit): Moving {
  const fetching = rangeFetch(core, {
    store,
    shelf,
    reader,
    copies,
    lastEpoch: latest,
    reportsPerSecond: load.perSecond,
    candidates: range => candidatesOf(tokens.partition(), range.from, copies).current
  })
  const settles = settling(core, { tokens, links, fetching, copies, isCaughtUp })
  const parts = [settles, joining(core, { tokens, links }), balancing(core, { tokens, links, load, isCaughtUp, ...(coolDownMs != null && { coolDownMs }) })]
  return {
    ...settles,
    splitAt: share => {
      const own = rangesOf(tokens.partition()).find(({ node }) => node === core.self)
      if (own == null || own.empty) return new Refusal('refused', 'no range to cut')
      // one at a time: a second one would cut what is not settled yet
      return tokens.partition().formerRing == null ? load.cut(own, share) : new Refusal('notReady', 'a move is under way')
    },
    start: async () => {
      for (const part of parts) await part.start?.()
    },
    stop: async () => {
      for (const part of parts.toReversed()) await part.stop?.()
    }
  }
}
