import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { systemClock } from '@peerwatch/model/system-clock'
import { MemoryDatastore } from 'datastore-core'
import fc from 'fast-check'
import { keyClaims } from '../../peer/src/registry/key-claims.ts'
import { until } from '../../link/test/support/core.ts'
import { testRegistry } from './support/registry.ts'
import type { Clock, PeerIdString } from '@peerwatch/model'
import type { Datastore } from 'interface-datastore'
import type { RegistryNode } from './support/registry.ts'

const KEY_USED_TWICE = 'key-used-twice'

/** A clock that is off by so much. */
function offBy(aheadMs: number): Clock {
  return { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs }
}

async function copied(from: Datastore): Promise<Datastore> {
  const copy = new MemoryDatastore()
  for await (const { key, value } of from.query({})) await copy.put(key, value)
  return copy
}

/** How often it was told that its key is used twice. */
const told = ({ alarms }: RegistryNode): number => alarms.filter(code => code === KEY_USED_TWICE).length
const isRegistered = ({ client }: RegistryNode): boolean => client.state().state === 'registered'

test('N3: two nodes with one key are told so by one alarm each, and from then on take the registration from each other ever more rarely', async t => {
  const registry = await testRegistry({ seeds: 2 })
  t.after(registry.end)
  await Promise.all([registry.seed(0), registry.seed(1)])
  const key = await generateKeyPair('Ed25519')
  const datastore = new MemoryDatastore()
  const before = await registry.peer({ key, datastore })
  await until(() => isRegistered(before), 'the first run is registered')
  await before.stop()

  const original = await registry.peer({ key, datastore: await copied(datastore) })
  await until(() => isRegistered(original), 'the original is registered')
  const clone = await registry.peer({ key, datastore: await copied(datastore) })
  await until(() => told(original) > 0 && told(clone) > 0, 'both are told')

  const changes = (): number => original.states.length + clone.states.length
  await until(() => isRegistered(original) !== isRegistered(clone), 'one of them has the registration')
  const settledAt = changes()
  assert.ok(settledAt <= 24, `${original.states.join(' ')} / ${clone.states.join(' ')}`)
  const { window } = original.core.windows.now()
  await until(() => original.core.windows.now().window >= window + 10, 'ten windows pass')
  assert.ok(changes() <= settledAt + 4, `no more than the takeover that was under way: ${original.states.join(' ')} / ${clone.states.join(' ')}`)
  assert.deepEqual([told(original), told(clone)], [1, 1])
})

test('N4: neither a reconnect, nor a restart on an older clock, nor a data folder that was lost is taken for a second node with the key', async t => {
  const registry = await testRegistry({ seeds: 2 })
  t.after(registry.end)
  const seeds = await Promise.all([registry.seed(0), registry.seed(1)])
  const key = await generateKeyPair('Ed25519')
  const datastore = new MemoryDatastore()
  const runs: RegistryNode[] = []
  const run = async (init: { datastore?: Datastore; clock?: Clock }): Promise<RegistryNode> => {
    const node = await registry.peer({ key, ...init })
    runs.push(node)
    await until(() => isRegistered(node), `run ${runs.length} is registered`)
    return node
  }
  const ahead = await run({ datastore, clock: offBy(3_600_000) })
  for (const connection of ahead.node.getConnections()) connection.abort(new Error('lost'))
  await until(() => ahead.states.includes('alone') && isRegistered(ahead), 'it comes back')
  await ahead.kill()
  const older = await run({ datastore })
  await older.kill()
  const lost = await run({ datastore: new MemoryDatastore() })
  await lost.kill()
  const lostAgain = await run({ datastore: new MemoryDatastore(), clock: offBy(-3_600_000) })
  for (const seed of seeds) for (const connection of seed.node.getConnections(lostAgain.node.peerId)) connection.abort(new Error('lost'))
  await until(() => lostAgain.states.length > 3 && isRegistered(lostAgain), 'it comes back too')
  assert.deepEqual(runs.map(told), [0, 0, 0, 0])
})

/** What a seed holds of the node, and what happens: an earlier run's record shows up, or this run registers there. */
const history = fc.record({
  held: fc.array(fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }), { minLength: 1, maxLength: 5 }),
  steps: fc.array(fc.tuple(fc.nat(4), fc.nat(4), fc.boolean()), { maxLength: 60 })
})

test('whatever earlier runs left at the seeds, and however they tell each other, it proves no second signer', () => {
  fc.assert(
    fc.property(history, ({ held, steps }) => {
      const seeds = held.map((_, index) => `seed-${index}` as PeerIdString)
      const numbers = held.map(number => number ?? 0)
      const claims = keyClaims()
      let last = 0
      for (const [at, other, isRegistration] of steps.map(([one, two, what]) => [one % seeds.length, two % seeds.length, what] as const)) {
        if (!isRegistration) {
          numbers[at] = Math.max(numbers[at]!, numbers[other]!)
          continue
        }
        if (numbers[at]! > last) {
          last = numbers[at]!
          assert.equal(claims.shown(seeds), false)
        }
        last++
        numbers[at] = last
        claims.accepted(seeds[at]!)
      }
    })
  )
})
