/**
 * A network of processes on the `demo` preset, killed and stopped in every part of it.
 *
 * The tests follow each other on one network: each leaves it whole.
 */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, suite, test } from 'node:test'
import { makeNetwork, startNetwork } from './network.ts'
import { acknowledgedIn, reportsOnDisk, slotNames } from './stored-reports.ts'
import { eventually, keepOnFailure } from './support.ts'
import type { FullStandingView, StatusView } from '@peerwatch/node/node-view'
import type { ProcessNetwork } from './network.ts'
import type { LogLine, NodeProcess } from './processes.ts'

/** Three misses, four tests over three windows, and the announcement; several times that for a machine that is busy. */
const REMOVED_WITHIN_MS = 45_000
/** "Within seconds" of the specification. */
const TAKEN_OVER_WITHIN_MS = 20_000
const BACK_WITHIN_MS = 30_000
/** For what is so already, or a window later, on a machine with nothing else to do. */
const SETTLED_WITHIN_MS = 30_000

let network: ProcessNetwork

before(async () => {
  network = await makeNetwork('street', { seeds: 2, trusted: 3, peers: 6 })
  await startNetwork(network)
})
afterEach(context => keepOnFailure(context, network.place))
after(async () => network.place.close())

function since(lines: readonly LogLine[], fromMs: number): LogLine[] {
  return lines.filter(({ time }) => Date.parse(time) >= fromMs)
}

function about(peer: string): (line: LogLine) => boolean {
  return line => line['peer'] === peer
}

function acks(node: NodeProcess, fromMs: number): LogLine[] {
  return since(node.events('report:acknowledged'), fromMs)
}

async function reportsFlow(nodes: readonly NodeProcess[], withinMs: number): Promise<void> {
  const fromMs = Date.now()
  await eventually(`acknowledgements at ${nodes.map(({ name }) => name).join(', ')}`, withinMs, () => nodes.every(node => acks(node, fromMs).length > 0))
}

async function nobodyEvicted(nodes: readonly NodeProcess[]): Promise<void> {
  for (const node of nodes) assert.deepEqual(await node.evictions(), [], `${node.name} has evictions`)
}

async function currentEntry(peer: NodeProcess): Promise<NodeProcess> {
  const found = await eventually(`an entry of ${peer.name}`, SETTLED_WITHIN_MS, async () => (await peer.status()).entries?.find(({ isCurrent }) => isCurrent))
  return network.named(found.peer)
}

/** Peers that report to this trusted node now. */
async function reportingTo(entry: NodeProcess): Promise<NodeProcess[]> {
  const found = await Promise.all(network.peers.map(async peer => ({ peer, current: await currentEntry(peer) })))
  return found.filter(({ current }) => current === entry).map(({ peer }) => peer)
}

function isLinkedWell({ neighbours }: StatusView): boolean {
  return neighbours.filter(({ state }) => state === 'connected').length >= 5
}

/** `count` of the trusted nodes hold reports about this peer of nearly all others, `reporter` among them. */
async function areHeld(nodes: readonly NodeProcess[], peer: NodeProcess, reporter: NodeProcess, count: number): Promise<void> {
  const isKnown = (view: FullStandingView | undefined): boolean =>
    view != null && view.windows.length > 0 && view.reporters.length >= 5 && view.reporters.some(({ reporter: id }) => id === reporter.id())
  await eventually(`${count} nodes with records of ${peer.name}`, SETTLED_WITHIN_MS, async () => {
    const views = await Promise.all(nodes.map(async node => node.standing(peer.id())))
    return views.filter(isKnown).length >= count
  })
}

/** Where `dead` was told to have left, by the removal that seeds signed. */
function removedAt(nodes: readonly NodeProcess[], dead: NodeProcess, fromMs: number): LogLine[] {
  return nodes.flatMap(node => since(node.events('peer:removed'), fromMs).filter(about(dead.id())).slice(0, 1))
}

async function isListed(peer: NodeProcess, fromMs: number, by: readonly NodeProcess[]): Promise<void> {
  await eventually(`${peer.name} registered again`, BACK_WITHIN_MS, () =>
    network.seeds.some(seed => since(seed.events('peer:registered'), fromMs).some(about(peer.id())))
  )
  await eventually(`${peer.name} is a neighbour again`, BACK_WITHIN_MS, async () => {
    const lists = await Promise.all(by.map(async node => (await node.status()).neighbours))
    return lists.every(list => list.some(({ peer: id, state }) => id === peer.id() && state === 'connected'))
  })
}

/** Starts a peer that was told to end at `endedMs`: whatever it did not deliver about windows that closed since `fromMs` is delivered now. */
async function keptAreDelivered(peer: NodeProcess, fromMs: number, endedMs: number): Promise<void> {
  const closed = since(peer.events('window:closed'), fromMs).filter(({ time, subjects }) => Date.parse(time) < endedMs && Number(subjects) > 0)
  assert.ok(closed.length > 0)
  const againMs = Date.now()
  await peer.start()
  await eventually(`the reports of ${closed.length} windows of ${peer.name} are acknowledged`, BACK_WITHIN_MS, () => {
    const answered = Map.groupBy(peer.events('report:acknowledged'), line => Number(line['window']))
    // about watchers that died with their owner it may be refused
    return closed.every(line => (answered.get(Number(line['window']))?.length ?? 0) >= Number(line['subjects']) - 3)
  })
  await eventually('nothing waits', BACK_WITHIN_MS, async () => (await peer.status()).reportsPending === 0)
  const refused = since(peer.events('report:refused'), againMs).filter(line => network.all().some(node => node.id() === line['subject']))
  assert.deepEqual(refused, [])
}

/** Who reported to `entry`, which answers nothing since `fromMs`, is answered by another one, and so is everybody. */
async function isTakenOver(using: readonly NodeProcess[], entry: NodeProcess, fromMs: number): Promise<void> {
  await eventually('acknowledged by another entry', TAKEN_OVER_WITHIN_MS, () =>
    using.every(peer => acks(peer, fromMs).some(line => line['entry'] !== entry.id()))
  )
  // reports of windows that closed since, by all peers: two of the candidates are enough
  await reportsFlow(network.peers, SETTLED_WITHIN_MS)
  await eventually('the others know that it is out of reach', SETTLED_WITHIN_MS, async () => {
    const trees = await Promise.all(network.trusted.filter(node => node !== entry).map(async node => node.tree()))
    return trees.every(({ nodes }) => nodes.find(({ node }) => node === entry.id())?.isReachable === false)
  })
}

/** An entry that runs again since `againMs` has what it missed, and its peers use it again. */
async function isBack(entry: NodeProcess, using: readonly NodeProcess[], { againMs, missedFrom }: { againMs: number; missedFrom: number }): Promise<void> {
  await eventually('it has caught up', BACK_WITHIN_MS, async () => {
    const { isCaughtUp, nodes } = await entry.tree()
    return isCaughtUp && nodes.every(({ isReachable }) => isReachable)
  })
  await eventually('its peers are back at it', BACK_WITHIN_MS, () => using.every(peer => acks(peer, againMs).some(line => line['entry'] === entry.id())))
  await eventually('it holds reports of windows that it missed', SETTLED_WITHIN_MS, async () => {
    const standings = await Promise.all(network.peers.map(async peer => entry.standing(peer.id())))
    return standings.some(view => view?.windows.some(({ window }) => window <= missedFrom) === true)
  })
}

/** A fault took both seeds before, and whoever ran then said that none was in reach and how long it waited. */
function otherThanSeeds(stderr: string): string {
  return stderr.replaceAll(/^peerwatch: (?:warning: unreachable-seed: |waiting for )[^\n]*\n/gm, '')
}

suite('a network of processes', () => {
  test('comes up: everyone is registered and linked, reports are acknowledged, the tree is whole', async () => {
    const { seeds, trusted, peers } = network
    await eventually('acknowledged reports of every peer', 30_000, () => peers.every(peer => peer.events('report:acknowledged').length > 0))
    const first = await eventually('every peer is registered and linked', SETTLED_WITHIN_MS, async () => {
      const now = await Promise.all(peers.map(async peer => peer.status()))
      return now.every(status => status.registry.state === 'registered' && isLinkedWell(status) && status.entries?.length === 2) && now
    })
    await eventually('acknowledgements advance', SETTLED_WITHIN_MS, async () => {
      const now = await Promise.all(peers.map(async peer => peer.status()))
      return now.every(({ lastAcknowledged }, index) => (lastAcknowledged?.window ?? 0) > (first[index]?.lastAcknowledged?.window ?? 0))
    })
    // six peers, three watchers and three trusted nodes
    await eventually('both seeds know all', SETTLED_WITHIN_MS, async () =>
      (await Promise.all(seeds.map(async seed => seed.status()))).every(({ seed }) => (seed?.registered ?? 0) >= 12)
    )
    const trees = await eventually('one tree, whole and caught up', SETTLED_WITHIN_MS, async () => {
      const found = await Promise.all(trusted.map(async node => node.tree()))
      const isWhole = found.every(
        ({ nodes, isCaughtUp }) => isCaughtUp && nodes.length === 3 && nodes.every(({ isReachable, range }) => isReachable && range != null)
      )
      return isWhole && new Set(found.map(({ view }) => view)).size === 1 && found
    })
    for (const { nodes, height } of trees) {
      assert.equal(height, 1)
      assert.ok(Math.abs(nodes.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9)
    }
    // the third one holds no copy
    await areHeld(trusted, peers[1]!, peers[0]!, 2)
  })

  test('SIGKILL of a peer: it is tested and removed, not evicted; started again on its data it is back', async () => {
    const { seeds, trusted, peers } = network
    const dead = peers[5]!
    const others = [...seeds, ...trusted, ...peers.slice(0, 5)]
    const id = dead.id()
    const fromMs = Date.now()
    await dead.kill()
    await eventually('every node was told of the removal', REMOVED_WITHIN_MS, () => removedAt(others, dead, fromMs).length === others.length)
    for (const { seeds: signers } of removedAt(others, dead, fromMs)) assert.equal((signers as string[]).length, 2)
    await eventually('nobody has it as a neighbour', SETTLED_WITHIN_MS, async () => {
      const lists = await Promise.all(peers.slice(0, 5).map(async peer => (await peer.status()).neighbours))
      return lists.every(list => !list.some(({ peer }) => peer === id))
    })
    await nobodyEvicted(others)
    const againMs = Date.now()
    await dead.start()
    assert.equal(dead.id(), id, 'its key is in its data folder')
    await isListed(dead, againMs, peers.slice(0, 2))
    await reportsFlow([dead], SETTLED_WITHIN_MS)
  })

  test('SIGKILL of one seed and then the other: degraded, then alone, and the network goes on; back, they know everyone', async () => {
    const { seeds, trusted, peers } = network
    const [first, second] = seeds as [NodeProcess, NodeProcess]
    const known = new Set(second.events('peer:registered').map(line => line['peer']))
    const states = async (): Promise<string[]> => Promise.all(peers.map(async peer => (await peer.status()).registry.state))
    await first.kill()
    await eventually('every peer is degraded', SETTLED_WITHIN_MS, async () => (await states()).every(state => state === 'degraded'))
    await reportsFlow(peers, SETTLED_WITHIN_MS)
    await second.kill()
    await eventually('every peer is alone', SETTLED_WITHIN_MS, async () => (await states()).every(state => state === 'alone'))
    await reportsFlow(peers, SETTLED_WITHIN_MS)
    await eventually('every peer is linked', SETTLED_WITHIN_MS, async () => (await Promise.all(peers.map(async peer => peer.status()))).every(isLinkedWell))
    const fromMs = Date.now()
    await second.start()
    await eventually('every peer found the seed', BACK_WITHIN_MS, async () => (await states()).every(state => state === 'degraded'))
    // the log may be a moment behind
    const registered = await eventually('the seed tells of every peer', SETTLED_WITHIN_MS, () => {
      const lines = since(second.events('peer:registered'), fromMs)
      const found = peers.map(peer => lines.find(about(peer.id())))
      return found.every(line => line != null) && found
    })
    // nobody could have told it but its own disk
    assert.ok(
      registered.every(line => known.has(line['peer']) && line['isNew'] === false),
      JSON.stringify(registered)
    )
    await first.start()
    await eventually('every peer is registered', BACK_WITHIN_MS, async () => (await states()).every(state => state === 'registered'))
    await nobodyEvicted([...trusted, ...peers])
  })

  test('SIGKILL of the entry while reports flow: the second one takes over within seconds; back, it catches up', async () => {
    const { peers } = network
    const entry = await currentEntry(peers[0]!)
    const using = await reportingTo(entry)
    const fromMs = Date.now()
    await entry.kill()
    await isTakenOver(using, entry, fromMs)
    const missedFrom = (await peers[0]!.status()).window - 3
    const againMs = Date.now()
    await entry.start()
    await isBack(entry, using, { againMs, missedFrom })
  })

  test('SIGSTOP of the entry while reports flow: with its links up and no answer the second one takes over; SIGCONT: it catches up', async () => {
    const { seeds, trusted, peers } = network
    const entry = await currentEntry(peers[1]!)
    const using = await reportingTo(entry)
    let againMs = 0
    let missedFrom = 0
    entry.signal('SIGSTOP')
    const fromMs = Date.now()
    try {
      await isTakenOver(using, entry, fromMs)
      for (const peer of using) {
        const closed = since(peer.events('window:closed'), fromMs).map(line => line['window'])
        const answered = acks(peer, fromMs).filter(line => closed.includes(line['window']))
        assert.ok(answered.length > 0 && answered.every(line => line['entry'] !== entry.id()), `${peer.name}: a stopped process answers nothing`)
      }
      missedFrom = (await peers[1]!.status()).window - 3
    } finally {
      againMs = Date.now()
      entry.signal('SIGCONT')
    }
    await isBack(entry, using, { againMs, missedFrom })
    await nobodyEvicted([...seeds, ...trusted, ...peers])
  })

  test('with one trusted node left nothing is acknowledged; a peer that ends keeps its reports on disk and delivers them later', async () => {
    const { trusted, peers } = network
    const peer = peers[0]!
    // the one that is left takes its reports, and may not answer for them
    const left = await currentEntry(peer)
    const gone = trusted.filter(node => node !== left)
    await Promise.all(gone.map(async node => node.kill()))
    const fromMs = Date.now()
    await eventually('reports wait', 30_000, async () => ((await peer.status()).reportsPending ?? 0) >= 10)
    const closed = since(peer.events('window:closed'), fromMs).map(line => line['window'])
    assert.deepEqual(
      acks(peer, fromMs).filter(line => closed.includes(line['window'])),
      []
    )
    const endedMs = Date.now()
    // it does not wait for answers for ever: who does not end in time is killed, and has no code
    const { code, stderr } = await peer.stop('SIGTERM')
    assert.deepEqual([code, otherThanSeeds(stderr)], [0, ''])
    await Promise.all(gone.map(async node => node.start()))
    await keptAreDelivered(peer, fromMs, endedMs)
  })

  test('SIGSTOP of a peer: it is removed with its links up, for silence is death; SIGCONT: it registers anew and is listed', async () => {
    const { seeds, trusted, peers } = network
    const stopped = peers[4]!
    const watching = peers.slice(0, 4)
    const fromMs = Date.now()
    stopped.signal('SIGSTOP')
    const others = [...seeds, ...trusted, ...watching]
    let againMs = 0
    try {
      await eventually('every node was told of the removal', REMOVED_WITHIN_MS, () => removedAt(others, stopped, fromMs).length === others.length)
    } finally {
      againMs = Date.now()
      stopped.signal('SIGCONT')
    }
    for (const peer of watching) {
      const [lost, dead] = ['neighbour:lost', 'neighbour:dead'].map(event => since(peer.events(event), fromMs).find(about(stopped.id())))
      assert.ok(lost == null || dead == null || lost.time >= dead.time, `${peer.name} lost the link before it found it dead`)
    }
    assert.ok(watching.some(peer => since(peer.events('neighbour:dead'), fromMs).some(about(stopped.id()))))
    await isListed(stopped, againMs, watching.slice(0, 2))
    await reportsFlow([stopped], SETTLED_WITHIN_MS)
    await nobodyEvicted([...seeds, ...trusted, ...peers])
  })

  test('SIGINT: a goodbye that seeds announce, exit 0, the reports in hand delivered or kept', async () => {
    const { seeds, peers } = network
    const leaving = peers[3]!
    const fromMs = Date.now()
    const { code, stderr } = await leaving.stop('SIGINT')
    assert.deepEqual([code, otherThanSeeds(stderr)], [0, ''])
    assert.ok(!readdirSync(leaving.data).includes('api.json'))
    await eventually('both seeds know of the goodbye', SETTLED_WITHIN_MS, () =>
      seeds.every(seed => since(seed.events('peer:goodbye'), fromMs).some(about(leaving.id())))
    )
    // a goodbye is no death
    assert.deepEqual(removedAt(network.seeds, leaving, fromMs), [])
    await keptAreDelivered(leaving, fromMs - 20_000, fromMs)
  })

  test('SIGTERM ends every role in order, and no acknowledged report is missing, nor is any kept in one copy', async t => {
    const { place, seeds, trusted, peers } = network
    for (const nodes of [peers, trusted, seeds]) {
      for (const { code, stderr } of await Promise.all(nodes.map(async node => node.stop()))) {
        // on a busy machine, or where others were gone, it took a node longer to take part
        assert.deepEqual([code, otherThanSeeds(stderr)], [0, ''])
      }
    }
    const logs = [...trusted, ...peers].flatMap(({ data }) =>
      readdirSync(data)
        .filter(name => name.endsWith('.jsonl'))
        .map(name => join(data, name))
    )
    const acknowledged = logs.flatMap(acknowledgedIn)
    const slotOf = await slotNames(join(place.root, 'net', 'nodes', 'trusted-1', 'pepper'))
    const disks = await Promise.all(trusted.map(async node => reportsOnDisk(node, join(place.root, 'copies', node.name))))
    const copies = acknowledged.map(report => ({ ...report, copies: disks.filter(disk => disk.has(slotOf(report))).length }))
    t.diagnostic(`${acknowledged.length} acknowledged reports, ${disks.map(({ size }) => size).join(' + ')} on the disks of trusted nodes`)
    assert.ok(acknowledged.length > 500)
    assert.deepEqual(
      copies.filter(report => report.copies < 2),
      []
    )
    const twice = disks.flatMap(disk => [...disk].filter(([, ids]) => ids.size > 1))
    assert.deepEqual(twice, [], 'an honest node signed two reports of one window')
  })
})
