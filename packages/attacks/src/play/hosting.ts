import { join } from 'node:path'
import { parseNetwork } from '@peerwatch/link'
import { repeat, seededRng } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import { roleOf } from '@peerwatch/node/roles'
import { createNode, plannedInit, planTestnet } from '@peerwatch/node/testnet'
import { misbehave } from '../misbehave.ts'
import { observationHook } from '../observations.ts'
import { peersCount } from './cast.ts'
import { hostFacts, tierFacts } from './host-facts.ts'
import { hearNode } from './hear-node.ts'
import { behaviourOf, isFlooded } from './roles.ts'
import type { CallOff, PeerIdString } from '@peerwatch/model'
import type { NodeInit, PeerwatchNode, TestnetPlan } from '@peerwatch/node/testnet'
import type { Attack } from '../attackable.ts'
import type { ObservationHook } from '../observations.ts'
import type { Heard } from './hear-node.ts'
import type { CastNode } from './result.ts'
import type { Accused, News, Order, ThreadInit } from './thread-messages.ts'

/** How often the stage is told how the hosts are. */
const FACTS_EVERY_MS = 500
/** The behaviours that lie about what the node saw. */
const LIARS = new Set<string>(['slanders', 'liesInverted'])
/** More would only wait for each other's handshakes. */
const STARTED_AT_ONCE = 4

export interface Hosting {
  readonly obey: (order: Order) => Promise<void>
}

/** The hosts of one thread. */
export function hosting({ seed, cast, roles, folder, http, events, standings }: ThreadInit, tell: (news: News) => void): Hosting {
  const heard: Heard[] = []
  const hooks = new Map<string, ObservationHook>()
  const attacks: Attack[] = []
  /** Orders that are being carried out. */
  const underWay = new Set<Promise<void>>()
  const ended = new AbortController()
  let all: readonly CastNode[] = []
  let stopTelling: CallOff | undefined

  const nodes = (): PeerwatchNode[] => heard.map(({ node }) => node)
  const onCreated = (node: PeerwatchNode): void => {
    const told = { id: node.peerId.toString() as PeerIdString, name: node.name, role: node.role, behaviour: behaviourOf(roles, node.name) }
    tell({ type: 'created', node: told, dataDir: http ? node.dataDir : undefined })
    heard.push(hearNode(node, events, tell))
  }
  const ownInit = (name: string): Partial<NodeInit> => {
    const number = Buffer.from(name).reduce((sum, byte) => Math.imul(sum, 31) + byte, seed)
    const hook = LIARS.has(behaviourOf(roles, name)) ? observationHook() : undefined
    if (hook != null) hooks.set(name, hook)
    return {
      rng: seededRng(number),
      log: { path: join(folder, 'logs', `${name}.jsonl`) },
      onCreated,
      ...(http && { http: {} }),
      ...(hook != null && { alterObservations: hook.alter })
    }
  }
  const run = async (plan: TestnetPlan, names: readonly string[]): Promise<void> => {
    const network = await parseNetwork(plan.file)
    stopTelling ??= repeat(systemClock, FACTS_EVERY_MS, tellFacts)
    const waiting = plan.nodes.filter(({ name }) => names.includes(name))
    const runNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next != null && !ended.signal.aborted; next = waiting.shift()) {
        await createNode({ ...plannedInit(plan, network, next), ...ownInit(next.name) })
        tell({ type: 'running', name: next.name })
      }
    }
    await Promise.all(Array.from({ length: STARTED_AT_ONCE }, runNext))
  }
  const tellFacts = (): void => {
    const subjects = all.filter(({ role }) => roleOf(role).member == null).map(({ id }) => id)
    const tier = standings ? nodes().flatMap(node => tierFacts(node, subjects) ?? []) : []
    tell({ type: 'facts', hosts: heard.map(hostFacts), tier })
  }
  const startAttacks = (): void => {
    const rng = seededRng(seed)
    const flooded = new Set<string>(all.filter(node => isFlooded(node, roles)).map(({ id }) => id))
    const victim = all.find(({ behaviour }) => behaviour === 'slandered')?.id
    for (const node of nodes()) {
      const behaviour = behaviourOf(roles, node.name)
      if (behaviour === 'honest' || behaviour === 'slandered') continue
      const attack = misbehave(node, behaviour, { rng, observations: hooks.get(node.name), victim, targets: peer => flooded.has(peer.toString()) })
      attacks.push(attack)
      attack.start()
    }
  }
  const stop = async (ending: readonly string[]): Promise<void> => {
    stopTelling?.()
    for (const attack of attacks.splice(0)) attack.stop()
    // a trusted node stops its watchers itself
    const inside = new Set(nodes().flatMap(node => node.watchers()))
    await Promise.all(
      nodes()
        .filter(node => !inside.has(node) && ending.includes(node.role))
        .map(async node => node.stop())
    )
    tell({ type: 'stopped' })
  }
  const carryOut = async (order: Exclude<Order, { type: 'stop' }>): Promise<void> => {
    if (order.type === 'plan') {
      const { seeds, trusted, watchers, preset } = cast
      const sizes = { seeds, trusted, peers: peersCount(cast), watchers: watchers / trusted }
      tell({ type: 'planned', plan: await planTestnet(join(folder, 'data'), { ...sizes, preset }) })
    } else if (order.type === 'run') await run(order.plan, order.names)
    else if (order.type === 'cast') all = order.nodes
    else if (order.type === 'misbehave') startAttacks()
    else tell({ type: 'accusers', groups: order.of.flatMap(accused => accusersOf(nodes(), accused)) })
  }
  return {
    obey: async order => {
      if (order.type === 'stop') {
        ended.abort()
        // a host that is half made cannot be stopped, and would outlive the others
        await Promise.allSettled(underWay)
        await stop(order.roles)
      } else if (!ended.signal.aborted) {
        const carried = carryOut(order)
        underWay.add(carried)
        await carried.finally(() => underWay.delete(carried))
      }
    }
  }
}

function accusersOf(nodes: readonly PeerwatchNode[], accused: Accused): (Accused & { group: string })[] {
  return nodes.flatMap(({ libp2p }) => {
    const reporters = libp2p.services.peerwatch.assembly.tier?.examination.evidenceOf(accused.peer).reporters ?? []
    return reporters.filter(({ accuses }) => accuses.includes(accused.dimension)).map(({ group }) => ({ ...accused, group }))
  })
}
