import { candidatesOf } from '@peerwatch/trust-tree'
import { balancing } from './balancing.ts'
import { cutting } from './cutting.ts'
import { dropping } from './dropping.ts'
import { joining } from './joining.ts'
import { rangeFetch } from './range-fetch.ts'
import { settling } from './settling.ts'
import type { RecordStore } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Cutting } from './cutting.ts'
import type { LoadMeter } from './load-meter.ts'
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
  /** Called when this node has read what it gains by moves. */
  readonly onWhole: () => void
  /** The newest epoch that there can be. */
  readonly latest: () => number
  readonly coolDownMs?: number
}

/** This node's part in moves of starts, its own and those of others. */
export interface Moving extends Settling {
  readonly splitAt: Cutting
}

export function moving(core: Core, { store, shelf, tokens, links, reader, load, copies, isCaughtUp, onWhole, latest, coolDownMs }: MovingInit): Moving {
  const fetching = rangeFetch(core, {
    store,
    shelf,
    reader,
    copies,
    lastEpoch: latest,
    reportsPerSecond: load.perSecond,
    candidates: range => candidatesOf(tokens.partition(), range.from, copies).current
  })
  const settles = settling(core, { tokens, links, fetching, copies, isCaughtUp, onWhole })
  const splitAt = cutting(core, { tokens, load })
  const parts = [
    settles,
    joining(core, { tokens, links }),
    balancing(core, { tokens, links, load, splitAt, isCaughtUp, ...(coolDownMs != null && { coolDownMs }) }),
    dropping(core, { store, shelf, reader, tokens, links, copies, isCaughtUp })
  ]
  return {
    ...settles,
    splitAt,
    start: async () => {
      for (const part of parts) await part.start?.()
    },
    stop: async () => {
      for (const part of parts.toReversed()) await part.stop?.()
    }
  }
}
