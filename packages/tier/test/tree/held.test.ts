import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { epochOf } from '@peerwatch/model'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { HELD, heldAnywhere, heldHere } from '../../src/tree/held.ts'
import { bookOfReports } from '../../../peer/test/support/reports.ts'
import { somePeer } from '../support/tier.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { Partition } from '@peerwatch/trust-tree'
import type { ErasureState } from '../../src/erasure/erasures.ts'
import type { Held, HeldQuery } from '../../src/tree/held.ts'

type Answer = Held | undefined

const book = await bookOfReports({ reporters: 1, subjects: 2, windows: 1 })
const NODES = await Promise.all(Array.from({ length: 5 }, somePeer))
const ASKED: HeldQuery = { subject: await somePeer(), author: await somePeer(), window: 4_000 }
const ANSWERS: readonly Answer[] = [...(Object.keys(HELD) as Held[]), undefined]
const answer = fc.constantFrom(...ANSWERS)
const ringOf = (nodes: readonly PeerIdString[]): Partition['ring'] => nodes.map((node, at) => ({ node, start: `${at * 3}`.padEnd(16, '0') as Place }))

interface Asking {
  readonly self: PeerIdString
  readonly answers: ReadonlyMap<PeerIdString, Answer>
  readonly views?: readonly Partition[]
  readonly isCaughtUp?: () => boolean
}

/** What a node with this number says, where each of the others says what the map has; undefined there is no answer. */
async function asked({ self, answers, views = [{ ring: ringOf(NODES.slice(0, 3)) }], isCaughtUp = () => true }: Asking): Promise<Answer> {
  const saying = async (node: PeerIdString): Promise<Held> => {
    const said = answers.get(node)
    if (said == null) throw new Error('no answer')
    return said
  }
  let looks = 0
  const find = heldAnywhere(
    { ...book.core, self, log: Object.assign(() => {}, book.core.log) },
    {
      tokens: { partition: () => views[Math.min(looks++, views.length - 1)]! },
      placement: { place: () => '1000000000000000' as Place },
      copies: 2,
      isCaughtUp,
      here: async () => saying(self),
      ask: saying
    }
  )
  return find(ASKED)
}

test('T100: that a report is held nowhere takes the word of every candidate; one that holds it, or keeps it no more, is enough', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(answer, answer, answer), fc.nat(4), async (said, at) => {
      const answers = new Map(said.map((each, index) => [NODES[index]!, each]))
      const expected = said.includes('held') ? 'held' : said.includes('expired') ? 'expired' : said.every(each => each === 'absent') ? 'absent' : undefined
      assert.equal(await asked({ self: NODES[at]!, answers }), expected)
    })
  )
})

test('T100: while a start moves, where the view changes meanwhile, or while a node catches up, nothing is missed', async () => {
  const all = (said: Answer): Map<PeerIdString, Answer> => new Map(NODES.map(node => [node, said]))
  const settled: Partition = { ring: ringOf(NODES.slice(0, 3)) }
  const moving: Partition = { ring: ringOf(NODES.slice(0, 3)), formerRing: ringOf(NODES.slice(2, 5)) }
  const self = NODES[0]!
  const nowhere = all('absent')
  assert.equal(await asked({ self, answers: nowhere, views: [settled, settled] }), 'absent')
  assert.equal(await asked({ self, answers: nowhere, views: [moving] }), undefined)
  assert.equal(await asked({ self, answers: nowhere, views: [settled, { ...settled }] }), undefined)
  assert.equal(await asked({ self, answers: nowhere, views: [{ ring: [] }] }), undefined)
  assert.equal(await asked({ self, answers: nowhere, isCaughtUp: () => false }), undefined)
  const behind = [true, false]
  assert.equal(await asked({ self, answers: nowhere, isCaughtUp: () => behind.shift()! }), undefined)
  const former = new Map([...nowhere, [NODES[4]!, 'held' as const]])
  assert.equal(await asked({ self, answers: former, views: [moving] }), 'held', 'those before the move are asked too')
})

test('T101: what retention or an erasure has passed is not missed, an erasure that still waits for a case or is known of the author included', async () => {
  const store = memoryRecordStore()
  const [stored, other] = book.stored
  const { author, subject } = book.parser.stored(stored!)
  await store.write([stored!, other!])
  const { window, epoch } = stored!
  assert.equal(epoch, epochOf(window, book.core.network.roster.preset.epochWindows))
  const known = new Map<PeerIdString, ErasureState>()
  const here = heldHere(book.core, {
    store,
    placement: book.placement,
    erasing: { stateOf: peer => known.get(peer) ?? { state: 'unknown', upToEpoch: 0, records: 0 } }
  })
  const ask = { subject, author, window }
  assert.equal(await here(ask), 'held')
  assert.equal(await here({ ...ask, window: window - 1 }), 'absent')
  assert.equal(await here({ ...ask, author: subject }), 'absent')
  await store.remove([stored!])
  assert.equal(await here(ask), 'absent')
  for (const peer of [subject, author]) {
    known.set(peer, { state: 'case', upToEpoch: epoch, records: 0 })
    assert.equal(await here(ask), 'expired')
    known.set(peer, { state: 'case', upToEpoch: epoch - 1, records: 0 })
    assert.equal(await here(ask), 'absent')
  }
  await store.raiseFloor(epoch)
  assert.equal(await here(ask), 'expired')
})
