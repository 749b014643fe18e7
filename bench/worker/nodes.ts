/* oxlint-disable no-underscore-dangle -- abstract-level names so what an implementation provides */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { misbehave } from '@peerwatch/attacks'
import { systemClock } from '@peerwatch/model/system-clock'
import { createNode } from '@peerwatch/node'
import { parseNetwork } from '../../packages/link/src/network.ts'
import { ClassicLevel } from 'classic-level'
import { frames } from '../../packages/link/src/frames.ts'
import { chooseEntries } from '../../packages/peer/src/reporting/entries.ts'
import { keyFrom } from '../network-keys.ts'
import { neighbourLog } from './neighbour-log.ts'
import type { BehaviourName } from '@peerwatch/attacks'
import type { PeerIdString } from '@peerwatch/model'
import type { NodeInit, PeerwatchNode } from '@peerwatch/node'
import type { NetworkFile } from '../../packages/link/src/network.ts'
import type { RegistryView } from '../../packages/link/src/core.ts'
import type { NeighbourLog, SeenNeighbour } from './neighbour-log.ts'

/** Whole Peerwatch nodes, as `createNode` makes them. */
export interface NodeSpec extends Pick<NodeInit, 'role' | 'pepper' | 'dataDir' | 'watchers' | 'neighbours' | 'chat'> {
  readonly name: string
  readonly key?: Uint8Array
  readonly listen?: string
}

export interface RunningNode {
  readonly id: PeerIdString
  readonly address: string
}

const ECHO_PROTOCOL = '/peerwatch-bench/echo/1.0.0'
const RELAY_PROTOCOL = '/peerwatch-bench/relay/1.0.0'
const ECHO_BYTES = 512
const LINKED_WITHIN_MS = 20_000
const LINK_RETRY_MS = 250
const running: PeerwatchNode[] = []
const logs = new Map<PeerwatchNode, NeighbourLog>()
/** An echo of the entry, and one through it. */
let askEntry: Promise<((frame: Uint8Array) => Promise<Uint8Array>)[]> | undefined

/** In ms, one value per subject. */
export interface Asked {
  /** Standings that were told. */
  readonly known: number
  readonly coldMs: number[]
  readonly warmMs: number[]
  readonly hopMs: number[]
  readonly hopsMs: number[]
}

async function timed(to: number[], work: () => Promise<unknown>): Promise<void> {
  const startedMs = performance.now()
  await work()
  to.push(performance.now() - startedMs)
}

interface Waiting {
  readonly resolve: (answer: Uint8Array) => void
  readonly reject: (error: Error) => void
}

/** One frame after the other over a stream of its own, each answered in the order in which it was sent. Rejects where the stream ends. */
async function asking(libp2p: PeerwatchNode['libp2p'], to: string, protocol: string): Promise<(frame: Uint8Array) => Promise<Uint8Array>> {
  const waiting: Waiting[] = []
  const stream = await libp2p.dialProtocol(peerIdFromString(to), protocol)
  const framed = frames(stream, {
    clock: systemClock,
    maxFrameBytes: ECHO_BYTES,
    onFrame: answer => waiting.shift()?.resolve(answer.slice()),
    onEnd: fault => {
      for (const { reject } of waiting.splice(0)) reject(new Error(`the stream of ${protocol} to ${to} ended: ${fault ?? 'closed'}`))
    }
  })
  return async frame =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
      if (!framed.send(frame)) reject(new Error(`the stream of ${protocol} to ${to} is over`))
    })
}

async function start({ key, listen, ...spec }: NodeSpec, file: NetworkFile): Promise<RunningNode> {
  const node = await createNode({
    ...spec,
    network: await parseNetwork(file),
    privateKey: key == null ? await generateKeyPair('Ed25519') : keyFrom(key),
    http: false,
    log: false,
    ...(listen != null && { listen: [listen] }),
    onCreated: created => {
      if (created.role === 'peer') logs.set(created, neighbourLog(created.libp2p))
    }
  })
  running.push(node)
  return { id: node.peerId.toString() as PeerIdString, address: node.addresses()[0]! }
}

/** Counts what the record store writes: of a LevelDB folder named `records`, the batches that were synced. */
let batches = { count: 0, records: 0 }

interface BatchHook {
  _batch: (this: ClassicLevel, operations: readonly unknown[], options: { sync?: boolean }) => Promise<void>
}

function countBatches(): void {
  const hooked = ClassicLevel.prototype as unknown as BatchHook
  const { _batch: write } = hooked
  hooked._batch = async function counted(operations, options) {
    if (options.sync === true && this.location.endsWith('records')) {
      batches.count++
      batches.records += operations.length
    }
    return write.call(this, operations, options)
  }
}

export const nodes = {
  startNodes: async ({ file, specs }: { file: NetworkFile; specs: readonly NodeSpec[] }): Promise<RunningNode[]> => {
    const started: RunningNode[] = []
    for (const spec of specs) started.push(await start(spec, file))
    return started
  },
  watcherIds: (): PeerIdString[] => running.flatMap(node => node.watchers().map(({ peerId }) => peerId.toString() as PeerIdString)),
  rosterMembers: (): PeerIdString[] => [...running[0]!.network.roster.trusted],
  dialFromNodes: async ({ addresses }: { addresses: readonly string[] }): Promise<void> => {
    for (const node of running) await Promise.all(addresses.map(async address => node.libp2p.dial(multiaddr(address))))
  },
  misbehave: ({ behaviour }: { behaviour: BehaviourName }): void => {
    for (const node of running) misbehave(node, behaviour).start()
  },
  countBatches,
  takeBatches: (): { count: number; records: number } => {
    const taken = batches
    batches = { count: 0, records: 0 }
    return taken
  },
  /** Puts encoded reports durably into the tree, as the entry does. */
  keepReports: async ({ reports }: { reports: readonly Uint8Array[] }): Promise<string[]> => {
    const { tree } = running.find(({ role }) => role === 'trusted')!.libp2p.services.peerwatch.assembly.tier!
    return Promise.all(reports.map(async report => tree.write(tree.parser.report(report))))
  },
  startEcho: async (): Promise<void> => {
    for (const { libp2p } of running) {
      await libp2p.handle(ECHO_PROTOCOL, stream => {
        const echo = frames(stream, { clock: systemClock, maxFrameBytes: ECHO_BYTES, onFrame: frame => void echo.send(frame.slice()), onEnd: () => {} })
      })
    }
  },
  /** Passes a frame on to the trusted node that it names, as an echo, and gives back what comes. */
  startRelay: async (): Promise<void> => {
    for (const { libp2p } of running) {
      const onward = new Map<string, Promise<(frame: Uint8Array) => Promise<Uint8Array>>>()
      await libp2p.handle(RELAY_PROTOCOL, stream => {
        const back = frames(stream, {
          clock: systemClock,
          maxFrameBytes: ECHO_BYTES,
          onFrame: frame => {
            const target = new TextDecoder().decode(frame)
            if (!onward.has(target)) onward.set(target, asking(libp2p, target, ECHO_PROTOCOL))
            void onward
              .get(target)!
              .then(async ask => ask(frame.slice()))
              .then(answer => back.send(answer))
          },
          onEnd: () => {}
        })
      })
    }
  },
  /** As though all of these had registered: seeds are asked for none of them. */
  registered: ({ subjects }: { subjects: readonly PeerIdString[] }): void => {
    const known = new Set(subjects)
    for (const { libp2p } of running) {
      const registry: { find: RegistryView['find'] } = libp2p.services.peerwatch.assembly.registry
      const { find } = registry
      registry.find = async peers => {
        const others = peers.filter(peer => !known.has(peer))
        const found = peers.filter(peer => known.has(peer)).map(peer => ({ peer, addresses: [], unreachable: false, guest: false }))
        return others.length === 0 ? found : [...found, ...(await find(others))]
      }
    }
  },
  /** Who has to be asked for each of these: undefined where the first node here knows it itself. */
  routes: ({ subjects }: { subjects: readonly PeerIdString[] }): (PeerIdString | undefined)[] => {
    const { tree } = running.find(({ role }) => role === 'trusted')!.libp2p.services.peerwatch.assembly.tier!
    return subjects.map(subject => (tree.isHolding(subject) ? undefined : tree.holding(subject)[0]))
  },
  isLinkedWithAll: (): boolean => {
    const { tree } = running.find(({ role }) => role === 'trusted')!.libp2p.services.peerwatch.assembly.tier!
    return tree.status().nodes.every(({ isReachable }) => isReachable)
  },
  ownerOf: ({ subjects }: { subjects: readonly PeerIdString[] }): (PeerIdString | undefined)[] => {
    const { tree } = running.find(({ role }) => role === 'trusted')!.libp2p.services.peerwatch.assembly.tier!
    return subjects.map(subject => tree.owner(subject))
  },
  entryOf: (): PeerIdString => {
    const [node] = running
    const { version, trusted } = node!.network.roster
    return chooseEntries(node!.peerId.toString() as PeerIdString, version, trusted, 1)[0]!
  },
  /** Each subject is asked for twice, cold and warm, and beside it go an echo of one hop and one over as many hops as the cold question takes. */
  askThrough: async ({ subjects, routes }: { subjects: readonly PeerIdString[]; routes: readonly (PeerIdString | undefined)[] }): Promise<Asked> => {
    const [node] = running
    const { peerwatch } = node!.libp2p.services
    const { version, trusted } = node!.network.roster
    const [entry] = chooseEntries(node!.peerId.toString() as PeerIdString, version, trusted, 1)
    await firstAnswer(node!, entry!)
    askEntry ??= Promise.all([ECHO_PROTOCOL, RELAY_PROTOCOL].map(async protocol => asking(node!.libp2p, entry!, protocol)))
    const [echo, relay] = await askEntry
    const asked = { coldMs: [], warmMs: [], hopMs: [], hopsMs: [] } satisfies Omit<Asked, 'known'>
    let known = 0
    for (const [index, subject] of subjects.entries()) {
      const peer = peerIdFromString(subject)
      const frame = new TextEncoder().encode(routes[index] ?? entry!)
      const query = async (): Promise<void> => {
        if ((await peerwatch.standing(peer)).reputation != null) known++
      }
      const cold = async (): Promise<void> => timed(asked.coldMs, query)
      const hops = async (): Promise<void> => timed(asked.hopsMs, async () => (routes[index] == null ? echo : relay)!(frame))
      const warm = async (): Promise<void> => timed(asked.warmMs, query)
      const hop = async (): Promise<void> => timed(asked.hopMs, async () => echo!(frame))
      // each is the first of its pair as often as the other: whoever is asked first has stood still, and its caches are cold
      for (const each of index % 2 === 0 ? [cold, hops, warm, hop] : [hops, cold, hop, warm]) await each()
    }
    // each was asked for twice
    return { ...asked, known: known / 2 }
  },
  /** Each question is followed by an echo over a stream of the same kind to the same node. */
  ask: async ({ subjects }: { subjects: readonly string[] }): Promise<{ queriesMs: number[]; echoesMs: number[]; known: number }> => {
    const [node] = running
    const { peerwatch } = node!.libp2p.services
    const { version, trusted } = node!.network.roster
    const [entry] = chooseEntries(node!.peerId.toString() as PeerIdString, version, trusted, 1)
    await firstAnswer(node!, subjects[0]!)
    const stream = await node!.libp2p.dialProtocol(peerIdFromString(entry!), ECHO_PROTOCOL)
    let answered: (() => void) | undefined
    const echo = frames(stream, { clock: systemClock, maxFrameBytes: ECHO_BYTES, onFrame: () => answered?.(), onEnd: () => {} })
    const frame = new Uint8Array(44)
    const queriesMs: number[] = []
    const echoesMs: number[] = []
    let known = 0
    for (const subject of subjects) {
      const peer = peerIdFromString(subject)
      const askedMs = performance.now()
      const { reputation } = await peerwatch.standing(peer)
      queriesMs.push(performance.now() - askedMs)
      if (reputation != null) known++
      const echoedMs = performance.now()
      await new Promise<void>(resolve => {
        answered = resolve
        echo.send(frame)
      })
      echoesMs.push(performance.now() - echoedMs)
    }
    await echo.close()
    return { queriesMs, echoesMs, known }
  },
  seenNeighbours: async (): Promise<SeenNeighbour[]> => (await Promise.all([...logs.values()].map(async log => log.seen()))).flat()
}

/** A peer that has just started may have no seed yet to ask for its entry's address. */
async function firstAnswer({ libp2p }: PeerwatchNode, subject: string): Promise<void> {
  const endMs = performance.now() + LINKED_WITHIN_MS
  for (;;) {
    try {
      await libp2p.services.peerwatch.standing(peerIdFromString(subject))
      return
    } catch (error) {
      if (performance.now() > endMs) throw new Error(`no trusted node answered within ${LINKED_WITHIN_MS} ms`, { cause: error })
      await pause(LINK_RETRY_MS)
    }
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise(resolve => {
    setTimeout(resolve, ms)
  })
}
