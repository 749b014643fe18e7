import { certificateBook } from '../../src/enforcement/certificates.ts'
import { coreTopics } from '../../src/gossip/core-topics.ts'
import { cutNotices } from '../../src/enforcement/cut-notices.ts'
import { enforcement } from '../../src/enforcement/enforcement.ts'
import { gossipLimits } from '../../src/gossip/gossip-limits.ts'
import { gossipTap } from '../../src/gossip/gossip-tap.ts'
import { neighbours } from '../../src/neighbours/neighbours.ts'
import { defence } from '../../src/enforcement/defence.ts'
import { observation } from '../../src/observation/observation.ts'
import { testHost } from '../../../link/test/support/core.ts'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Certificates } from '../../src/enforcement/certificates.ts'
import type { Core, KnownPeer, Network, Part, RegistryView } from '@peerwatch/link'
import type { CoreTopics } from '../../src/gossip/core-topics.ts'
import type { CoreInit } from '../../../link/src/create-core.ts'
import type { Defence } from '../../src/enforcement/defence.ts'
import type { Enforcement } from '../../src/enforcement/enforcement.ts'
import type { GossipLimitsOptions } from '../../src/gossip/gossip-limits.ts'
import type { GossipTap } from '../../src/gossip/gossip-tap.ts'
import type { NeighboursInit } from '../../src/neighbours/neighbours.ts'
import type { Observing } from '../../src/observation/observation.ts'
import type { CoreServices, HostOverrides } from '../../../link/test/support/core.ts'

/** A registry in memory: knows whom the test names. */
export interface TestRegistry {
  readonly view: Pick<RegistryView, 'list' | 'find' | 'reportDead' | 'hasLeft'>
  readonly known: KnownPeer[]
  readonly dead: PeerIdString[]
  readonly left: Set<PeerIdString>
}

export function testRegistry(): TestRegistry {
  const known: KnownPeer[] = []
  const dead: PeerIdString[] = []
  const left = new Set<PeerIdString>()
  return {
    known,
    dead,
    left,
    view: {
      list: async most => known.slice(0, most),
      find: async peers => known.filter(({ peer }) => peers.includes(peer)),
      reportDead: peer => {
        dead.push(peer)
      },
      hasLeft: peer => left.has(peer)
    }
  }
}

export interface ObservedHost {
  readonly node: Libp2p<CoreServices>
  readonly core: Core
  readonly certificates: Certificates
  readonly tap: GossipTap
  readonly topics: CoreTopics
  readonly enforcement: Enforcement
  readonly defence: Defence
  readonly observing: Observing
  readonly neighbours: ReturnType<typeof neighbours>
  readonly registry: TestRegistry
  readonly stop: () => Promise<void>
}

export interface ObservedInit extends Partial<CoreInit> {
  readonly privateKey?: PrivateKey
  readonly enforce?: boolean
  readonly neverEvict?: PeerIdString[]
  readonly gossip?: GossipLimitsOptions
  readonly neighbours?: Partial<NeighboursInit>
  readonly node?: HostOverrides
}

/** A real host with everything that observes, defends and enforces, wired up as a role does it. */
export async function observedHost(network: Network, init: ObservedInit = {}): Promise<ObservedHost> {
  const { privateKey, enforce = true, neverEvict = [], gossip, node: nodeInit, neighbours: neighboursInit, ...coreInit } = init
  const books: Certificates[] = []
  const { node, core } = await testHost(network, privateKey, {
    ...coreInit,
    ...nodeInit,
    start: false,
    certificates: partial => {
      books.push(certificateBook(partial))
      return books[0]!
    }
  })
  const registry = testRegistry()
  const defended = defence(core, { enforce, neverCut: new Set(neverEvict) })
  const notices = cutNotices(core)
  const enforced = enforcement(core, { enforce, neverEvict: new Set(neverEvict), isCut: defended.isCut, tellCut: notices.tell })
  const limits = gossip == null ? undefined : gossipLimits(core, { options: gossip, enforce })
  const tap = gossipTap(core, { ignores: enforced.refuses, ...(limits != null && { admitted: limits.admitted }) })
  const watched = neighbours(core, { registry: registry.view, refuses: enforced.refuses, dial: true, targetDegree: 0, ...neighboursInit })
  const observing = observation(core, { tap, neighbours: watched, defence: defended })
  const topics = coreTopics(core, tap)
  const certificates = books[0]!
  const parts: Part[] = [certificates, defended, notices, enforced, ...(limits == null ? [] : [limits]), tap, watched, observing, topics]
  await core.roster.load()
  for (const part of parts) await part.beforeStart?.()
  await node.start()
  core.windows.start()
  core.health.start()
  for (const part of parts) await part.start?.()
  return {
    node,
    core,
    certificates,
    tap,
    topics,
    enforcement: enforced,
    defence: defended,
    observing,
    neighbours: watched,
    registry,
    stop: async () => {
      for (const part of parts.toReversed()) await part.stop?.()
      core.windows.stop()
      core.health.stop()
      await node.stop()
    }
  }
}

/** What a registry would say of this host. */
export function listed({ node, core }: { node: Libp2p<CoreServices>; core: Core }): KnownPeer {
  return { peer: core.self, addresses: node.getMultiaddrs().map(address => address.toString()), unreachable: false, guest: false }
}
