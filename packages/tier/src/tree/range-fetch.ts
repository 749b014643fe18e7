import { delay } from '@peerwatch/model'
import { ServicesError } from '@peerwatch/link'
import { reconciler } from './reconcile.ts'
import type { PeerIdString, RecordStore } from '@peerwatch/model'
import type { NodeRange } from '@peerwatch/trust-tree'
import type { Core } from '@peerwatch/link'
import type { TrustedLink } from './trusted-link.ts'
import type { RecordReader } from './reader.ts'
import type { Shelf } from './shelf.ts'

export interface RangeFetchInit {
  readonly store: RecordStore
  readonly shelf: Pick<Shelf, 'put'>
  readonly reader: RecordReader
  readonly copies: number
  readonly lastEpoch: () => number
  /** Reports that come in for the range that this node owns. */
  readonly reportsPerSecond: () => number
  /** Owner first. */
  readonly candidates: (range: NodeRange) => readonly PeerIdString[]
}

export interface FetchHow {
  readonly isPaced: boolean
  readonly isWhole: boolean
  /** False: what this node lacks stays with the other node. */
  readonly pulls?: boolean
}

/** Levels one range with another node that holds it. */
export interface RangeFetch {
  /** Rejects if the node does not answer. What it has told is kept, so the next call has less to do. */
  readonly fetch: (link: TrustedLink, range: NodeRange, fromEpoch: number, how: FetchHow) => Promise<void>
  readonly start: () => void
  readonly stop: () => void
}

/**
 * After a lost link, a node reads as many records a second as come in for its own range, and at least so many. So after an outage trusted nodes do not
 * send many times what they send otherwise. After a start nothing is paced: until the node has caught up, others answer for it.
 */
const PACED_LEAST_PER_SECOND = 20

export function rangeFetch(core: Core, { store, shelf, reader, copies, lastEpoch, reportsPerSecond, candidates }: RangeFetchInit): RangeFetch {
  const reconcile = reconciler({ store, shelf, reader })
  let stopping = new AbortController()

  const rest = async (recordsCount: number): Promise<void> => {
    const ms = (recordsCount * 1_000) / Math.max(PACED_LEAST_PER_SECOND, reportsPerSecond())
    await delay(core.clock, ms, stopping.signal).catch(() => {})
  }
  return {
    fetch: async (link, range, fromEpoch, { isPaced, isWhole, pulls = true }) => {
      // what only this node holds it gives where the other one is to hold it
      const pushes = candidates(range).slice(0, copies).includes(link.peer)
      const how = { pulls, pushes, isWhole, signal: stopping.signal, ...(isPaced && { rest }) }
      const { read, pushed } = await reconcile(link, range, { fromEpoch, toEpoch: lastEpoch() + 1 }, how)
      core.log('level with %s from epoch %d: %d records of the range of %s read, %d given', link.peer, fromEpoch, read, range.node, pushed)
    },
    start: () => {
      stopping = new AbortController()
    },
    stop: () => {
      stopping.abort(new ServicesError('closed', 'stopped'))
    }
  }
}
