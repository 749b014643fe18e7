import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { messages } from '@peerwatch/wire'
import { BoundedMap } from '@peerwatch/model'
import { openSigned, toPeerId } from '@peerwatch/link'
import { openRemoval } from './removal-votes.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

/** A peer that took back its registration, or whose registration was taken back by the seeds. */
export interface Departure {
  readonly peer: PeerIdString
  readonly recordSeq: number
}

/** `goodbye`: by its own word. `removed`: dead by the tests of seeds. */
export type HowLeft = 'goodbye' | 'removed'

/** The peers that left. It believes only the signature of the leaver, or those of enough seeds. It remembers a bounded number of peers. */
export interface Departures {
  /** Undefined where it is nothing new. Throws for a wrong signature. */
  readonly goodbye: (encoded: Uint8Array) => Promise<Departure | undefined>
  /** Undefined where it is nothing new, or the votes are too few. Throws for a wrong signature. */
  readonly removal: (votes: readonly Uint8Array[]) => Promise<Departure | undefined>
  /** A signed record with this sequence number was seen: whatever departed before it is back. */
  readonly seen: (peer: PeerIdString, recordSeq: number) => void
  /** The peer is connected: it is back. */
  readonly connected: (peer: PeerIdString) => void
  readonly hasLeft: (peer: PeerIdString) => boolean
  /** How it left; undefined for one that has not, or is back. */
  readonly departed: (peer: PeerIdString) => HowLeft | undefined
  /** Departures over the last 30 windows, and over how many of them this node was there. */
  readonly recent: () => { readonly count: number; readonly windows: number }
}

const REMEMBERED_PEERS = 20_000
const RECENT_WINDOWS = 30
/** While a node stops, it may still answer identify, with a record that is newer than its goodbye. A slow node takes seconds to stop. */
const STOPPING_MS = 10_000

export function departures(core: Core): Departures {
  const left = new BoundedMap<PeerIdString, { readonly recordSeq: number; readonly back: boolean; readonly how: HowLeft }>(REMEMBERED_PEERS)
  const newest = new BoundedMap<PeerIdString, number>(REMEMBERED_PEERS)
  const perWindow = new BoundedMap<WindowNumber, number>(RECENT_WINDOWS + 1)
  const since = core.windows.now().window

  const note = ({ peer, recordSeq }: Departure, how: HowLeft): boolean => {
    if ((left.get(peer)?.recordSeq ?? -1) >= recordSeq || (newest.get(peer) ?? -1) > recordSeq) return false
    left.set(peer, { recordSeq, back: false, how })
    const { window } = core.windows.now()
    perWindow.set(window, (perWindow.get(window) ?? 0) + 1)
    return true
  }
  /** Of the record that identify brought, in milliseconds as in our own. A goodbye of an earlier run, played back, is older. */
  const identifiedSeq = async (peer: PeerIdString): Promise<number> => {
    try {
      const { peerRecordEnvelope } = await core.components.peerStore.get(toPeerId(peer))
      if (peerRecordEnvelope == null) return -1
      const seq = PeerRecord.createFromProtobuf(RecordEnvelope.createFromProtobuf(peerRecordEnvelope).payload).seqNumber
      // go-libp2p counts nanoseconds in its own records: such a number tells nothing of ours
      return seq > BigInt(Number.MAX_SAFE_INTEGER) ? -1 : Number(seq)
    } catch {
      return -1
    }
  }
  return {
    goodbye: async encoded => {
      const { signer: peer, payload } = await openSigned('goodbye', core.network.id, encoded)
      const { recordSeq } = messages.goodbye.decode(payload)
      if ((await identifiedSeq(peer)) > recordSeq + STOPPING_MS) return undefined
      if (!note({ peer, recordSeq }, 'goodbye')) return undefined
      core.emit('peer:goodbye', { peer: toPeerId(peer) })
      return { peer, recordSeq }
    },
    removal: async votes => {
      const removal = await openRemoval(core, votes)
      if (removal == null || !note(removal, 'removed')) return undefined
      core.emit('peer:removed', { peer: toPeerId(removal.peer), seeds: removal.seeds.map(toPeerId), window: removal.window })
      return removal
    },
    seen: (peer, recordSeq) => {
      if ((newest.get(peer) ?? -1) < recordSeq) newest.set(peer, recordSeq)
      if ((left.get(peer)?.recordSeq ?? recordSeq) < recordSeq) left.delete(peer)
    },
    connected: peer => {
      const departure = left.get(peer)
      if (departure != null) left.set(peer, { ...departure, back: true })
    },
    hasLeft: peer => left.get(peer)?.back === false,
    departed: peer => {
      const departure = left.get(peer)
      return departure?.back === false ? departure.how : undefined
    },
    recent: () => {
      const { window } = core.windows.now()
      const counts = [...perWindow.entries()].filter(([at]) => at > window - RECENT_WINDOWS).map(([, count]) => count)
      return { count: counts.reduce((sum, count) => sum + count, 0), windows: Math.max(1, Math.min(RECENT_WINDOWS, window - since)) }
    }
  }
}
