/** A process that runs a share of a planned network, and tells whoever started it what its hosts do and what they have sent. */
import { parseNetwork } from '@peerwatch/link'
import { repeat } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import { createNode, plannedInit } from '@peerwatch/node/testnet'
import { trafficOf } from '../../packages/node/src/peers/traffic.ts'
import type { Connection, MultiaddrConnection, Upgrader } from '@libp2p/interface'
import type { PeerwatchEvents } from '../../packages/link/src/events.ts'
import type { PeerwatchNode, TestnetPlan } from '@peerwatch/node/testnet'

/** What becomes of others by a fault, and what hints at it. */
const TOLD_EVENTS = [
  'neighbour:missed',
  'neighbour:dead',
  'neighbour:cut',
  'peer:evicted',
  'peer:removed',
  'peer:goodbye',
  'peer:registered',
  'peer:fault',
  'certificate:made',
  'report:refused',
  'budget:spent',
  'alarm'
] as const satisfies readonly (keyof PeerwatchEvents)[]

type ToldEvent = (typeof TOLD_EVENTS)[number]

export interface ShareOrder {
  readonly plan: TestnetPlan
  readonly names: readonly string[]
}

export interface ToldLine {
  readonly atMs: number
  readonly node: string
  readonly event: ToldEvent
  /** The peer that it is about, and what else it says, as text. */
  readonly peer: string
  readonly detail: string
  readonly isNew: boolean
}

export interface HostNews {
  readonly atMs: number
  readonly node: string
  readonly id: string
  readonly role: PeerwatchNode['role']
  readonly isRegistered: boolean
  readonly linksCount: number
  /** Of a seed. */
  readonly registeredCount: number | undefined
  /** Bytes over all its links since its start, with handshakes and all that Yamux and Noise add. */
  readonly sentBytes: number
  /** The payload of it, by protocol. */
  readonly sentBy: Readonly<Record<string, number>>
}

export type ShareNews =
  | { readonly type: 'running' }
  | { readonly type: 'told'; readonly line: ToldLine }
  | { readonly type: 'closed'; readonly node: string; readonly window: number; readonly atMs: number }
  /** Of all that live there. */
  | { readonly type: 'hosts'; readonly hosts: readonly HostNews[] }

const TELLS_EVERY_MS = 500

function tell(news: ShareNews): void {
  process.send?.(news)
}

/** Counts what goes to sockets: the upgrader gets each of them before its first byte. */
function countSent(node: PeerwatchNode): () => number {
  const { upgrader } = node.libp2p.services.peerwatch.assembly.core.components as unknown as { upgrader: Upgrader }
  let sentBytes = 0
  const count = (socket: MultiaddrConnection): void => {
    const send = socket.send.bind(socket)
    socket.send = data => {
      sentBytes += data.byteLength
      return send(data)
    }
  }
  const upgradeInbound = upgrader.upgradeInbound.bind(upgrader)
  const upgradeOutbound = upgrader.upgradeOutbound.bind(upgrader)
  upgrader.upgradeInbound = async (socket: MultiaddrConnection, options: never) => {
    count(socket)
    return upgradeInbound(socket, options)
  }
  upgrader.upgradeOutbound = async (socket: MultiaddrConnection, options: never) => {
    count(socket)
    return upgradeOutbound(socket, options)
  }
  return () => sentBytes
}

/** Payload by protocol: what ended counts on. */
function countBy({ libp2p }: PeerwatchNode): () => Record<string, number> {
  const traffic = trafficOf(libp2p)
  const connections: Connection[] = []
  libp2p.addEventListener('connection:open', ({ detail }) => connections.push(detail))
  return () => {
    const sent: Record<string, number> = {}
    for (const connection of connections) for (const [protocol, { out }] of traffic.of(connection)) sent[protocol] = (sent[protocol] ?? 0) + out
    return sent
  }
}

function hear(node: PeerwatchNode): void {
  const { peerwatch } = node.libp2p.services
  for (const event of TOLD_EVENTS) {
    peerwatch.addEventListener(event, ({ detail }) => {
      const peer = 'peer' in detail ? detail.peer.toString() : ''
      const rest = Object.entries(detail).filter(([, value]) => typeof value === 'string')
      const line = { atMs: Date.now(), node: node.name, event, peer, detail: JSON.stringify(Object.fromEntries(rest)) }
      tell({ type: 'told', line: { ...line, isNew: 'isNew' in detail && detail.isNew } })
    })
  }
  peerwatch.assembly.core.windows.onWindow(window => {
    tell({ type: 'closed', node: node.name, window, atMs: Date.now() })
  })
}

interface Counted {
  readonly node: PeerwatchNode
  readonly sent: () => number
  readonly sentBy: () => Record<string, number>
}

function newsOf({ node, sent, sentBy }: Counted): HostNews {
  const { registry, neighbours } = node.libp2p.services.peerwatch.assembly
  return {
    atMs: Date.now(),
    node: node.name,
    id: node.peerId.toString(),
    role: node.role,
    isRegistered: registry.state().state === 'registered',
    linksCount: neighbours.list().filter(({ state }) => state === 'connected').length,
    registeredCount: node.view.status().seed?.registered,
    sentBytes: sent(),
    sentBy: sentBy()
  }
}

async function runShare({ plan, names }: ShareOrder): Promise<void> {
  const network = await parseNetwork(plan.file)
  const hosts: Counted[] = []
  const onCreated = (node: PeerwatchNode): void => {
    hosts.push({ node, sent: countSent(node), sentBy: countBy(node) })
    hear(node)
  }
  for (const planned of plan.nodes.filter(({ name }) => names.includes(name))) {
    await createNode({ ...plannedInit(plan, network, planned), log: false, onCreated })
  }
  // a watcher inside a trusted node is replaced by another from time to time
  const tellHosts = (): void => {
    const living = hosts.filter(({ node }) => node.libp2p.status !== 'stopping' && node.libp2p.status !== 'stopped')
    tell({ type: 'hosts', hosts: living.map(newsOf) })
  }
  // who waits for all of them knows from now on who they are
  tellHosts()
  tell({ type: 'running' })
  repeat(systemClock, TELLS_EVERY_MS, tellHosts)
}

process.once('message', (order: ShareOrder) => void runShare(order))
// whoever started it is gone
process.once('disconnect', () => process.exit())
