import assert from 'node:assert/strict'
import { DIMENSIONS } from '@peerwatch/detection'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { createNetworkFile } from '../../src/authority.ts'
import { createCore } from '../../src/create-core.ts'
import { parseNetwork } from '../../src/network.ts'
import { peerIdText } from '../../src/peer-ids.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Libp2p, PrivateKey, ServiceMap } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'
import type { NetworkFileInit } from '../../src/authority.ts'
import type { CertificateBook, Core, PeerwatchComponents } from '../../src/core.ts'
import type { CoreInit } from '../../src/create-core.ts'
import type { Network, NetworkFile } from '../../src/network.ts'

export { until } from '../../../../test/support/until.ts'

export interface TestKeys {
  readonly authority: PrivateKey
  readonly seeds: readonly PrivateKey[]
  readonly trusted: readonly PrivateKey[]
  readonly file: NetworkFile
  readonly network: Network
}

async function keyPairs(count: number): Promise<PrivateKey[]> {
  return Promise.all(Array.from({ length: count }, async () => generateKeyPair('Ed25519')))
}

/** A network whose nodes do not run yet. `seedAddresses` are host and port parts; give the ports that the seeds will listen on. */
export async function testNetwork(
  counts: { seeds?: number; trusted?: number; seedAddresses?: string[] } & Omit<Partial<NetworkFileInit>, 'seeds' | 'trusted'> = {}
): Promise<TestKeys> {
  const [authority] = await keyPairs(1)
  assert.ok(authority)
  const seeds = await keyPairs(counts.seeds ?? 1)
  const trusted = await keyPairs(typeof counts.trusted === 'number' ? counts.trusted : 1)
  const { seeds: _seeds, trusted: _trusted, seedAddresses, ...overrides } = counts
  const file = await createNetworkFile({
    name: 'testnet',
    preset: 'demo',
    scope: 'local',
    nowMs: 1_700_000_000_000,
    ...overrides,
    authority,
    seeds: seeds.map((key, index) => ({ peer: peerIdText(peerIdFromPrivateKey(key)), address: seedAddresses?.[index] ?? '/ip4/127.0.0.1/tcp/1' })),
    trusted
  })
  return { authority, seeds, trusted, file, network: await parseNetwork(file) }
}

/** Accepts nothing and evicts nobody. */
export function noCertificates(): CertificateBook {
  return {
    accept: async () => 'refused',
    evicted: () => undefined,
    evictions: () => [],
    encoded: () => [],
    liveSet: () => ({ count: 0, hash: new Uint8Array(32) }),
    inForce: () => undefined,
    history: () => ({ evictions: 0, serial: 0 }),
    allow: async () => {},
    allowed: () => []
  }
}

export interface CoreServices extends ServiceMap {
  identify: unknown
  pubsub: GossipSub
  core: Core
}

export interface TestHost {
  readonly node: Libp2p<CoreServices>
  readonly core: Core
}

export interface HostOverrides {
  readonly listen?: string[]
  /** What it says of where it is, in place of where it listens. */
  readonly announce?: string[]
  readonly start?: boolean
  readonly pubsub?: ReturnType<typeof gossipsub>
  /** What an application would give to libp2p itself. */
  readonly libp2p?: Pick<Libp2pOptions, 'connectionGater' | 'datastore'>
}

/** A real libp2p host on loopback with a Core around it and no parts. Stop it with `node.stop()`. */
export async function testHost(network: Network, privateKey?: PrivateKey, init: Partial<CoreInit> & HostOverrides = {}): Promise<TestHost> {
  const { listen = ['/ip4/127.0.0.1/tcp/0'], announce = [], start = true, pubsub, libp2p, ...coreInit } = init
  const node = await createLibp2p<CoreServices>({
    ...libp2p,
    ...(privateKey != null && { privateKey }),
    addresses: { listen, announce },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 1_000 },
    connectionMonitor: { enabled: false },
    start,
    services: {
      identify: identify(),
      pubsub: pubsub ?? gossipsub({ allowPublishToZeroTopicPeers: true, scoreParams: { IPColocationFactorWeight: 0 } }),
      core: (components: PeerwatchComponents) => createCore(components, { network, dimensions: DIMENSIONS, certificates: noCertificates, ...coreInit })
    }
  })
  return { node, core: node.services.core }
}

/** How many streams of this protocol others have open at a node. */
export function streamsAt({ node }: { readonly node: Pick<Libp2p, 'getConnections'> }, protocol: string): number {
  const streams = node.getConnections().flatMap(connection => connection.streams)
  return streams.filter(stream => stream.protocol === protocol && stream.direction === 'inbound').length
}
