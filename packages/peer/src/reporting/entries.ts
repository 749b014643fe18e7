import { createHash } from 'node:crypto'
import { peerIdBytes } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'

/** Trusted nodes to which a peer keeps a report stream. */
export const ENTRIES_COUNT = 2

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
