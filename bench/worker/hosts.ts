import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { multiaddr } from '@multiformats/multiaddr'
import { parseNetwork } from '../../packages/link/src/network.ts'
import { peerwatch } from '@peerwatch/peer'
import { LevelDatastore } from 'datastore-level'
import { createLibp2p } from 'libp2p'
import { systemClock } from '@peerwatch/model/system-clock'
import { rememberProtocols } from '../../packages/node/src/thrift/known-protocols.ts'
import { plainHost, plainServices } from './plain-host.ts'
import { cpuMsNow } from './usage.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Network, NetworkFile } from '../../packages/link/src/network.ts'
import type { PlainServices } from './plain-host.ts'

export interface HostsInit {
  readonly count: number
  readonly folder: string
  readonly topic: string
  /** Absent: bare libp2p and gossipsub. */
  readonly file?: NetworkFile
}

export interface PublishInit {
  readonly topic: string
  readonly everyMs: number
  readonly bytes: number
}

const DIALS_AT_ONCE = 8
const running: Libp2p<PlainServices>[] = []
let latenciesMs: number[] = []
let published = 0
let countedPublished = 0
let countedFromMs = 0
let publishing: NodeJS.Timeout | undefined

/** Comparable between processes of one machine. */
function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

/** A libp2p node of an application, with Peerwatch among its services or without; otherwise equal. */
async function startHost({ folder, topic }: HostsInit, index: number, network: Network | undefined): Promise<string> {
  const datastore = new LevelDatastore(join(folder, `host-${index}`))
  await datastore.open()
  const libp2p = await createLibp2p<PlainServices>({
    ...plainHost(),
    datastore,
    services: { ...plainServices(), ...(network != null && { peerwatch: peerwatch({ network, neighbours: false }) }) }
  })
  rememberProtocols(libp2p.peerStore, systemClock)
  const { pubsub } = libp2p.services
  pubsub.addEventListener('message', ({ detail }) => {
    if (detail.topic !== topic) return
    const publishedMs = new DataView(detail.data.buffer, detail.data.byteOffset).getFloat64(0)
    if (publishedMs >= countedFromMs) latenciesMs.push(nowMs() - publishedMs)
  })
  pubsub.subscribe(topic)
  running.push(libp2p)
  return libp2p.getMultiaddrs()[0]!.toString()
}

export const hosts = {
  startHosts: async (init: HostsInit): Promise<string[]> => {
    const network = init.file == null ? undefined : await parseNetwork(init.file)
    const addresses: string[] = []
    for (let index = 0; index < init.count; index++) addresses.push(await startHost(init, index, network))
    return addresses
  },
  /** Links from the host with this number here to an address. */
  dialFromHosts: async ({ links }: { links: readonly { from: number; to: string }[] }): Promise<void> => {
    for (let at = 0; at < links.length; at += DIALS_AT_ONCE) {
      await Promise.all(links.slice(at, at + DIALS_AT_ONCE).map(async ({ from, to }) => running[from]!.dial(multiaddr(to))))
    }
  },
  /** The hosts of this process take turns. */
  publish: ({ topic, everyMs, bytes }: PublishInit): void => {
    publishing = setInterval(() => {
      const data = randomBytes(bytes)
      data.writeDoubleBE(nowMs(), 0)
      const host = running[published++ % running.length]!
      if (nowMs() >= countedFromMs) countedPublished++
      host.services.pubsub.publish(topic, data).catch((error: unknown) => {
        process.stderr.write(`not published: ${String(error)}\n`)
      })
    }, everyMs)
  },
  /** What was published before is not counted. Returns the CPU time used so far. */
  startCounting: ({ fromMs }: { fromMs: number }): number => {
    countedFromMs = fromMs
    latenciesMs = []
    countedPublished = 0
    return cpuMsNow()
  },
  stopPublishing: (): void => {
    clearInterval(publishing)
  },
  deliveries: (): { latenciesMs: number[]; published: number; links: number } => ({
    latenciesMs,
    published: countedPublished,
    links: running.reduce((sum, host) => sum + host.getPeers().length, 0)
  })
}
