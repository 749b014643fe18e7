import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { createLibp2p } from 'libp2p'
import { freePorts } from '../../../node/src/free-ports.ts'
import { peerwatch } from '../../src/peerwatch.ts'
import { seed } from '@peerwatch/seed'
import { trusted } from '@peerwatch/tier'
import { testNetwork } from '../../../link/test/support/core.ts'
import type { GossipSub, GossipsubOpts } from '@libp2p/gossipsub'
import type { Libp2p, PrivateKey, ServiceMap } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'
import type { CoreOptions, PeerOptions } from '../../src/options.ts'
import type { Network, PeerwatchComponents } from '@peerwatch/link'
import type { Peerwatch } from '../../src/peerwatch.ts'
import type { TestKeys } from '../../../link/test/support/core.ts'

export interface AppServices extends ServiceMap {
  identify: unknown
  pubsub: GossipSub
  peerwatch: Peerwatch
}
export type App = Libp2p<AppServices>

export interface AppInit extends Omit<CoreOptions, 'network'>, PeerOptions {
  readonly libp2p?: Omit<Libp2pOptions, 'services'>
  readonly pubsub?: Partial<GossipsubOpts>
  /** Names of the services in the order in which the application lists them. */
  readonly order?: readonly (keyof AppServices)[]
  /** Instead of a peer. */
  readonly service?: (components: PeerwatchComponents) => Peerwatch
}

/** A libp2p node as an application makes it, with Peerwatch among its services; it starts by itself. */
export async function application(network: Network, init: AppInit = {}): Promise<App> {
  const { libp2p, pubsub, order = ['identify', 'pubsub', 'peerwatch'], service, ...options } = init
  const services = {
    identify: identify(),
    pubsub: gossipsub({ allowPublishToZeroTopicPeers: true, heartbeatInterval: 200, scoreParams: { IPColocationFactorWeight: 0 }, ...pubsub }),
    peerwatch: service ?? peerwatch({ network, ...options })
  }
  return createLibp2p<AppServices>({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 1_000 },
    ...libp2p,
    services: Object.fromEntries(order.map(name => [name, services[name as keyof typeof services]])) as never
  })
}

export interface AppNetwork {
  readonly keys: TestKeys
  readonly network: Network
  readonly seed: App
  readonly trusted: App
  readonly stop: () => Promise<void>
}

/** A seed and a trusted node that run, with windows of half a second. */
export async function appNetwork(): Promise<AppNetwork> {
  const [port = 0] = await freePorts(1)
  const keys = await testNetwork({ seedAddresses: [`/ip4/127.0.0.1/tcp/${port}`] })
  const { roster } = keys.network
  const network: Network = { ...keys.network, roster: { ...roster, preset: { ...roster.preset, windowMs: 500, pingEveryMs: 200, pingTimeoutMs: 200 } } }
  const seedNode = await application(network, { libp2p: listening(keys.seeds[0]!, port), service: seed({ network }) })
  const trustedNode = await application(network, {
    libp2p: listening(keys.trusted[0]!, 0),
    service: trusted({ network, pepper: new Uint8Array(32), store: memoryRecordStore(), isOwnWatcher: () => false })
  })
  return {
    keys,
    network,
    seed: seedNode,
    trusted: trustedNode,
    stop: async () => {
      await trustedNode.stop()
      await seedNode.stop()
    }
  }
}

function listening(privateKey: PrivateKey, port: number): NonNullable<AppInit['libp2p']> {
  return { privateKey, addresses: { listen: [`/ip4/127.0.0.1/tcp/${port}`] } }
}
