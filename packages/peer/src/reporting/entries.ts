import { createHash } from 'node:crypto'
import { peerIdBytes } from '@peerwatch/link'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Roster } from '@peerwatch/link'

/** Trusted nodes to which a peer keeps a report stream. */
const ENTRIES_COUNT = 2

/**
 * The trusted nodes that take a peer's reports, the preferred one first: those with the highest
 * SHA-256(peer || roster version (u64 BE) || node), peers and nodes as multihash bytes.
 *
 * Every node and every restart chooses alike, peers spread evenly, and a roster that loses one node moves only that node's peers.
 */
export function chooseEntries(peer: PeerIdString, rosterVersion: number, trusted: readonly PeerIdString[], count = ENTRIES_COUNT): PeerIdString[] {
  const version = new DataView(new ArrayBuffer(8))
  version.setBigUint64(0, BigInt(rosterVersion))
  const versionBytes = new Uint8Array(version.buffer)
  return trusted
    .filter(node => node !== peer)
    .map(node => ({ node, rank: createHash('sha256').update(peerIdBytes(peer)).update(versionBytes).update(peerIdBytes(node)).digest('hex') }))
    .toSorted((a, b) => (a.rank < b.rank ? 1 : -1))
    .slice(0, count)
    .map(({ node }) => node)
}

type Trusted = Pick<Roster, 'version' | 'trusted'>

/** The entries of a peer, without those that it left for a while. */
export interface EntryChoice {
  readonly choose: (roster: Trusted, window: WindowNumber) => PeerIdString[]
  /** False where too few others are left. */
  readonly leave: (entry: PeerIdString, untilWindow: WindowNumber, roster: Trusted) => boolean
  /** One that was left may be taken again. */
  readonly hasReturned: (window: WindowNumber) => boolean
}

export function entryChoice(peer: PeerIdString): EntryChoice {
  const left = new Map<PeerIdString, WindowNumber>()
  return {
    choose: ({ version, trusted }, window) => {
      for (const [node, untilWindow] of left) if (untilWindow <= window || !trusted.includes(node)) left.delete(node)
      // a roster with fewer members needs those that it has
      if (trusted.length - left.size < ENTRIES_COUNT) left.clear()
      return chooseEntries(
        peer,
        version,
        trusted.filter(node => !left.has(node))
      )
    },
    leave: (entry, untilWindow, { trusted }) => {
      if (left.has(entry)) return true
      if (trusted.filter(node => node !== entry && !left.has(node)).length < ENTRIES_COUNT) return false
      left.set(entry, untilWindow)
      return true
    },
    hasReturned: window => [...left.values()].some(untilWindow => untilWindow <= window)
  }
}
