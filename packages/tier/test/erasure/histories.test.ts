import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concerns, epochOf, seededRng, shuffled } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import { candidatesOf } from '@peerwatch/trust-tree'
import { bookOfReports } from '../../../peer/test/support/reports.ts'
import { signedErasure } from '../support/erasure.ts'
import { memoryTier } from '../support/memory-tier.ts'
import type { PeerIdString, Pseudonym, StoredRecord } from '@peerwatch/model'
import type { MemoryTier } from '../support/memory-tier.ts'

const NODES = 4
const COPIES = 2

const book = await bookOfReports({ reporters: 3, subjects: 4, windows: 24, trusted: NODES })
const { epochWindows } = book.core.roster.current().preset
const epochNow = epochOf(book.core.windows.now().window, epochWindows)
/** Everybody who is reported, or reports. */
const peers = [...new Set(book.stored.flatMap(stored => [book.parser.stored(stored).subject, book.parser.stored(stored).author]))]

const history: fc.Arbitrary<readonly { does: string; node: number; count: number }[]> = fc.array(
  fc.record({
    does: fc.constantFrom('write', 'write', 'erase', 'cut off', 'cut off in the middle', 'answer late', 'come back', 'come back', 'restart', 'lose the disk'),
    node: fc.nat(NODES - 1),
    count: fc.integer({ min: 1, max: 8 })
  }),
  { maxLength: 16, size: 'max' }
)

interface Erased {
  readonly name: Pseudonym
  readonly upToEpoch: number
}

interface History {
  readonly tier: MemoryTier
  readonly acknowledged: StoredRecord[]
  readonly erased: Erased[]
  /** What those who are linked knew when this node was linked: it must know it once it has caught up. */
  readonly owed: Map<PeerIdString, readonly Erased[]>
}

function isErased(record: StoredRecord, erased: readonly Erased[]): boolean {
  return erased.some(({ name, upToEpoch }) => record.epoch <= upToEpoch && concerns(record, name))
}

async function held(tier: MemoryTier, node: PeerIdString): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  for await (const record of tier.store(node).read({ fromEpoch: 0, toEpoch: epochNow + 1 })) found.push(record)
  return found
}

function candidates(tier: MemoryTier, record: StoredRecord): readonly PeerIdString[] {
  return candidatesOf(tier.partition(), record.place, COPIES).current
}

function knownTo({ tier, erased }: History, node: PeerIdString): Erased[] {
  return erased.filter(({ name, upToEpoch }) =>
    book.stored.filter(record => concerns(record, name)).every(record => tier.store(node).floorOf(record) >= upToEpoch)
  )
}

function link(all: History, node: PeerIdString): void {
  const { tier, owed } = all
  if (!tier.isLinked(node)) {
    owed.set(
      node,
      tier.nodes.filter(tier.isLinked).flatMap(other => knownTo(all, other))
    )
  }
  // a cut that was still to come does not come any more
  tier.link(node)
}

/** Whoever has caught up reads nothing that was erased before it was linked. */
async function check({ tier, owed }: History): Promise<void> {
  for (const node of tier.nodes) {
    if (!tier.isLinked(node) || !tier.isCaughtUp(node)) continue
    const back = (await held(tier, node)).filter(record => isErased(record, owed.get(node) ?? []))
    assert.equal(back.length, 0, `${node} has caught up and reads what was erased`)
  }
}

/** Everybody is linked, and all that must go round has gone round. */
async function settle(all: History): Promise<void> {
  const { tier, acknowledged, erased } = all
  for (const node of tier.nodes) link(all, node)
  const lacks = async (node: PeerIdString): Promise<boolean> => {
    const ids = new Set((await held(tier, node)).map(({ id }) => id))
    const owed = acknowledged.filter(record => !isErased(record, erased) && candidates(tier, record).slice(0, COPIES).includes(node))
    return owed.some(({ id }) => !ids.has(id)) || knownTo(all, node).length < erased.length
  }
  for (let round = 0; round < 500; round++) {
    await tier.round()
    await check(all)
    if (!tier.nodes.every(tier.isCaughtUp)) continue
    if (!(await Promise.all(tier.nodes.map(lacks))).some(Boolean)) return
  }
  assert.fail('it does not settle')
}

/** As the durable writer does it. */
async function write({ tier, acknowledged, erased }: History, record: StoredRecord): Promise<void> {
  const inReach = candidates(tier, record).filter(tier.isLinked).slice(0, COPIES)
  const outcomes = await Promise.all(inReach.map(async node => (await tier.store(node).write([record]))[0]))
  if (outcomes.filter(outcome => outcome !== 'expired').length === COPIES && !isErased(record, erased)) acknowledged.push(record)
}

async function step(all: History, waiting: StoredRecord[], { does, node: number, count }: { does: string; node: number; count: number }): Promise<void> {
  const { tier, erased } = all
  const node = tier.nodes[number]!
  if (does === 'write') {
    const isWhole = tier.nodes.every(tier.isLinked)
    const now = waiting.filter(({ epoch }) => isWhole || epoch >= epochNow - 1).slice(0, 10 * count)
    for (const record of now) {
      waiting.splice(waiting.indexOf(record), 1)
      await write(all, record)
    }
  } else if (does === 'erase') {
    const peer = peers[(number * 8 + count) % peers.length]!
    const upToEpoch = epochNow - (count % 3)
    if (!tier.isLinked(node)) return
    await tier.erase(node, await signedErasure(book.keys, peer, upToEpoch), peer)
    erased.push({ name: book.placement.pseudonym(peer), upToEpoch })
  } else if (does === 'cut off') tier.unlink(node)
  else if (does === 'cut off in the middle') tier.unlinkAfter(node, count)
  else if (does === 'answer late') tier.loseCalls(node, count)
  else if (does === 'come back') link(all, node)
  else if (does === 'restart') {
    tier.unlink(node)
    await tier.restart(node, false)
    tier.unlink(node)
    link(all, node)
  } else {
    // what one node alone knows is lost with its disk, records and erasures alike
    await settle(all)
    await tier.restart(node, true)
    tier.unlink(node)
    link(all, node)
    if (count % 2 === 0) tier.unlinkAfter(node, count)
    else tier.loseCalls(node, count)
    for (let each = 0; each < 3; each++) {
      await tier.round()
      await check(all)
    }
    await settle(all)
  }
}

test('P96: what was erased stays erased, through outages, restarts, lost disks and whatever reconciles later', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.nat(), async (steps, seed) => {
      const tier = await memoryTier(book, { clock: manualClock(Date.now()), copies: COPIES, epochNow })
      const all: History = { tier, acknowledged: [], erased: [], owed: new Map() }
      const waiting = shuffled(book.stored, seededRng(seed))
      for (const each of steps) {
        await step(all, waiting, each)
        await tier.round()
        await check(all)
      }
      await settle(all)
      for (const node of tier.nodes) {
        assert.equal((await held(tier, node)).filter(record => isErased(record, all.erased)).length, 0, 'nobody holds what was erased')
        const outcomes = await tier.store(node).write(book.stored.filter(record => isErased(record, all.erased)))
        assert.ok(
          outcomes.every(outcome => outcome === 'expired'),
          'nor takes it again'
        )
      }
      await tier.stop()
    }),
    { numRuns: 12, endOnFailure: true }
  )
})
