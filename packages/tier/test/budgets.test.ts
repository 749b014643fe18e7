import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PRESETS } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import { messages } from '@peerwatch/wire'
import fc from 'fast-check'
import { budgets, PER_WINDOW } from '../../link/src/budgets.ts'
import { BUDGET_NAMES, createSigner, peerIdText } from '@peerwatch/link'
import { changeOf } from '@peerwatch/peer/parts'
import { until } from '../../link/test/support/core.ts'
import { TEST_WINDOW_MS, testRegistry } from '../../seed/test/support/registry.ts'
import type { BudgetName, Roster } from '@peerwatch/link'
import type { RegistryNode, TestRegistry } from '../../seed/test/support/registry.ts'

const roster = { preset: PRESETS.demo, seeds: ['a', 'b'], maxDegree: 32 } as unknown as Roster
const { windowMs } = roster.preset

/** What is asked for, and how long after the one before: more often than the smaller budgets allow, over a window and longer. */
const demands = fc.array(fc.tuple(fc.nat(windowMs / 200), fc.constantFrom(...BUDGET_NAMES)), { maxLength: 600, size: 'max' })

test('N2: whatever is asked for, no more is sent than the budget of a window at once and as much per window', () => {
  fc.assert(
    fc.property(demands, asked => {
      const clock = manualClock()
      const told: BudgetName[] = []
      const spending = budgets({ clock, roster: () => roster, onSpent: name => told.push(name) })
      const answers = asked.map(([pauseMs, name]) => {
        clock.advance(pauseMs)
        return { name, isGranted: spending.take(name) }
      })
      for (const name of BUDGET_NAMES) {
        const most = PER_WINDOW[name](roster)
        assert.ok(answers.filter(each => each.name === name && each.isGranted).length <= most * (1 + clock.monotonicMs() / windowMs), name)
      }
      const refused = answers.filter(({ isGranted }) => !isGranted).map(({ name }) => name)
      assert.deepEqual(told, refused, 'each refusal is told')
    })
  )
})

test('a budget that was spent is there again after a window, and one is not taken from another', () => {
  const clock = manualClock()
  const spending = budgets({ clock, roster: () => roster, onSpent: () => {} })
  const takeAll = (name: BudgetName): number => Array.from({ length: 1_000 }, () => spending.take(name)).filter(Boolean).length
  for (const name of BUDGET_NAMES) assert.equal(takeAll(name), PER_WINDOW[name](roster), name)
  assert.throws(() => spending.spend('pulls'), { code: 'busy' })
  clock.advance(windowMs)
  for (const name of BUDGET_NAMES) assert.equal(takeAll(name), PER_WINDOW[name](roster), name)
})

/** How often a node was told that this budget of its is spent. */
function refusals({ core }: Pick<RegistryNode, 'core'>, name: BudgetName): () => number {
  let count = 0
  core.events.addEventListener('budget:spent', ({ detail }) => {
    if (detail.budget === name) count++
  })
  return () => count
}

/** At most this many in the time that passed: what may come at once, and the windows' shares. */
function mostSince(startedMs: number, name: BudgetName, of: Roster): number {
  return PER_WINDOW[name](of) * (1 + (performance.now() - startedMs) / of.preset.windowMs)
}

/** Something takes calls where the seeds should be, and hangs up. */
async function closedDoors({ network }: TestRegistry): Promise<{ readonly knocks: () => number; readonly close: () => void }> {
  let count = 0
  const doors = await Promise.all(
    network.seeds.map(async address => {
      const door = createServer(socket => {
        count++
        socket.destroy()
      })
      door.listen(Number(address.getComponents().find(({ name }) => name === 'tcp')?.value), '127.0.0.1')
      await once(door, 'listening')
      return door
    })
  )
  return {
    knocks: () => count,
    close: () => {
      for (const door of doors) door.close()
    }
  }
}

test('with no seed to be reached a node dials within its budget, however short its pauses are', async t => {
  const registry = await testRegistry({ seeds: 2 })
  t.after(registry.end)
  const { knocks, close } = await closedDoors(registry)
  t.after(close)
  const startedMs = performance.now()
  const ann = await registry.peer({ clientOptions: { backOffMs: 1, backOffMostMs: 2 } })
  const refused = refusals(ann, 'redials')
  await until(() => refused() > 20, 'its dials are refused')
  assert.ok(knocks() > 0 && knocks() <= mostSince(startedMs, 'redials', registry.network.roster), `${knocks()}`)
})

test('a node in whose name somebody says goodbye all the time registers again within its budget, and stays registered', async t => {
  const registry = await testRegistry({ seeds: 1 })
  t.after(registry.end)
  const seed = await registry.seed(0)
  let registrations = 0
  seed.core.events.addEventListener('peer:registered', () => registrations++)
  const startedMs = performance.now()
  const key = await generateKeyPair('Ed25519')
  const ann = await registry.peer({ key })
  const refused = refusals(ann, 'registrations')
  await until(() => ann.client.state().state === 'registered', 'it is registered')
  const signer = createSigner(key, registry.network.id)
  const firstSeq = Date.now() + 60_000
  for (let recordSeq = firstSeq; recordSeq < firstSeq + 30; recordSeq++) {
    await ann.client.learn(changeOf({ goodbye: await signer.sign('goodbye', messages.goodbye.encode({ recordSeq })) }))
  }
  assert.ok(refused() > 0, 'its registrations are refused')
  const made = registrations
  assert.ok(made <= mostSince(startedMs, 'registrations', registry.network.roster), `${made}`)
  await until(() => registrations > made, 'it renews later')
  assert.equal(ann.client.state().state, 'registered')
  assert.deepEqual(seed.faults, [])
})

test('a node that takes everybody for dead tells the seeds of no more than it may have neighbours, and seeds test no more than their budget', async t => {
  const registry = await testRegistry({ seeds: 1, maxDegree: 4 })
  t.after(registry.end)
  const seed = await registry.seed(0)
  const startedMs = performance.now()
  const ann = await registry.peer()
  await until(() => ann.client.state().state === 'registered', 'it is registered')
  const reported: string[] = []
  seed.core.events.addEventListener('dead:reported', ({ detail }) => reported.push(detail.peer.toString()))
  const refused = refusals(ann, 'dead-reports')
  const others = await Promise.all(Array.from({ length: 20 }, async () => peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))))
  for (const other of others) ann.client.reportDead(other)
  assert.ok(20 - refused() <= mostSince(startedMs, 'dead-reports', registry.network.roster), `${refused()} refused`)
  assert.equal(reported.length, 0, 'who is not registered is not tested')
  assert.equal(registry.network.roster.preset.windowMs, TEST_WINDOW_MS)
})
