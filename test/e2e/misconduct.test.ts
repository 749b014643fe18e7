/** Processes that misbehave among others that do not: `peerwatch peer --behaviour`. */
import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { makeNetwork, startNetwork } from './network.ts'
import { eventually, keepOnFailure } from './support.ts'
import type { FullStandingView } from '@peerwatch/node/node-view'
import type { ProcessNetwork } from './network.ts'
import type { NodeProcess } from './processes.ts'

/** Evidence of two authors at two watchers each, a window to report, and the signatures; several times that for a busy machine. */
const EVICTED_WITHIN_MS = 60_000

let network: ProcessNetwork
let corrupter: NodeProcess
let slanderer: NodeProcess

before(async () => {
  network = await makeNetwork('crime', { seeds: 2, trusted: 3, peers: 5 })
  await startNetwork(network)
  corrupter = network.peer('corrupter', '--behaviour', 'corrupts')
  slanderer = network.peer('slanderer', '--behaviour', 'slanders', '--victim', network.peers[0]!.id())
  await Promise.all([corrupter.start(), slanderer.start()])
})
afterEach(context => keepOnFailure(context, network.place))
after(async () => network.place.close())

async function evictedAt(node: NodeProcess): Promise<string[]> {
  return (await node.evictions()).map(({ peer }) => peer)
}

function accusersOf({ reporters }: FullStandingView): string[] {
  return reporters.filter(({ accuses }) => accuses.includes('integrity')).map(({ reporter }) => reporter)
}

suite('misbehaving processes', () => {
  test('a misbehaving peer says so on its first line, and help says that it is for a network of your own', async () => {
    assert.match(corrupter.stderr(), /^peerwatch: warning: misbehaving: this peer passes gossip on with altered data [^\n]*; expected only [^\n]*\n/)
    assert.match(slanderer.stderr(), /^peerwatch: warning: misbehaving: this peer reports one honest peer as bad [^\n]*\n/)
    const { stdout } = await network.place.run('peer', '--help')
    assert.match(stdout, /--behaviour <name> +misbehave from the start on, on a network of your own\n/)
  })

  test('who corrupts is evicted by certificate on every node; whom one slanders is not', async () => {
    const { trusted, peers } = network
    const everyone = [...network.all(), slanderer]
    await eventually('the eviction is in force everywhere', EVICTED_WITHIN_MS, () =>
      everyone.every(node => node.events('peer:evicted').some(line => line['peer'] === corrupter.id()))
    )
    for (const node of everyone) {
      const [eviction, ...others] = await node.evictions()
      assert.deepEqual([eviction?.peer, eviction?.dimension, others], [corrupter.id(), 'integrity', []], node.name)
      assert.ok(eviction!.signers.length >= 2 && eviction!.signers.every(signer => trusted.some(member => member.id() === signer)))
    }
    for (const node of everyone) {
      const { neighbours, cuts } = await node.status()
      assert.ok(!neighbours.some(({ peer }) => peer === corrupter.id()), `${node.name} keeps a link`)
      assert.deepEqual(
        cuts.filter(({ peer }) => peer !== corrupter.id()),
        []
      )
    }
    // none is shown where a node holds no copy, or does not answer in time
    const held = await eventually('what two nodes hold of the slandered', 30_000, async () => {
      const found = (await Promise.all(trusted.map(async node => node.standing(peers[0]!.id())))).filter(view => view != null)
      return found.length >= 2 && found.every(view => accusersOf(view).includes(slanderer.id())) && found
    })
    for (const view of held) {
      assert.notEqual(view.state, 'evicted')
      assert.deepEqual(accusersOf(view), [slanderer.id()])
    }
  })

  test('an eviction outlives a SIGKILL of who enforces it, from its own disk', async () => {
    const node = network.peers[1]!
    const told = node.events('peer:evicted').length
    await node.kill()
    await node.start()
    assert.deepEqual(await evictedAt(node), [corrupter.id()])
    await node.ready()
    assert.equal(node.events('peer:evicted').length, told, 'nobody had to tell it again')
  })

  test('allow overrides it on one node only, over restarts, until it is taken back', async () => {
    const { place, peers } = network
    const [node, other] = [peers[1]!, peers[2]!]
    const allow = async (...more: string[]): Promise<unknown> => {
      const { code, stdout, stderr } = await place.run('allow', corrupter.id(), '--json', '--data', node.data, ...more)
      assert.equal(code, 0, stderr)
      return JSON.parse(stdout)
    }
    assert.deepEqual(await allow(), { peer: corrupter.id(), allowed: true })
    assert.deepEqual([await evictedAt(node), (await node.status()).allowed], [[], [corrupter.id()]])
    assert.deepEqual(await evictedAt(other), [corrupter.id()])
    const logged = (): unknown[] => node.events('peer:allowed').map(({ allowed }) => allowed)
    // lines of the log are written together
    await eventually('the override is in the log', 20_000, () => logged().length === 1)
    await node.kill()
    await node.start()
    assert.deepEqual([await evictedAt(node), (await node.status()).allowed], [[], [corrupter.id()]])
    assert.deepEqual(await allow('--undo'), { peer: corrupter.id(), allowed: false })
    assert.deepEqual(await evictedAt(node), [corrupter.id()])
    await eventually('its end is in the log', 20_000, () => logged().length > 1)
    assert.deepEqual(logged(), [true, false])
  })

  test('started anew and honest now, the evicted one finds no link; it warns, and ends in order', async () => {
    const first = await corrupter.stop()
    assert.equal(first.code, 0)
    await corrupter.start()
    await eventually('it says why it waits', 20_000, () => /waiting for \d+ s: evicted until \S+ for \w+/.test(corrupter.stderr()))
    assert.deepEqual((await corrupter.status()).neighbours, [])
    assert.equal((await corrupter.status()).registry.state, 'alone')
    const again = await corrupter.stop('SIGINT')
    assert.equal(again.code, 0)
  })
})
