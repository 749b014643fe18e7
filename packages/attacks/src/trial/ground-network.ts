import { delay } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import { createTestnet } from '@peerwatch/node/testnet'
import { patience } from '../play/patience.ts'
import { hearNode, subjectOf } from './hear-node.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { NodeInit, PeerwatchNode, Testnet, TestnetInit } from '@peerwatch/node/testnet'
import type { Attacker } from './attacker.ts'
import type { Heard } from './hear-node.ts'

export type GroundNetworkInit = Omit<TestnetInit, 'directory'>

/** A network to be attacked, with everything that its nodes tell. */
export interface GroundNetwork extends Omit<Testnet, 'stop' | 'addPeer'> {
  /** All honest nodes, watchers among them. */
  readonly nodes: () => PeerwatchNode[]
  /** What they have told since this attack began: all events, or those of that name, or those about that peer. */
  readonly heard: (event?: Heard['event'], about?: PeerIdString) => readonly Heard[]
  /** The faults that this node counted against that peer, in order. */
  readonly faults: (node: PeerwatchNode, peer: PeerIdString) => string[]
  /** Adds a peer that will misbehave. It does not count among the honest nodes, and stops after the attack. */
  readonly addGuilty: (init?: Partial<NodeInit>) => Promise<PeerwatchNode>
  /** Waits until the node has enough neighbours to misbehave to, and a trusted node that takes its reports. */
  readonly linkedUp: (node: PeerwatchNode) => Promise<void>
  /** Adds an honest peer. */
  readonly addPeer: Testnet['addPeer']
  /** Looks until it is true. False: it was not true for so many windows that all honest nodes closed in time. Throws if the machine is too late to tell. */
  readonly until: (isTrue: () => boolean | Promise<boolean>, what: string, goodWindows?: number) => Promise<boolean>
  /** Whether every seed registers a newcomer and every trusted node takes a report of it, and what was counted against that attacker. */
  readonly stillServes: (attackedBy: PeerIdString, attacker: (net: GroundNetwork) => Promise<Attacker>) => Promise<{ alive: boolean; faults: string[] }>
  /** What honest nodes have done to each other since this attack began: evictions, cuts and removals, a sentence each. */
  readonly harm: () => string[]
}

/** The network of a row of attacks. It ends the network, and says where one attack ends and the next begins. */
export interface KeptNetwork extends GroundNetwork {
  readonly afterAttack: () => Promise<void>
  readonly stop: () => Promise<void>
}

const SIZES = { seeds: 2, trusted: 3, watchers: 1, peers: 5 }
/** With fewer neighbours it would misbehave to nobody. */
const LEAST_LINKS = 4
const GOOD_WINDOWS = 40
/** Ends a wait that would not end on a machine that closes no window in time. */
const LIMIT_MS = 240_000
const LOOK_EVERY_MS = 50

export async function groundNetwork({ nodeInit = () => ({}), ...init }: GroundNetworkInit = {}): Promise<KeptNetwork> {
  let heard: Heard[] = []
  const guilty: PeerwatchNode[] = []
  const net = await createTestnet({
    ...SIZES,
    ...init,
    nodeInit: name => {
      const own = nodeInit(name)
      return {
        ...own,
        onCreated: node => {
          hearNode(node, what => {
            heard.push(what)
          })
          own.onCreated?.(node)
        }
      }
    }
  })
  const nodes = (): PeerwatchNode[] =>
    [...net.seeds, ...net.trusted, ...net.trusted.flatMap(node => node.watchers()), ...net.peers].filter(node => !guilty.includes(node))

  const until: GroundNetwork['until'] = async (isTrue, what, goodWindows = GOOD_WINDOWS) => {
    const sinceMs = systemClock.monotonicMs()
    const waiting = patience({
      windowMs: net.network.roster.preset.windowMs,
      goodWindows,
      mostMs: LIMIT_MS,
      elapsedMs: () => systemClock.monotonicMs() - sinceMs
    })
    const honest = nodes()
    waiting.restart(honest.map(({ name }) => name))
    const leave = honest.map(node => {
      const { windows } = node.libp2p.services.peerwatch.assembly.core
      return windows.onWindow(window => {
        const { window: current, offsetMs } = windows.now()
        waiting.closed(node.name, window, (current - window - 1) * windows.windowMs + offsetMs)
      })
    })
    try {
      for (;;) {
        if (await isTrue()) return true
        const state = waiting.state()
        if (state === 'worn-out') return false
        if (state === 'too-busy') throw new Error(`this machine is too late to tell: ${what}`)
        await delay(systemClock, LOOK_EVERY_MS)
      }
    } finally {
      for (const stop of leave) stop()
    }
  }
  /** The word of the guilty proves nothing. */
  const told = (): Heard[] => heard.filter(({ by }) => !guilty.includes(by))
  const kept: KeptNetwork = {
    ...net,
    nodes,
    heard: (event, about) => told().filter(each => (event == null || each.event === event) && (about == null || subjectOf(each) === about)),
    faults: (node, peer) =>
      heard.filter(each => each.by === node && each.event === 'peer:fault' && subjectOf(each) === peer).map(({ fields }) => String(fields.what)),
    addGuilty: async own => {
      const node = await net.addPeer(own)
      guilty.push(node)
      await until(() => isReady(node), 'the guilty peer is ready')
      return node
    },
    linkedUp: async node => {
      const { neighbours, reporting } = node.libp2p.services.peerwatch.assembly
      const links = (): number => neighbours.list().filter(({ state }) => state === 'connected').length
      await until(() => links() >= Math.min(LEAST_LINKS, net.peers.length - 1) && reporting?.status().entry != null, `${node.name} is linked`)
    },
    until,
    stillServes: async (attackedBy, attacker) => {
      const newcomer = await attacker(kept)
      const stamps = []
      for (const seed of net.seeds) stamps.push((await newcomer.register(seed)).firstWindow)
      const report = await newcomer.signReport({ subject: idOf(net.peers[0]!), window: Math.max(...stamps) })
      const isTaken = async (node: PeerwatchNode): Promise<boolean> => (await (await newcomer.report(node)).send([report]))[0] === 'stored'
      let alive = true
      // as an honest reporter does while copies are out of reach
      for (const node of net.trusted) alive &&= await until(async () => isTaken(node), `${node.name} takes a report`)
      return { alive, faults: nodes().flatMap(node => kept.faults(node, attackedBy)) }
    },
    harm: () => harmAmong(nodes(), told()),
    afterAttack: async () => {
      await Promise.all(guilty.map(async node => node.stop()))
      for (const node of guilty.splice(0)) net.peers.splice(net.peers.indexOf(node), 1)
      heard = []
    },
    stop: net.stop
  }
  await until(() => nodes().every(isReady), 'all nodes are ready')
  return kept
}

function isReady(node: PeerwatchNode): boolean {
  return node.view.ready().ready
}

export function idOf(node: PeerwatchNode): PeerIdString {
  return node.libp2p.services.peerwatch.assembly.core.self
}

const HARM: Partial<Record<Heard['event'], string>> = { 'peer:evicted': 'evicted', 'neighbour:cut': 'cut', 'peer:removed': 'taken off the lists' }

function harmAmong(honest: readonly PeerwatchNode[], heard: readonly Heard[]): string[] {
  return honest.flatMap(node =>
    Object.entries(HARM).flatMap(([event, verb]) => {
      const by = new Set(heard.filter(each => each.event === event && subjectOf(each) === idOf(node)).map(each => each.by.name))
      return by.size === 0 ? [] : [`${node.name}, which is honest, was ${verb} by ${[...by].join(', ')}`]
    })
  )
}
