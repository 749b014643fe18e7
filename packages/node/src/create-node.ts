import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { systemClock } from '@peerwatch/model/system-clock'
import { gossipTopics } from '@peerwatch/peer'
import { listeners, parseNetwork } from '@peerwatch/link'
import { chat, CHAT_DEFAULTS } from './chat.ts'
import { openData } from './data.ts'
import { keptPepper } from './files/kept-pepper.ts'
import { defaultListen, findListenError, readOrCreateKey } from './files/index.ts'
import { createHost } from './host.ts'
import { libp2pMetrics } from './metrics/libp2p-metrics.ts'
import { metricPage } from './metrics/metric-page.ts'
import { ROLES, roleOf } from './roles/index.ts'
import { needed } from './roles/needed.ts'
import { surroundings } from './surroundings.ts'
import { watcherTroop } from './watcher-troop.ts'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import type { Network } from '@peerwatch/link'
import type { Chat, FirstSight } from './chat.ts'
import type { NodeData } from './data.ts'
import type { NodeServices } from './host.ts'
import type { NodeInit } from './options.ts'
import type { PeerwatchNode } from './peerwatch-node.ts'
import type { Role, Roles } from './roles/index.ts'

/**
 * Makes and starts a node. Its role is a row of `roles`, by default those of Peerwatch.
 *
 * If it rejects with NodeError or ServicesError, it has left nothing open.
 */
export async function createNode(init: NodeInit, roles: Roles = ROLES): Promise<PeerwatchNode> {
  const row = roleOf(init.role, roles)
  for (const need of row.needs) if (need !== 'pepper' || init.asksPepper !== true) needed(init, need, row)
  const network = 'id' in init.network ? init.network : await parseNetwork(init.network)
  const { role, dataDir } = init
  const privateKey = init.privateKey ?? (dataDir == null ? await generateKeyPair('Ed25519') : await readOrCreateKey(join(dataDir, 'key')))
  const keeps = { records: row.files.records, registry: row.offers.includes('guests') }
  const data = await openData(dataDir, { network, role, id: privateKey.publicKey.toString(), keeps })
  try {
    const pepper = init.pepper ?? (init.asksPepper === true && dataDir != null ? await keptPepper(dataDir) : undefined)
    return await startNode({ ...init, ...(pepper != null && { pepper }) }, { row, roles, network, privateKey, data })
  } catch (error) {
    await data.close()
    throw error
  }
}

interface Ground {
  readonly row: Role
  readonly roles: Roles
  readonly network: Network
  readonly privateKey: PrivateKey
  readonly data: NodeData
}

async function startNode(init: NodeInit, { row, roles, network, privateKey, data }: Ground): Promise<PeerwatchNode> {
  const { role, dataDir, name = role } = init
  const troop = row.ownsWatchers ? watcherTroop(init, network, privateKey, async own => createNode(own, roles)) : undefined
  const { serves, service } = await row.load()
  const page = metricPage()
  const clock = init.clock ?? systemClock
  const libp2p = await createHost({
    ...(init.libp2pMetrics === true && { metrics: libp2pMetrics(page, clock) }),
    network,
    privateKey,
    datastore: data.datastore,
    listen: init.listen ?? defaultListen(network),
    announce: init.announce ?? [],
    served: serves(init),
    clock,
    peerwatch: service({ init, network, records: data.records, troop })
  })
  const around = surroundings(init, libp2p, { row, page, ...(troop != null && { reloadInside: troop.reload }) })
  const sights = listeners<[sight: FirstSight]>()
  sights.add(sight => {
    around.tell('chat:first-sight', sight)
  })
  const talk = chatOf(init, row, libp2p, sights.tell)
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
    noteMisdeed: (misdeed, isOn) => {
      around.tell('node:misbehaves', { ...misdeed, isOn, window: libp2p.services.peerwatch.assembly.core.windows.now().window })
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
    throw findListenError(error, 'node') ?? error
  }
  talk?.start()
  await troop?.start()
  return node
}

function chatOf(init: NodeInit, { talks }: Role, libp2p: Libp2p<NodeServices>, onFirstSight: (sight: FirstSight) => void): Chat | undefined {
  if (init.chat === false || (!talks && init.chat == null)) return undefined
  const { core } = libp2p.services.peerwatch.assembly
  return chat(libp2p.services.pubsub, {
    topic: gossipTopics(core.network.name).chat,
    options: { ...CHAT_DEFAULTS, ...init.chat },
    clock: core.clock,
    rng: init.rng ?? Math.random,
    log: libp2p.logger.forComponent('peerwatch:chat'),
    onFirstSight
  })
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return async () => (running ??= run())
}
