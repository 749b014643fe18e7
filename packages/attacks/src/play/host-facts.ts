import type { PeerIdString } from '@peerwatch/model'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { Heard } from './hear-node.ts'
import type { HostFacts, TierFacts } from './thread-messages.ts'

export function hostFacts({ node, messages, reports }: Heard): HostFacts {
  const { peerwatch } = node.libp2p.services
  const { registry, neighbours, reporting } = peerwatch.assembly
  return {
    name: node.name,
    isRegistered: registry.state().state === 'registered',
    linksCount: neighbours.list().filter(({ state }) => state === 'connected').length,
    hasEntry: reporting?.status().entry != null,
    evicted: peerwatch.evictions().map(({ peer }) => peer),
    messages: messages(),
    reports: reports()
  }
}

/** What a trusted node knows: the standings of the peers that it has evidence of, and the tree as it sees it. */
export function tierFacts(node: PeerwatchNode, subjects: readonly PeerIdString[]): TierFacts | undefined {
  const { tier } = node.libp2p.services.peerwatch.assembly
  if (tier == null) return undefined
  return {
    name: node.name,
    standings: subjects.flatMap(peer => {
      const { state, ratio } = tier.examination.standing(peer)
      return state === 'unknown' ? [] : [[peer, { state, ratio }] as const]
    }),
    tree: tier.tree.status().nodes.map(({ node: id, parent, range, reportsPerSecond }) => ({ node: id, parent, range, reportsPerSecond }))
  }
}
