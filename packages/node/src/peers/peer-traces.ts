import { gossipInsight } from './gossip-insight.ts'
import { linkEnds } from './link-ends.ts'
import { seenWindows } from './seen-windows.ts'
import { trafficOf } from './traffic.ts'
import type { Libp2p } from '@libp2p/interface'
import type { NodeAssembly } from '../node-assembly.ts'
import type { NodeServices } from '../host.ts'
import type { PeerTraces } from './peer-detail.ts'

/** Begins to keep what happens between this node and its peers. */
export function peerTraces(libp2p: Libp2p<NodeServices>, assembly: NodeAssembly): PeerTraces {
  return {
    traffic: trafficOf(libp2p),
    gossip: gossipInsight(libp2p.services.pubsub),
    seen: seenWindows(assembly.core),
    ended: linkEnds(libp2p, assembly)
  }
}
