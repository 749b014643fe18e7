import { PROTOCOLS } from '@peerwatch/wire'
import { systemClock } from '@peerwatch/model/system-clock'
import { MemoryDatastore } from 'datastore-core'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { watcherOwner } from '../../src/watch/watcher-owner.ts'
import { watcherLink } from '../../src/watch/watcher-link.ts'
import { appeals } from '../../../peer/src/appeal/appeals.ts'
import { appealServer } from '../../../seed/src/appeals.ts'
import { answerPings } from '../../../peer/src/neighbours/ping.ts'
import { neighbours } from '../../../peer/src/neighbours/neighbours.ts'
import { queryClient } from '@peerwatch/peer/parts'
import { registryClient } from '../../../peer/src/registry/registry-client.ts'
import { registryServer } from '../../../seed/src/registry-server.ts'
import { networkTime } from '../../../peer/src/time/network-time.ts'
import { reporting } from '../../../peer/src/reporting/reporting.ts'
import { queryServer } from '../../src/query/query-server.ts'
import { reportEntry } from '../../src/entry/entry.ts'
import { trustTree } from '../../src/tree/trust-tree.ts'
import { streamsAt, testHost, testNetwork } from '../../../link/test/support/core.ts'
import { endings } from './endings.ts'
import { observation } from '../../../peer/test/support/reporter.ts'
import { PEPPER, reporterOf, signedReport, somePeer } from './tier.ts'
import type { TestContext } from 'node:test'
import type { PrivateKey } from '@libp2p/interface'
import type { Clock, PeerIdString, RecordStore, StoredRecord } from '@peerwatch/model'
import type { KnownPeer, Part, RegistryView, SeenNeighbour } from '@peerwatch/link'
import type { TestHost, TestKeys } from '../../../link/test/support/core.ts'
import type { Endings } from './endings.ts'

/** One protocol between two real hosts, the parts of both sides at work. */
export interface LinkedPair {
  readonly endings: Endings
  readonly dialler: TestHost
  readonly handler: TestHost
  /** Both sides have the link, or neither has. */
  readonly isUp: () => boolean
  readonly isDown: () => boolean
  /** Hands over something while the link is down; resolves once it has arrived, or was answered. */
  readonly give: () => Promise<() => boolean | Promise<boolean>>
  /** Everything that either side holds against the other. */
  readonly blame: string[]
}

/** Beyond what the test waits for: an end is told, and not found out by time. */
const NEVER_MS = 3_600_000

/** Pauses pass 1,000 times as fast. */
const hurried: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 1_000, run) }

interface Ends {
  readonly protocol: string
  readonly mostBackoffMs?: number
  readonly keys: TestKeys
  readonly handlerKey?: PrivateKey
  readonly diallerKey?: PrivateKey
  readonly network?: TestKeys['network']
}

interface Base {
  readonly endings: Endings
  readonly dialler: TestHost
  readonly handler: TestHost
  readonly blame: string[]
  /** Puts in the address of the other side. */
  readonly find: RegistryView['find']
  readonly run: (...parts: Part[]) => Promise<void>
}

/** A test loses more links in a window than any node may dial again. */
function unbudgeted({ node, core }: TestHost): TestHost {
  return { node, core: { ...core, budgets: { ...core.budgets, take: () => true, spend: () => {} } } }
}

async function introduce(to: TestHost, who: TestHost): Promise<void> {
  await to.node.peerStore.merge(who.node.peerId, { multiaddrs: who.node.getMultiaddrs() })
}

/** Two hosts that know where the other is; their parts are stopped with the test. */
async function hosts(t: TestContext, { protocol, mostBackoffMs, keys, handlerKey, diallerKey, network = keys.network }: Ends): Promise<Base> {
  const handler = unbudgeted(await testHost(network, handlerKey))
  const dialler = unbudgeted(await testHost(network, diallerKey))
  const blame: string[] = []
  for (const { core } of [dialler, handler]) {
    core.events.addEventListener('peer:fault', ({ detail }) => blame.push(`${detail.protocol} ${detail.what}`))
    // a dial that fails is one miss, as ever; a ping that was ended is none
    core.events.addEventListener('neighbour:missed', ({ detail }) => detail.misses > 1 && blame.push(`missed ${detail.misses}`))
    core.windows.start()
  }
  const started: Part[] = []
  t.after(async () => {
    for (const part of started.toReversed()) await part.stop?.()
    for (const { core } of [dialler, handler]) core.windows.stop()
    await Promise.all([dialler.node.stop(), handler.node.stop()])
  })
  return {
    endings: endings({ protocol, dialler, handler, ...(mostBackoffMs != null && { mostBackoffMs }) }),
    dialler,
    handler,
    blame,
    find: async () => {
      await introduce(dialler, handler)
      return []
    },
    run: async (...parts) => {
      await introduce(dialler, handler)
      await introduce(handler, dialler)
      for (const part of parts) {
        started.push(part)
        await part.beforeStart?.()
        await part.start?.()
      }
    }
  }
}

function selfOf({ core }: TestHost): PeerIdString {
  return core.self
}

/** A watcher and its owner: what it saw is told. */
export async function watchPair(t: TestContext): Promise<LinkedPair> {
  const keys = await testNetwork()
  const base = await hosts(t, { protocol: PROTOCOLS.watch, mostBackoffMs: 60, keys, handlerKey: keys.trusted[0]! })
  const owner = watcherOwner(base.handler.core, { isOwnWatcher: peer => peer === selfOf(base.dialler) })
  let tell: ((window: number, seen: SeenNeighbour[]) => void) | undefined
  const link = watcherLink(
    { ...base.dialler.core, clock: hurried },
    {
      owner: selfOf(base.handler),
      seen: {
        onSeen: listener => {
          tell = listener
          return () => {}
        },
        cuts: () => []
      },
      neighbours: { list: () => [], hold: async () => {}, release: () => {} },
      registry: { find: base.find }
    }
  )
  const heard = new Set<string>()
  owner.onSeen(({ seen }) => {
    for (const { peer } of seen) heard.add(peer)
  })
  await base.run(owner, link)
  return {
    ...base,
    isUp: () => link.isLinked() && owner.connected().length === 1,
    isDown: () => !link.isLinked() && owner.connected().length === 0,
    give: async () => {
      const peer = await somePeer()
      tell?.(base.dialler.core.windows.now().window, [{ peer, dimension: 'integrity', ok: 3, bad: 0, finding: false }])
      return () => heard.has(peer)
    }
  }
}

/** A peer and its seed: it is registered again. */
export async function registryPair(t: TestContext): Promise<LinkedPair> {
  const keys = await testNetwork()
  const base = await hosts(t, { protocol: PROTOCOLS.registry, mostBackoffMs: 20, keys, handlerKey: keys.seeds[0]!, network: { ...keys.network, seeds: [] } })
  const clientOptions = { backOffMs: 5, backOffMostMs: 20, dialTimeoutMs: NEVER_MS, callTimeoutMs: NEVER_MS }
  const client = registryClient(base.dialler.core, { options: clientOptions })
  const ofSeed = registryClient(base.handler.core, { options: clientOptions })
  // here a peer comes back more often than any honest one does
  const server = registryServer(base.handler.core, {
    client: ofSeed,
    onRefused: () => {},
    options: { costPerSecond: 100_000, costBurst: 100_000, registerWithinMs: NEVER_MS }
  })
  await base.run(server, ofSeed, client)
  const isRegistered = (): boolean => server.status().peers.some(({ peer, connected }) => peer === selfOf(base.dialler) && connected)
  return {
    ...base,
    isUp: () => client.state().state === 'registered' && isRegistered(),
    isDown: () => client.state().state === 'alone' && !isRegistered(),
    give: async () => isRegistered
  }
}

/** A reporter and its entry: a report is acknowledged, and then it is stored. */
export async function reportPair(t: TestContext): Promise<LinkedPair> {
  const keys = await testNetwork()
  const reporter = await reporterOf(keys)
  const base = await hosts(t, { protocol: PROTOCOLS.report, mostBackoffMs: 20, keys, handlerKey: keys.trusted[0]!, diallerKey: reporter.key })
  const store = memoryRecordStore()
  const tree = trustTree(base.handler.core, { pepper: PEPPER, store, registry: { find: async () => [] } })
  const entry = reportEntry(base.handler.core, { tree, registered: { isRegistered: () => true, stampOf: async () => undefined, forget: () => {} } })
  const { core } = base.dialler
  const registry = { find: base.find, stamp: () => reporter.stamp } as unknown as RegistryView
  const part = reporting(
    { ...core, rng: () => 0, components: Object.assign(Object.create(core.components) as typeof core.components, { datastore: new MemoryDatastore() }) },
    { registry, time: networkTime(core, { asked: () => [] }), leastBackoffMs: 5, mostBackoffMs: 20, dialTimeoutMs: NEVER_MS, answerTimeoutMs: NEVER_MS }
  )
  const acknowledged = new Set<string>()
  core.events.addEventListener('report:acknowledged', ({ detail }) => acknowledged.add(detail.subject.toString()))
  core.events.addEventListener('report:refused', ({ detail }) => base.blame.push(`refused: ${detail.reason}`))
  await base.run(tree, entry, part)
  let window = core.windows.now().window - 300
  return {
    ...base,
    isUp: () => part.status().entries[0]?.state === 'ready' && streamsAt(base.handler, PROTOCOLS.report) === 1,
    isDown: () => part.status().entries[0]?.state === 'connecting' && streamsAt(base.handler, PROTOCOLS.report) === 0,
    give: async () => {
      const subject = await somePeer()
      core.emit('window:closed', { window: ++window, observations: [observation(subject, window)] })
      return async () => acknowledged.has(subject) && (await isStored(store, record => record.window === window))
    }
  }
}

async function isStored(store: RecordStore, isWanted: (record: StoredRecord) => boolean): Promise<boolean> {
  for await (const record of store.read({ fromEpoch: 0, toEpoch: 2 ** 31 })) if (isWanted(record)) return true
  return false
}

/** Two trusted nodes: what one stored while the other was away reaches it. */
export async function treePair(t: TestContext): Promise<LinkedPair> {
  const keys = await testNetwork({ trusted: 2 })
  const [diallerKey, handlerKey] = [keys.trusted[0]!, keys.trusted[1]!]
  const base = await hosts(t, { protocol: PROTOCOLS.tree, mostBackoffMs: 100, keys, handlerKey, diallerKey })
  const stores = [memoryRecordStore(), memoryRecordStore()] as const
  const times = { leastBackoffMs: 20, mostBackoffMs: 100, dialTimeoutMs: NEVER_MS, callTimeoutMs: NEVER_MS }
  const init = { pepper: PEPPER, registry: { find: base.find }, times }
  const near = trustTree(base.dialler.core, { ...init, store: stores[0] })
  const far = trustTree(base.handler.core, { ...init, store: stores[1] })
  await base.run(far, near)
  const reporter = await reporterOf(keys)
  return {
    ...base,
    isUp: () => !near.outOfReach(selfOf(base.handler)) && !far.outOfReach(selfOf(base.dialler)),
    isDown: () => near.outOfReach(selfOf(base.handler)) && far.outOfReach(selfOf(base.dialler)),
    give: async () => {
      const { window } = base.dialler.core.windows.now()
      const record = near.parser.report(await signedReport(reporter, { subject: await somePeer(), window }))
      await near.write(record)
      const isHere = ({ id }: StoredRecord): boolean => id === record.stored.id
      return async () => (await isStored(stores[0], isHere)) && isStored(stores[1], isHere)
    }
  }
}

/** Whoever asks a trusted node: a question that was not answered is told so, and the next one is answered. */
export async function queryPair(t: TestContext): Promise<LinkedPair> {
  const keys = await testNetwork()
  const base = await hosts(t, { protocol: PROTOCOLS.query, keys, handlerKey: keys.trusted[0]! })
  const standing = { state: 'good', reputation: 0.7, window: 40 } as const
  const server = queryServer(base.handler.core, {
    tree: { standing: () => standing, findReport: async () => undefined, onErased: () => () => {} },
    onRefused: () => {},
    perSecond: 10_000
  })
  const client = queryClient(base.dialler.core, { registry: { find: base.find }, timeoutMs: NEVER_MS })
  await base.run(server, client)
  const subject = await somePeer()
  let isAnswered = true
  const ask = async (): Promise<boolean> =>
    client.standing(subject).then(
      () => true,
      (error: Error & { code?: string }) => {
        if (error.code !== 'no-route') base.blame.push(error.message)
        return false
      }
    )
  return {
    ...base,
    isUp: () => isAnswered,
    isDown: () => streamsAt(base.handler, PROTOCOLS.query) === 0,
    give: async () => {
      isAnswered = false
      const askUntilAnswered = async (): Promise<void> => {
        while (!(await ask())) await new Promise(setImmediate)
        isAnswered = true
      }
      void askUntilAnswered()
      return () => isAnswered
    }
  }
}

/** Two neighbours: the one that pings does not take the end of a link for silence. */
export async function pingPair(t: TestContext): Promise<LinkedPair> {
  const keys = await testNetwork()
  const { roster } = keys.network
  const preset = { ...roster.preset, pingEveryMs: 20, pingTimeoutMs: NEVER_MS, windowMs: 100 }
  const network = { ...keys.network, roster: { ...roster, preset } }
  const base = await hosts(t, { protocol: PROTOCOLS.ping, mostBackoffMs: 1_000, keys, network })
  const other = selfOf(base.handler)
  const known: KnownPeer = { peer: other, addresses: base.handler.node.getMultiaddrs().map(String), unreachable: false, guest: false }
  const watching = neighbours(base.dialler.core, {
    registry: { list: async () => [known], find: async () => [known], reportDead: peer => base.blame.push(`dead ${peer}`), hasLeft: () => false },
    refuses: () => false,
    dial: true,
    targetDegree: 1
  })
  let answers = 0
  watching.onProbe((_peer, isAnswered) => {
    if (isAnswered) answers++
  })
  const answering: Part = {
    beforeStart: async () => base.handler.core.components.registrar.handle(PROTOCOLS.ping, answerPings(systemClock), { maxInboundStreams: 64 }),
    stop: async () => base.handler.core.components.registrar.unhandle(PROTOCOLS.ping)
  }
  await base.run(answering, watching)
  const isLinked = (): boolean => watching.list().some(({ peer, state }) => peer === other && state === 'connected')
  return {
    ...base,
    isUp: isLinked,
    isDown: () => !isLinked(),
    give: async () => {
      const before = answers
      return () => answers > before + 1
    }
  }
}

/** A node that asks a seed whether it is evicted: the answer comes to whoever asks again. */
export async function appealPair(t: TestContext): Promise<LinkedPair> {
  const keys = await testNetwork({ seeds: 1 })
  const base = await hosts(t, { protocol: PROTOCOLS.appeal, keys, handlerKey: keys.seeds[0]! })
  const server = appealServer(base.handler.core, { perSecond: 100_000, burst: 100_000, mostKeys: 10 })
  const network = { ...keys.network, seeds: base.handler.node.getMultiaddrs() }
  const client = appeals({ ...base.dialler.core, network }, { registry: { state: () => ({ state: 'registered', seeds: [], failures: [] }) } })
  await base.run(server, client)
  let isAnswered = true
  const ask = async (): Promise<boolean> =>
    client.ask().then(
      ({ eviction }) => eviction == null,
      (error: Error & { code?: string }) => {
        if (error.code !== 'no-route') base.blame.push(error.message)
        return false
      }
    )
  return {
    ...base,
    isUp: () => isAnswered,
    isDown: () => base.handler.node.getConnections().length === 0,
    give: async () => {
      isAnswered = false
      const askUntilAnswered = async (): Promise<void> => {
        while (!(await ask())) await new Promise(setImmediate)
        isAnswered = true
      }
      void askUntilAnswered()
      return () => isAnswered
    }
  }
}
