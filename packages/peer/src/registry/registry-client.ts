import { PROTOCOLS } from '@peerwatch/wire'
import { listenTo, peerIdText, resolveNumbers, toPeerId } from '@peerwatch/link'
import { departures } from './departures.ts'
import { lookups } from './lookups.ts'
import { networkState } from './network-state.ts'
import { notices } from './notices.ts'
import { REGISTRY_CLIENT_DEFAULTS } from './options.ts'
import { ownRecord } from './own-record.ts'
import { registeredAt } from './registered.ts'
import { registeredCount } from './registered-count.ts'
import { registration } from './registering.ts'
import { seedFailures } from './seed-failures.ts'
import { seedLinks } from './seed-links.ts'
import { seedPushes } from './seed-pushes.ts'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, Part, RegistryView } from '@peerwatch/link'
import type { RegistryClientOptions } from './options.ts'
import type { SeedLink } from './seed-links.ts'
import type { SeedPushes } from './seed-pushes.ts'

export interface RegistryClientInit {
  /** Registers at every seed instead of ⌊n/2⌋ + 1. A seed does in any case. */
  readonly everySeed?: boolean
  readonly options?: Partial<RegistryClientOptions>
}

export interface RegistryClient extends Part, RegistryView, Pick<SeedPushes, 'learn' | 'onDeparture' | 'onNews'> {
  /** This node's own signed record. */
  readonly record: () => Promise<Uint8Array>
}

/** Registers this node at the seeds, keeps it registered, and hears from them who leaves. Believes them nothing that is not signed. */
export function registryClient(core: Core, init: RegistryClientInit = {}): RegistryClient {
  const options = resolveNumbers('registry', REGISTRY_CLIENT_DEFAULTS, init.options)
  const own = ownRecord(core)
  const gone = departures(core)
  const state = networkState(core)
  const openLinks = (): SeedLink[] => links.open()
  const registered = registeredAt(core, { everySeed: init.everySeed === true, openLinks })
  const telling = notices(core, own, openLinks)
  const count = registeredCount(registered.seeds)
  let running = false
  let unlisten: (() => void) | undefined
  const failures = seedFailures(core, { seeds: registered.seeds, isAlone: () => running && registered.state().state === 'alone' })

  const fault = faultsOf(core)
  const registering = registration(core, {
    own,
    isRunning: () => running,
    seeds: registered.seeds,
    contestedForMs: 2 * options.contestedBackOffMostMs,
    onRegistered: (link, response) => {
      count.told(link.seed, response.registered)
      state.level(link, response).catch((error: unknown) => {
        core.log('roster or certificates of %s not levelled: %e', link.seed, error)
      })
    }
  })
  const renewAll = (): void => {
    for (const link of links.open()) registering.renew(link)
  }
  const pushes = seedPushes(core, {
    gone,
    state,
    pendingChangesCount: options.pendingChangesCount,
    // taken for dead, or gone in the words of another that uses this key, but here: sign a newer record
    onOwnDeparture: recordSeq => {
      if (!running) return
      own.outdate(recordSeq)
      renewAll()
    },
    fault
  })
  const links = seedLinks(core, {
    seeds: registered.seeds,
    aim: registered.aim,
    options,
    onOpen: registering.register,
    isContested: registering.isContested,
    onReady: registered.tell,
    failures,
    onPush: pushes.take,
    onEnd: link => {
      registering.forget(link)
      if (running && registered.tell() === 'alone') failures.alone()
    }
  })

  const onConnect = (event: CustomEvent<PeerId>): void => {
    gone.connected(peerIdText(event.detail))
  }
  const onAddresses = (): void => {
    if (!own.isCurrent()) renewAll()
  }

  return {
    beforeStart: async () => own.load(),
    start: () => {
      running = true
      unlisten = listenTo(core.components.events, { 'peer:connect': onConnect, 'self:peer:update': onAddresses })
      links.start()
      if (registered.tell() === 'alone') failures.alone()
    },
    stop: async () => {
      if (!running) return
      running = false
      unlisten?.()
      registering.stop()
      failures.stop()
      await telling.goodbye(options.goodbyeTimeoutMs)
      await links.stop()
      registered.forget()
    },
    ...lookups(core, { openLinks, gone, fault }),
    reportDead: telling.reportDead,
    publish: telling.publish,
    stamp: registering.stamp,
    state: () => ({ ...registered.state(), failures: failures.list() }),
    hasLeft: gone.hasLeft,
    departed: gone.departed,
    churnRate: () => count.get() && gone.recent().count / (count.get() * gone.recent().windows),
    // a node that asks every seed believes none of them alone; others ask a majority
    registeredCount: init.everySeed === true ? count.vouched : count.get,
    record: own.current,
    learn: pushes.learn,
    onDeparture: pushes.onDeparture,
    onNews: pushes.onNews
  }
}

function faultsOf(core: Core): (peer: PeerIdString, what: string) => void {
  return (peer, what) => {
    core.emit('peer:fault', { peer: toPeerId(peer), protocol: PROTOCOLS.registry, what })
  }
}
