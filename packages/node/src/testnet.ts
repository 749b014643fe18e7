/**
 * A whole Peerwatch network on loopback, for tests and demonstrations: real hosts, real sockets, data below one folder.
 *
 * @packageDocumentation
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { parseNetwork } from '@peerwatch/link'
import { createNode } from './create-node.ts'
import { stopOrder } from './roles/index.ts'
import { plannedInit, plannedPeer, planTestnet } from './testnet-plan.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { Network, NetworkFile } from '@peerwatch/link'
import type { NodeInit } from './options.ts'
import type { PeerwatchNode } from './peerwatch-node.ts'
import type { PlannedNode, TestnetPlan, TestnetPlanInit } from './testnet-plan.ts'

export { createNode } from './create-node.ts'
export { freePorts } from './free-ports.ts'
export { endWithStarter } from './starter/end-with-starter.ts'
export { plannedInit, planTestnet } from './testnet-plan.ts'
export type { NodeInit, PeerwatchNode, PlannedNode, TestnetPlan, TestnetPlanInit }

export interface TestnetInit extends TestnetPlanInit {
  /** Where nodes keep their data. Default: a new temporary folder, removed by `stop()`. */
  readonly directory?: string
  /** Options for a node, by its name: `seed-1`, `trusted-1`, `peer-1`, … */
  readonly nodeInit?: (name: string) => Partial<NodeInit>
}

export interface Testnet {
  readonly directory: string
  readonly network: Network
  readonly file: NetworkFile
  /** Signs rosters. */
  readonly authority: PrivateKey
  readonly seeds: PeerwatchNode[]
  readonly trusted: PeerwatchNode[]
  readonly peers: PeerwatchNode[]
  /** Adds and starts a peer named `peer-N`. */
  readonly addPeer: (init?: Partial<NodeInit>) => Promise<PeerwatchNode>
  /** Starts a node of this name again, with its key and data. */
  readonly restart: (node: PeerwatchNode) => Promise<PeerwatchNode>
  readonly stop: () => Promise<void>
}

/** More would only wait for each other's handshakes. */
const STARTED_AT_ONCE = 8

/** Starts seeds, then trusted nodes, then peers. */
export async function createTestnet(init: TestnetInit = {}): Promise<Testnet> {
  const { nodeInit = () => ({}) } = init
  const directory = init.directory ?? (await mkdtemp(join(tmpdir(), 'peerwatch-')))
  const plan = await planTestnet(directory, init)
  const network = await parseNetwork(plan.file)
  const running = new Map<string, PeerwatchNode>()
  const inits = new Map<string, NodeInit>()

  const run = async (planned: PlannedNode, own: Partial<NodeInit> = {}): Promise<PeerwatchNode> => {
    const { name } = planned
    const full: NodeInit = { ...plannedInit(plan, network, planned), ...own, ...nodeInit(name) }
    const node = await createNode(full)
    // a stopped node has no addresses any more
    inits.set(name, { ...full, privateKey: node.libp2p.services.peerwatch.assembly.core.components.privateKey, listen: node.listenedOn() })
    running.set(name, node)
    return node
  }
  const planned = (role: PlannedNode['role']): PlannedNode[] => plan.nodes.filter(node => node.role === role)
  const seeds = await Promise.all(planned('seed').map(async each => run(each)))
  const trusted = await Promise.all(planned('trusted').map(async each => run(each)))
  const peers: PeerwatchNode[] = []
  const first = planned('peer')
  for (let started = 0; started < first.length; started += STARTED_AT_ONCE) {
    peers.push(...(await Promise.all(first.slice(started, started + STARTED_AT_ONCE).map(async each => run(each)))))
  }
  let named = first.length
  const addPeer = async (own: Partial<NodeInit> = {}): Promise<PeerwatchNode> => {
    const node = await run(plannedPeer(++named, init.transport), own)
    peers.push(node)
    return node
  }

  return {
    directory,
    network,
    file: plan.file,
    authority: privateKeyFromProtobuf(plan.authority),
    seeds,
    trusted,
    peers,
    addPeer,
    restart: async node => {
      const known = inits.get(node.name)
      if (known == null) throw new TypeError(`${node.name} is no node of this network`)
      await node.stop()
      const again = await createNode(known)
      running.set(node.name, again)
      for (const group of [seeds, trusted, peers]) {
        const index = group.indexOf(node)
        if (index >= 0) group[index] = again
      }
      return again
    },
    stop: async () => {
      for (const roles of stopOrder()) {
        await Promise.all([...running.values()].filter(({ role }) => roles.includes(role)).map(async node => node.stop()))
      }
      if (init.directory == null) await rm(directory, { recursive: true, force: true })
    }
  }
}
