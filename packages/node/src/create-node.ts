import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { systemClock } from '@peerwatch/model/system-clock'
import { ENTRY_LIMITS, trusted, watcher } from '@peerwatch/tier'
import { gossipTopics, peerwatch } from '@peerwatch/peer'
import { parseNetwork } from '@peerwatch/link'
import { REGISTRY_SERVER_DEFAULTS, seed } from '@peerwatch/seed'
import { Registry } from 'prom-client'
import { chat, CHAT_DEFAULTS } from './chat.ts'
import { openData } from './data.ts'
import { defaultListen, findListenError, NodeError, readOrCreateKey } from './files/index.ts'
import { createHost } from './host.ts'
import { surroundings } from './surroundings.ts'
import { watcherTroop } from './watcher-troop.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Network, PeerwatchComponents } from '@peerwatch/link'
import type { Peerwatch } from '@peerwatch/peer'
import type { NodeAssembly } from './node-assembly.ts'
import type { Chat, FirstSight } from './chat.ts'
import type { NodeData } from './data.ts'
import type { NodeServices } from './host.ts'
import type { NodeInit } from './options.ts'
import type { PeerwatchNode } from './peerwatch-node.ts'
import type { WatcherTroop } from './watcher-troop.ts'

/** Makes and starts a node. Rejects with NodeError or ServicesError, and has then left nothing open. */
export async function createNode(init: NodeInit): Promise<PeerwatchNode> {
  const network = 'id' in init.network ? init.network : await parseNetwork(init.network)
  const data = await openData(init.dataDir, init.role)
  try {
    return await startNode(init, network, data)
  } catch (error) {
    await data.close()
    throw error
  }
}

async function startNode(init: NodeInit, network: Network, data: NodeData): Promise<PeerwatchNode> {
  const { role, dataDir, name = role } = init
  const privateKey = init.privateKey ?? (dataDir == null ? await generateKeyPair('Ed25519') : await readOrCreateKey(join(dataDir, 'key')))
  const troop = role === 'trusted' ? watcherTroop(init, network, privateKey, createNode) : undefined
  const metrics = new Registry()
  const libp2p = await createHost({
    ...(init.libp2pMetrics === true && { metrics }),
    network,
    privateKey,
    datastore: data.datastore,
    listen: init.listen ?? defaultListen(network),
    announce: init.announce ?? [],
    served: servedBy(init),
    clock: init.clock ?? systemClock,
    peerwatch: serviceOf(init, network, data, troop)
  })
  const around = surroundings(init, libp2p, { records: data.records, metrics })
  const sights = new Set<(sight: FirstSight) => void>([
    sight => {
      around.tell('chat:first-sight', sight)
    }
  ])
  const talk = chatOf(init, network, libp2p, sights)
  const node: PeerwatchNode = {
    name,
    role,
    peerId: libp2p.peerId,
    libp2p,
    network,
    dataDir,
    view: around.view,
    addresses: () => libp2p.getMultiaddrs().map(String),
    listenedOn: () => libp2p.getMultiaddrs().map(address => String(address.decapsulate(`/p2p/${libp2p.peerId.toString()}`))),
    watchers: () => troop?.nodes() ?? [],
    onFirstSight: listener => {
      sights.add(listener)
    },
    configure: options => {
      const { logLevel, chatEveryMs, ...rest } = options
      libp2p.services.peerwatch.assembly.configure(rest)
      if (logLevel != null) around.setLogLevel(logLevel)
      if (chatEveryMs != null) talk?.setPause(chatEveryMs)
      troop?.configure(options)
    },
    stop: once(async () => {
      await troop?.stop()
      talk?.stop()
      await libp2p.stop()
      await around.close()
      await data.close()
    })
  }
  init.onCreated?.(node)
  try {
    await libp2p.start()
    await around.open()
  } catch (error) {
    await libp2p.stop()
    await around.close()
    throw findListenError(error) ?? error
  }
  talk?.start()
  await troop?.start()
  return node
}

/** libp2p would end links that the registry or the entry still has room for. */
function servedBy({ role, registry, entry }: NodeInit): number {
  if (role === 'seed') return registry?.mostStreams ?? REGISTRY_SERVER_DEFAULTS.mostStreams
  return role === 'trusted' ? (entry?.streams ?? ENTRY_LIMITS.streams) : 0
}

function serviceOf(
  init: NodeInit,
  network: Network,
  data: NodeData,
  troop: WatcherTroop | undefined
): (components: PeerwatchComponents) => Peerwatch<NodeAssembly> {
  const { role, enforce = true, neverEvict = [], clock, rng, neighbours, gossip, reporting, registry, entry, alterObservations } = init
  const core = { network, enforce, neverEvict, ...(gossip != null && { gossip }), ...(clock != null && { clock }), ...(rng != null && { rng }) }
  const peer = {
    ...core,
    metrics: false, // the HTTP API has its own, for every role
    ...(neighbours != null && { neighbours }),
    ...(reporting != null && { reporting }),
    ...(alterObservations != null && { alterObservations })
  }
  if (role === 'seed') return seed({ ...core, ...(registry != null && { registry }) })
  if (role === 'peer') return peerwatch(peer)
  if (role === 'watcher') {
    return watcher({ ...peer, owner: required(init.owner, 'a watcher without owner', 'the trusted node it belongs to') })
  }
  return trusted({
    ...core,
    pepper: required(init.pepper, 'a trusted node without pepper', 'the 32 bytes that all trusted nodes share'),
    store: required(data.records, 'a trusted node without dataDir', 'a folder for its records'),
    isOwnWatcher: id => troop?.has(id) === true,
    ...(entry != null && { entry })
  })
}

function required<T>(value: T | undefined, found: string, expected: string): T {
  if (value == null) throw new NodeError('bad-option', { found, expected, remedy: 'give one' })
  return value
}

function chatOf(init: NodeInit, network: Network, libp2p: Libp2p<NodeServices>, sights: ReadonlySet<(sight: FirstSight) => void>): Chat | undefined {
  const isTalker = init.role === 'peer' || init.role === 'watcher'
  if (init.chat === false || (!isTalker && init.chat == null)) return undefined
  return chat(libp2p.services.pubsub, {
    topic: gossipTopics(network.name).chat,
    options: { ...CHAT_DEFAULTS, ...init.chat },
    clock: libp2p.services.peerwatch.assembly.core.clock,
    rng: init.rng ?? Math.random,
    log: libp2p.logger.forComponent('peerwatch:chat'),
    onFirstSight: sight => {
      for (const listener of sights) listener(sight)
    }
  })
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return async () => (running ??= run())
}
