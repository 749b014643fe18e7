import { echo } from '@libp2p/utils'
import { systemClock } from '@peerwatch/model/system-clock'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { freePorts } from '../../../node/src/free-ports.ts'
import { HANGS_AFTER_MS } from '../../../../test/support/until.ts'
import { registryClient } from '../../../peer/src/registry/registry-client.ts'
import { registryServer } from '../../src/registry-server.ts'
import { caller } from '@peerwatch/link'
import { noCertificates, testHost, testNetwork } from '../../../link/test/support/core.ts'
import type { Libp2p, PrivateKey, Stream } from '@libp2p/interface'
import type { Clock, PeerIdString } from '@peerwatch/model'
import type { RegistryRequest, RegistryResponse } from '@peerwatch/wire'
import type { Datastore } from 'interface-datastore'
import type { Caller, CertificateBook, Core, Network, NetworkFileInit, PeerwatchEvents } from '@peerwatch/link'
import type { RegistryServerOptions } from '../../src/options.ts'
import type { RegistryClientOptions } from '../../../peer/src/registry/options.ts'
import type { RegistryClient } from '@peerwatch/peer/parts'
import type { RegistryServer } from '../../src/registry-server.ts'
import type { TestKeys } from '../../../link/test/support/core.ts'

/** Short, so that four tests over three windows take 1.5 s; windows travel as uint32, which shorter ones would overflow. */
export const TEST_WINDOW_MS = 500

export interface RegistryNode {
  readonly node: Libp2p
  readonly core: Core
  readonly self: PeerIdString
  readonly client: RegistryClient
  /** Every fault counted here, as `peer what`. */
  readonly faults: string[]
  /** Whose requests a seed refused for being too many, each time. */
  readonly refused: PeerIdString[]
  /** Codes of its alarms, and the states that its registration went through. */
  readonly alarms: string[]
  readonly states: string[]
  /** Types of the events about peers that left, as `type peer`. */
  readonly left: string[]
  /** In order, with a goodbye. */
  readonly stop: () => Promise<void>
  /** Like SIGKILL: sockets close and nobody says anything. */
  readonly kill: () => Promise<void>
}

export interface SeedNode extends RegistryNode {
  readonly server: RegistryServer
}

export interface TestRegistry {
  readonly keys: TestKeys
  readonly network: Network
  readonly seed: (index: number, init?: NodeInit & { options?: Partial<RegistryServerOptions> }) => Promise<SeedNode>
  readonly peer: (init?: NodeInit) => Promise<RegistryNode>
  /** Kills what still runs. */
  readonly end: () => Promise<void>
}

export interface NodeInit {
  readonly datastore?: Datastore
  readonly key?: PrivateKey
  readonly certificates?: CertificateBook
  readonly listen?: string[]
  readonly announce?: string[]
  readonly answersPing?: boolean
  readonly clientOptions?: Partial<RegistryClientOptions>
  readonly clock?: Clock
}

/** Seeds and peers on loopback, with the shortest windows. */
export async function testRegistry(
  counts: { seeds?: number; trusted?: number } & Partial<Pick<NetworkFileInit, 'scope' | 'maxDegree'>> = {}
): Promise<TestRegistry> {
  const { seeds = 1 } = counts
  const ports = await freePorts(seeds)
  const keys = await testNetwork({ ...counts, seeds, seedAddresses: ports.map(port => `/ip4/127.0.0.1/tcp/${port}`) })
  const { roster } = keys.network
  const preset = { ...roster.preset, windowMs: TEST_WINDOW_MS, pingTimeoutMs: 200 }
  const network: Network = { ...keys.network, roster: { ...roster, preset } }
  const running = new Set<RegistryNode>()

  const launch = async (
    init: NodeInit,
    serverOptions?: Partial<RegistryServerOptions>
  ): Promise<{ base: RegistryNode; server: RegistryServer | undefined }> => {
    const { datastore, key, listen, announce, certificates = noCertificates(), answersPing = true } = init
    const { node, core } = await testHost(network, key, {
      ...(listen != null && { listen }),
      ...(announce != null && { announce }),
      ...(datastore != null && { libp2p: { datastore } }),
      ...(init.clock != null && { clock: init.clock }),
      certificates: () => certificates
    })
    const faults: string[] = []
    const left: string[] = []
    const refused: PeerIdString[] = []
    const alarms: string[] = []
    const states: string[] = []
    core.events.addEventListener('alarm', ({ detail }) => alarms.push(detail.code))
    core.events.addEventListener('registry:state', ({ detail }) => states.push(detail.state))
    core.events.addEventListener('peer:fault', ({ detail }) => faults.push(`${detail.peer.toString()} ${detail.what}`))
    const note = ({ type, detail }: PeerwatchEvents['peer:goodbye']): number => left.push(`${type} ${detail.peer.toString()}`)
    core.events.addEventListener('peer:goodbye', note)
    core.events.addEventListener('peer:removed', note)
    await node.handle('/ipfs/ping/1.0.0', async (stream: Stream) => (answersPing ? echo(stream).catch(() => {}) : undefined))
    const client = registryClient(core, { options: { backOffMs: 50, backOffMostMs: 200, ...init.clientOptions } })
    const server = serverOptions == null ? undefined : registryServer(core, { client, onRefused: peer => refused.push(peer), options: serverOptions })
    core.windows.start()
    core.health.start()
    await server?.beforeStart?.()
    await client.beforeStart?.()
    await client.start?.()
    const base: RegistryNode = {
      node,
      core,
      self: core.self,
      client,
      faults,
      refused,
      alarms,
      states,
      left,
      stop: async () => {
        running.delete(base)
        await client.stop?.()
        await server?.stop?.()
        await core.writes.stop()
        core.windows.stop()
        core.health.stop()
        await node.stop()
      },
      kill: async () => {
        running.delete(base)
        for (const connection of node.getConnections()) connection.abort(new Error('killed'))
        // at once, before the client dials again; on dead links its goodbye goes nowhere
        await client.stop?.()
        await server?.stop?.()
        await core.writes.stop()
        core.windows.stop()
        core.health.stop()
        await node.stop()
      }
    }
    running.add(base)
    return { base, server }
  }
  return {
    keys,
    network,
    seed: async (index, { options = {}, ...init } = {}) => {
      const { base, server } = await launch({ key: keys.seeds[index]!, listen: [`/ip4/127.0.0.1/tcp/${ports[index]!}`], ...init }, options)
      return Object.assign(base, { server: server! })
    },
    peer: async (init = {}) => (await launch(init)).base,
    end: async () => {
      await Promise.all([...running].map(async ({ kill }) => kill()))
    }
  }
}

/** A bare stream to a seed, for saying what no honest client says. */
export async function rawCaller(
  from: Pick<RegistryNode, 'node'>,
  to: Pick<RegistryNode, 'node'>,
  onPush: (push: RegistryResponse) => void = () => {}
): Promise<Caller<RegistryRequest, RegistryResponse>> {
  return caller<RegistryRequest, RegistryResponse>(await rawStream(from, to), {
    clock: systemClock,
    request: messages.registryRequest,
    response: messages.registryResponse,
    mostUnderWay: 2_000,
    timeoutMs: HANGS_AFTER_MS,
    onPush,
    onEnd: () => {}
  })
}

export async function rawStream(from: Pick<RegistryNode, 'node'>, to: Pick<RegistryNode, 'node'>): Promise<Stream> {
  return from.node.dialProtocol(to.node.getMultiaddrs(), PROTOCOLS.registry)
}
