/**
 * A whole Peerwatch network on loopback, for tests and demonstrations: real hosts, real sockets, data below one folder.
 *
 * @packageDocumentation
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { systemClock } from '@peerwatch/model/system-clock'
import { createNetworkFile, parseNetwork } from '@peerwatch/services'
import { createNode } from './create-node.ts'
import { freePorts } from './free-ports.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString, PresetName } from '@peerwatch/model'
import type { Network, NetworkFile, NetworkFileInit } from '@peerwatch/services'
import type { PeerwatchNode } from './peerwatch-node.ts'
import type { NodeInit } from './options.ts'

export { freePorts } from './free-ports.ts'
export type { PeerwatchNode }

export interface TestnetInit {
  readonly seeds?: number
  readonly trusted?: number
  readonly peers?: number
  /** Watchers per trusted node. Default: the preset's. */
  readonly watchers?: number
  readonly preset?: PresetName
  readonly scope?: 'local' | 'public'
  /** What all nodes listen on. Default `tcp`. */
  readonly transport?: 'tcp' | 'ws'
  /** Where nodes keep their data. Default: a new temporary folder, removed by `stop()`. */
  readonly directory?: string
  /** Further fields of the roster. */
  readonly roster?: Partial<Pick<NetworkFileInit, 'quorum' | 'requestsPerSecond' | 'maxDegree' | 'retentionMs' | 'retentionBytes'>>
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

async function keys(count: number): Promise<PrivateKey[]> {
  return Promise.all(Array.from({ length: count }, async () => generateKeyPair('Ed25519')))
}

/** Starts seeds, then trusted nodes, then peers. */
export async function createTestnet(init: TestnetInit = {}): Promise<Testnet> {
  const { seeds: seedCount = 1, trusted: trustedCount = 1, peers: peerCount = 2, preset = 'demo', scope = 'local', nodeInit = () => ({}) } = init
  const loopback = (port: number): string => `/ip4/127.0.0.1/tcp/${port}${init.transport === 'ws' ? '/ws' : ''}`
  const directory = init.directory ?? (await mkdtemp(join(tmpdir(), 'peerwatch-')))
  const [[authority], seedKeys, trustedKeys, ports] = await Promise.all([keys(1), keys(seedCount), keys(trustedCount), freePorts(seedCount)])
  const pepper = randomBytes(32)
  const file = await createNetworkFile({
    ...init.roster,
    name: 'testnet',
    authority: authority!,
    seeds: seedKeys.map((key, index) => ({ peer: key.publicKey.toString() as PeerIdString, address: loopback(ports[index]!) })),
    trusted: trustedKeys,
    preset,
    scope,
    nowMs: systemClock.nowMs()
  })
  const network = await parseNetwork(file)
  const running = new Map<string, PeerwatchNode>()
  const inits = new Map<string, NodeInit>()

  const run = async (name: string, own: Pick<NodeInit, 'role'> & Partial<NodeInit>): Promise<PeerwatchNode> => {
    const full: NodeInit = { network, http: false, dataDir: join(directory, name), name, listen: [loopback(0)], ...own, ...nodeInit(name) }
    const node = await createNode(full)
    // a stopped node has no addresses any more
    inits.set(name, { ...full, privateKey: node.libp2p.services.peerwatch.assembly.core.components.privateKey, listen: node.listenedOn() })
    running.set(name, node)
    return node
  }
  const seeds = await Promise.all(
    seedKeys.map(async (privateKey, index) => run(`seed-${index + 1}`, { role: 'seed', privateKey, listen: [loopback(ports[index]!)] }))
  )
  const trusted = await Promise.all(
    trustedKeys.map(async (privateKey, index) =>
      run(`trusted-${index + 1}`, { role: 'trusted', privateKey, pepper, ...(init.watchers != null && { watchers: init.watchers }) })
    )
  )
  const peers: PeerwatchNode[] = []
  let named = 0
  const addPeer = async (own: Partial<NodeInit> = {}): Promise<PeerwatchNode> => {
    const node = await run(`peer-${++named}`, { role: 'peer', ...own })
    peers.push(node)
    return node
  }
  for (let started = 0; started < peerCount; started += STARTED_AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(STARTED_AT_ONCE, peerCount - started) }, async () => addPeer()))
  }
  peers.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))

  return {
    directory,
    network,
    file,
    authority: authority!,
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
      // Whoever needs others goes first: peers say goodbye to seeds, and hand their last reports to trusted nodes.
      for (const roles of [['peer', 'watcher'], ['trusted'], ['seed']]) {
        await Promise.all([...running.values()].filter(({ role }) => roles.includes(role)).map(async node => node.stop()))
      }
      if (init.directory == null) await rm(directory, { recursive: true, force: true })
    }
  }
}
