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
const ECHO_BYTES = 512
const LINKED_WITHIN_MS = 20_000
const LINK_RETRY_MS = 250
const running: PeerwatchNode[] = []
const logs = new Map<PeerwatchNode, NeighbourLog>()

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
