import { dirname, join } from 'node:path'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { systemClock } from '@peerwatch/model/system-clock'
import { removeData } from './data.ts'
import { STDOUT } from './files/index.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { CallOff, PeerIdString } from '@peerwatch/model'
import type { Network } from '@peerwatch/link'
import type { PeerwatchNode } from './peerwatch-node.ts'
import type { NodeInit, NodeLiveOptions } from './options.ts'

/** The watchers of one trusted node: those inside its process, and the ids of those outside. */
export interface WatcherTroop {
  readonly has: (peer: PeerIdString) => boolean
  readonly nodes: () => PeerwatchNode[]
  /** Configures all watchers, also those that are still to come. */
  readonly configure: (options: NodeLiveOptions) => void
  /** Reopens their logs. */
  readonly reload: () => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** A peer never leaves before this many windows here, so that a burst of goodbyes does not replace all watchers. */
const LEAST_LIFE_WINDOWS = 30

/**
 * Runs watchers as hosts of their own, with keys that nobody else knows.
 *
 * Each is replaced, under a new key, as often as peers of the network leave: one that outlived all others would be told by its age.
 */
export function watcherTroop(init: NodeInit, network: Network, privateKey: PrivateKey, createNode: (init: NodeInit) => Promise<PeerwatchNode>): WatcherTroop {
  const owner = peerIdFromPrivateKey(privateKey).toString() as PeerIdString
  const count = init.watchers ?? network.roster.preset.watchersCount
  const { clock = systemClock, rng = Math.random, name = 'trusted' } = init
  const outside = new Set(init.watcherIds)
  const inside = new Map<PeerIdString, { readonly node: PeerwatchNode; readonly bornAtMs: number }>()
  const folder = init.dataDir == null ? undefined : join(init.dataDir, 'watchers')
  let isRunning = false
  let born = 0
  let live: NodeLiveOptions = {}
  let callOff: CallOff | undefined

  const logPath = (owners: string, number: number): string =>
    owners === STDOUT ? owners : join(dirname(owners), `${name.replace('trusted', 'watcher')}-${number}.jsonl`)
  const add = async (): Promise<void> => {
    const number = ++born
    const {
      pepper: _pepper,
      asksPepper: _asks,
      privateKey: _key,
      log: _log,
      listen: _listen,
      announce: _announce,
      watchers: _watchers,
      watcherIds: _ids,
      reload: _reload,
      ...rest
    } = init
    const node = await createNode({
      ...rest,
      role: 'watcher',
      name: `${name.replace('trusted', 'watcher')}-${number}`,
      network,
      owner,
      http: false,
      libp2pMetrics: false,
      ...(init.log == null || init.log === false ? { log: false as const } : { log: { ...init.log, path: logPath(init.log.path, number) } }),
      ...(folder != null && { dataDir: join(folder, String(number)) }),
      onCreated: created => {
        // known before it can link up, or its first link would be refused
        inside.set(created.peerId.toString() as PeerIdString, { node: created, bornAtMs: clock.monotonicMs() })
        init.onCreated?.(created)
      }
    })
    node.configure(live)
    if (!isRunning) await end(node)
  }
  const end = async (node: PeerwatchNode): Promise<void> => {
    await node.stop()
    inside.delete(node.peerId.toString() as PeerIdString)
    if (node.dataDir != null) await removeData(node.dataDir)
  }
  /** It may have been stopped while something was waited for. */
  const isStopped = (): boolean => !isRunning
  const replaceSome = async (): Promise<void> => {
    const { windowMs } = network.roster.preset
    for (const { node, bornAtMs } of Array.from(inside.values())) {
      const { watching, registry } = node.libp2p.services.peerwatch.assembly
      const isBusy = (watching?.looks().length ?? 0) > 0
      const isOld = clock.monotonicMs() - bornAtMs >= LEAST_LIFE_WINDOWS * windowMs
      if (!isRunning || isBusy || !isOld || rng() >= registry.churnRate()) continue
      await add()
      await end(node)
    }
  }
  const tick = (): void => {
    replaceSome()
      .catch(() => {
        // a watcher that could not be started is tried again at the next window
      })
      .finally(() => {
        if (isRunning) callOff = clock.after(network.roster.preset.windowMs, tick)
      })
  }
  return {
    has: peer => outside.has(peer) || inside.has(peer),
    nodes: () => [...inside.values()].map(({ node }) => node),
    configure: options => {
      live = { ...live, ...options }
      for (const { node } of inside.values()) node.configure(options)
    },
    reload: async () => {
      for (const { node } of inside.values()) await node.view.reload()
    },
    start: async () => {
      isRunning = true
      // what a killed run left: its keys are used no more
      if (folder != null) await removeData(folder)
      // one after the other, as peers come: those that come together stand out
      for (let started = 0; started < count && !isStopped(); started++) await add()
      if (!isStopped()) callOff = clock.after(network.roster.preset.windowMs, tick)
    },
    stop: async () => {
      isRunning = false
      callOff?.()
      await Promise.all([...inside.values()].map(async ({ node }) => end(node)))
    }
  }
}
