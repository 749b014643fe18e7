import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRng, shuffled } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import { candidatesOf } from '@peerwatch/trust-tree'
import fc from 'fast-check'
import { bookOfReports } from '../../../peer/test/support/reports.ts'
import { memoryTier } from '../support/memory-tier.ts'
import type { PeerIdString, StoredRecord } from '@peerwatch/model'
import type { MemoryTier } from '../support/memory-tier.ts'

const COPIES = 2
const NODES = 3
const book = await bookOfReports({ reporters: 4, subjects: 6, windows: 24, trusted: NODES })
const epochNow = Math.max(...book.stored.map(({ epoch }) => epoch))

interface Step {
  readonly does: 'write' | 'cut off' | 'cut off in the middle' | 'answer late' | 'come back' | 'restart' | 'lose the disk'
  readonly node: number
  readonly count: number
}
const history: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    does: fc.constantFrom('write', 'write', 'cut off', 'cut off in the middle', 'answer late', 'come back', 'come back', 'restart', 'lose the disk'),
    node: fc.nat(NODES - 1),
    count: fc.integer({ min: 1, max: 8 })
  }),
  { maxLength: 16, size: 'max' }
)

function candidates(tier: MemoryTier, record: StoredRecord): readonly PeerIdString[] {
  return candidatesOf(tier.partition(), record.place, COPIES).current
}

/** As the durable writer does it: acknowledged once as many candidates as it takes hold the record, the first in reach among them. */
async function write(tier: MemoryTier, record: StoredRecord): Promise<boolean> {
  const inReach = candidates(tier, record).filter(tier.isLinked)
  const holders = inReach.slice(0, COPIES)
  for (const holder of holders) await tier.store(holder).write([record])
  return holders.length === COPIES
}

async function holds(tier: MemoryTier, node: PeerIdString, records: readonly StoredRecord[]): Promise<boolean> {
  const held = new Set<string>()
  for await (const { id } of tier.store(node).read({ fromEpoch: 0, toEpoch: epochNow + 1 })) held.add(id)
  return records.every(({ id }) => held.has(id))
}

/** Everybody is back: rounds of the event loop and of the clock until owner and first copy hold all that was acknowledged. */
async function settle(tier: MemoryTier, acknowledged: readonly StoredRecord[]): Promise<void> {
  for (const node of tier.nodes) tier.link(node)
  const owed = (node: PeerIdString): StoredRecord[] => acknowledged.filter(record => candidates(tier, record).slice(0, COPIES).includes(node))
  for (let round = 0; round < 500; round++) {
    await tier.round()
    if (!tier.nodes.every(tier.isCaughtUp)) continue
    const isThere = await Promise.all(tier.nodes.map(async node => holds(tier, node, owed(node))))
    if (isThere.every(Boolean)) return
  }
  const missing = await Promise.all(tier.nodes.map(async node => !(await holds(tier, node, owed(node)))))
  assert.fail(`caught up: ${tier.nodes.map(tier.isCaughtUp).join()}; acknowledged and not where it belongs: ${missing.join()}`)
}

async function idsAt(tier: MemoryTier, node: PeerIdString): Promise<Set<string>> {
  const held = new Set<string>()
  for await (const { id } of tier.store(node).names({ fromEpoch: 0, toEpoch: epochNow + 1 })) held.add(id)
  return held
}

/** Of all records that anybody holds those that one of the two who are to hold them lacks. */
async function unequal(tier: MemoryTier): Promise<string[]> {
  const held = new Map<PeerIdString, Set<string>>()
  for (const node of tier.nodes) held.set(node, await idsAt(tier, node))
  return book.stored
    .filter(record => [...held.values()].some(ids => ids.has(record.id)))
    .filter(
      record =>
        !candidates(tier, record)
          .slice(0, COPIES)
          .every(node => held.get(node)!.has(record.id))
    )
    .map(({ id }) => id)
}

async function levelled(tier: MemoryTier): Promise<void> {
  for (let round = 0; round < 100; round++) {
    if ((await unequal(tier)).length === 0) return
    await tier.round()
  }
  assert.deepEqual(await unequal(tier), [])
}

test('T79: what a write left at one candidate alone comes to those who are to hold it once its epoch is over, though no link was lost', async () => {
  const clock = manualClock(Date.now())
  const tier = await memoryTier(book, { clock, copies: COPIES, epochNow })
  for (let round = 0; round < 5; round++) await tier.round()
  const now = book.stored.filter(({ epoch }) => epoch === epochNow)
  for (const [index, record] of now.entries()) await tier.store(candidates(tier, record)[index % 3]!).write([record])
  for (let round = 0; round < 5; round++) await tier.round()
  assert.equal((await unequal(tier)).length, now.length, 'while the epoch is open nobody looks')
  tier.endEpoch()
  await levelled(tier)
  const third = now.filter((_, index) => index % 3 !== 2)
  for (const record of third) assert.equal((await idsAt(tier, candidates(tier, record)[2]!)).has(record.id), false, 'a third one takes nothing')
  await tier.stop()
})

/** A new disk whose first pull breaks off, wherever it does: it has to be begun again by itself. */
const LOST_IN_THE_MIDDLE = [2, 4, 6, 8].flatMap(count =>
  [0, 1].map((node): [Step[], number] => [
    [
      { does: 'write', node: 0, count: 1 },
      { does: 'write', node: 0, count: 2 },
      { does: 'lose the disk', node, count }
    ],
    count
  ])
)

test('T18: through outages, restarts, lost disks and pages that break off, owner and copy come to hold all that was acknowledged, and the same', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.nat(), async (steps, seed) => {
      const tier = await memoryTier(book, { clock: manualClock(Date.now()), copies: COPIES, epochNow })
      const waiting = shuffled(book.stored, seededRng(seed))
      const acknowledged: StoredRecord[] = []
      for (const { does, node: number, count } of steps) {
        const node = tier.nodes[number]!
        if (does === 'write') {
          const isWhole = tier.nodes.every(tier.isLinked)
          // after an outage a node asks for what was reported in it, not for what is older than the epoch before
          const now = waiting.filter(({ epoch }) => isWhole || epoch >= epochNow - 1).slice(0, 10 * count)
          for (const record of now) {
            waiting.splice(waiting.indexOf(record), 1)
            if (await write(tier, record)) acknowledged.push(record)
          }
        } else if (does === 'cut off') tier.unlink(node)
        else if (does === 'cut off in the middle') tier.unlinkAfter(node, count)
        else if (does === 'answer late') tier.loseCalls(node, count)
        else if (does === 'come back') tier.link(node)
        else if (does === 'restart') await tier.restart(node, false)
        else {
          // two copies survive one loss: the next comes when there are two again
          await settle(tier, acknowledged)
          await tier.restart(node, true)
          if (count % 2 === 0) tier.unlinkAfter(node, count)
          else tier.loseCalls(node, count)
          for (let each = 0; each < 3; each++) await tier.round()
          await settle(tier, acknowledged)
        }
        await tier.round()
      }
      await settle(tier, acknowledged)
      await levelled(tier)
      await tier.stop()
    }),
    { numRuns: 50, endOnFailure: true, examples: LOST_IN_THE_MIDDLE }
  )
})
