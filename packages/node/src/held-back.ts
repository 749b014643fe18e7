import { openRoster } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { NodeAssembly } from './node-assembly.ts'

/** Trusted nodes that may go at once: each report is held by one more. */
const GOING_MOST = 1

/** Why a roster is not to be put in force yet, which changes the trusted nodes: records would be lost. Rejects with ServicesError `bad-roster`. */
export async function heldBack({ core, tier }: NodeAssembly, encoded: Uint8Array): Promise<string | undefined> {
  const next = await openRoster(encoded, core.network.authority, core.network.id)
  const now = core.roster.current()
  if (next.version <= now.version) return undefined
  const called = (peers: readonly PeerIdString[]): string => peers.map(peer => now.names.get(peer) ?? next.names.get(peer) ?? peer).join(', ')
  const going = now.trusted.filter(peer => !next.trusted.includes(peer))
  const coming = next.trusted.filter(peer => !now.trusted.includes(peer))
  if (going.length === 0 && coming.length === 0) return undefined
  if (tier == null) return 'the trusted nodes change, and this node cannot tell whether they hold all that they should: a trusted node can'
  if (going.length > GOING_MOST)
    return `${called(going)} go at once, and what only they hold would be lost: remove one at a time, each from the roster that is in force`
  const { awaited, nodes } = tier.tree.status()
  if (awaited.length > 0) return `${called(awaited)} still read what the last change gave them`
  const placeless = nodes.filter(({ node, range }) => range == null && next.trusted.includes(node)).map(({ node }) => node)
  return going.length > 0 && placeless.length > 0 ? `${called(placeless)} have no range yet` : undefined
}
