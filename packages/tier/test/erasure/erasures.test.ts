import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { LIMITS, messages } from '@peerwatch/wire'
import { createSigner, peerIdBytes, peerIdText } from '@peerwatch/link'
import { erasureBook } from '../../src/erasure/erasure-book.ts'
import { erasures } from '../../src/erasure/erasures.ts'
import { placement as placementWith } from '../../src/tree/placement.ts'
import { bareCore } from '../../../peer/test/support/reports.ts'
import { testNetwork } from '../../../link/test/support/core.ts'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { signedErasure } from '../support/erasure.ts'
import { PEPPER, reporterOf, somePeer } from '../support/tier.ts'
import { until } from '../../../../test/support/until.ts'
import type { PeerIdString, RecordStore } from '@peerwatch/model'
import type { ManualClock } from '@peerwatch/model/testing'
import type { Core } from '@peerwatch/link'
import type { Erasures } from '../../src/erasure/erasures.ts'
import type { TestKeys } from '../../../link/test/support/core.ts'

const LATEST = 100

interface Node {
  readonly keys: TestKeys
  readonly core: Core
  readonly clock: ManualClock
  readonly store: RecordStore
  readonly erasing: Erasures
  /** Whose case is open. */
  readonly cases: Set<PeerIdString>
  /** Encoded certificates in force. */
  readonly certificates: Uint8Array[]
  readonly events: string[]
  readonly floorOf: (peer: PeerIdString) => number
  readonly window: () => void
}

const placing = placementWith(PEPPER)

async function nodeOf(keys: TestKeys, index = 0): Promise<Node> {
  const clock = manualClock(1_700_000_000_000)
  const core = await bareCore(keys, keys.trusted[index], clock)
  const store = memoryRecordStore()
  const cases = new Set<PeerIdString>()
  const certificates: Uint8Array[] = []
  const events: string[] = []
  Object.assign(core.certificates, { encoded: () => certificates })
  core.events.addEventListener('erasure:refused', ({ detail }) => events.push(detail.why))
  core.events.addEventListener('peer:fault', ({ detail }) => events.push(detail.what))
  const erasing = erasures(core, { store, placement: placing, hasCase: peer => cases.has(peer), latestEpoch: () => LATEST })
  core.windows.start()
  await erasing.beforeStart?.()
  await erasing.start?.()
  const floorOf = (peer: PeerIdString): number => store.floorOf({ subject: placing.pseudonym(peer), author: placing.pseudonym(peer) })
  return { keys, core, clock, store, erasing, cases, certificates, events, floorOf, window: () => clock.advance(core.windows.windowMs) }
}

/** A hello of one node to another. */
async function greet(from: Node, to: Node): Promise<void> {
  await to.erasing.hear(from.core.self, from.erasing.told(to.core.self))
}

async function certificateOf(keys: TestKeys, subject: PeerIdString): Promise<Uint8Array> {
  const verdict = messages.verdict.encode({
    kind: 1,
    rosterVersion: 1,
    subject: peerIdBytes(subject),
    dimension: 2,
    reason: 'integrity',
    findings: new Uint8Array(32),
    issuedAtMs: 1_700_000_000_000,
    expiresAtMs: 1_700_003_600_000,
    serial: 1
  })
  return messages.certificate.encode({ verdict, cosignatures: [{ signer: peerIdBytes(keys.network.authority), signature: new Uint8Array(64) }] })
}

test('P93: an erasure waits for the end of a case and of a certificate of its subject, and is applied then by itself', async () => {
  const node = await nodeOf(await testNetwork())
  const subject = await somePeer()
  const erased: [PeerIdString, number][] = []
  node.erasing.onErased((peer, throughWindow) => erased.push([peer, throughWindow]))
  node.cases.add(subject)
  assert.equal(await node.erasing.publish(await signedErasure(node.keys, subject, 7), subject), 'newer')
  assert.deepEqual(node.erasing.stateOf(subject), { state: 'case', upToEpoch: 7, records: 0 })
  node.certificates.push(await certificateOf(node.keys, subject))
  node.cases.clear()
  node.window()
  await new Promise(setImmediate)
  assert.equal(node.erasing.stateOf(subject).state, 'certificate')
  assert.equal(node.floorOf(subject), -1)
  assert.deepEqual(erased, [])
  node.certificates.length = 0
  node.window()
  await until(() => node.erasing.stateOf(subject).state === 'erased', 'it is applied')
  assert.equal(node.floorOf(subject), 7)
  assert.deepEqual(erased, [[subject, 8 * node.core.roster.current().preset.epochWindows - 1]])
})

test('P94: an erasure that is forged, rolled back, of another network or beyond all epochs is refused and counted', async () => {
  const [keys, others] = [await testNetwork({ trusted: 2 }), await testNetwork()]
  const [node, other] = [await nodeOf(keys), await nodeOf(keys, 1)]
  const subject = await somePeer()
  await node.erasing.publish(await signedErasure(keys, subject, 7), subject)
  for (const forged of [
    await signedErasure(keys, subject, 9, keys.trusted[1]),
    await signedErasure(others, subject, 9),
    await signedErasure(keys, subject, 0xffff_fffe),
    await createSigner(keys.authority, keys.network.id).sign('token', messages.erasure.encode({ subject: peerIdBytes(subject), upToEpoch: 9 })),
    new Uint8Array(LIMITS.erasureBytes + 1)
  ]) {
    await assert.rejects(node.erasing.publish(forged, subject), { code: 'bad-signature' })
    await node.erasing.hear(other.core.self, { digest: new Uint8Array(), signed: [forged, await signedErasure(keys, await somePeer(), 1)], keptFromEpoch: 0 })
  }
  assert.deepEqual(node.events.splice(0), Array.from({ length: 5 }, () => ['forged', 'forged', 'bad-erasure']).flat())
  assert.equal(await node.erasing.publish(await signedErasure(keys, subject, 6), subject), 'older')
  assert.deepEqual(node.events.splice(0), ['older'])
  // whoever is behind is no liar
  await node.erasing.hear(other.core.self, { digest: new Uint8Array(), signed: [await signedErasure(keys, subject, 5)], keptFromEpoch: 0 })
  assert.deepEqual(node.events.splice(0), ['older'])
  assert.equal(node.floorOf(subject), 7)
  await assert.rejects(node.erasing.publish(await signedErasure(keys, subject, LATEST + 1), subject), { code: 'refused' })
  await assert.rejects(node.erasing.publish(await signedErasure(keys, await somePeer(), 1), subject), { code: 'refused' })
  const seed = peerIdText(peerIdFromPrivateKey(keys.seeds[0]!))
  await assert.rejects(node.erasing.publish(await signedErasure(keys, seed, 1), seed), { code: 'refused' })
})

test('P95: what one member knows the others know after a hello, and the highest epoch holds, whoever says it first', async () => {
  const keys = await testNetwork({ trusted: 2 })
  const [one, two] = [await nodeOf(keys), await nodeOf(keys, 1)]
  const [subject, another] = [await somePeer(), await somePeer()]
  await one.erasing.publish(await signedErasure(keys, subject, 7), subject)
  await two.erasing.publish(await signedErasure(keys, subject, 9), subject)
  await two.erasing.publish(await signedErasure(keys, another, 3), another)
  const link = { peer: one.core.self, isUp: () => true }
  assert.equal(two.erasing.hasHeard([link]), false)
  assert.ok(two.erasing.hasHeard([{ ...link, isUp: () => false }]))
  await greet(one, two)
  assert.ok(two.erasing.hasHeard([link]))
  await greet(two, one)
  assert.deepEqual(
    [one, two].map(({ floorOf }) => [floorOf(subject), floorOf(another)]),
    [
      [9, 3],
      [9, 3]
    ]
  )
  await greet(one, two)
  assert.equal(one.erasing.told(two.core.self).signed.length, 0, 'who knows the same is told nothing')
  two.erasing.unheard(one.core.self)
  assert.equal(two.erasing.told(one.core.self).signed.length, 2)
})

test('P95: an erasure is forgotten once retention has passed its epoch on every trusted node, and not before', async () => {
  const keys = await testNetwork({ trusted: 2 })
  const [one, two] = [await nodeOf(keys), await nodeOf(keys, 1)]
  const subject = await somePeer()
  await one.erasing.publish(await signedErasure(keys, subject, 7), subject)
  await greet(one, two)
  await greet(two, one)
  const isKnown = async (node: Node): Promise<boolean> => {
    await until(() => node.erasing.stateOf(subject).state !== 'removing', 'it is removed')
    for (let turns = 0; turns < 20; turns++) {
      node.window()
      await new Promise(setImmediate)
    }
    return node.erasing.stateOf(subject).state !== 'unknown'
  }
  await one.store.raiseFloor(7)
  await two.store.raiseFloor(6)
  await greet(two, one)
  assert.ok(await isKnown(one), 'the other has not passed it')
  // of the epoch something may still be left there
  await two.store.raiseFloor(7, 7)
  await greet(two, one)
  assert.ok(await isKnown(one), 'the other may hold what is left of it')
  await two.store.raiseFloor(8, 8)
  await greet(two, one)
  await greet(one, two)
  assert.equal(await isKnown(one), false)
  assert.equal(await isKnown(two), false)
})

test('P95: a node knows a bounded number of erasures, refuses more, and keeps those that it knows over a restart', async () => {
  const keys = await testNetwork()
  const core = await bareCore(keys)
  const book = erasureBook(core, 2)
  const [first, second, third] = [await somePeer(), await somePeer(), await somePeer()]
  assert.equal(await book.take(await signedErasure(keys, first, 1)), 'newer')
  assert.equal(await book.take(await signedErasure(keys, second, 2)), 'newer')
  assert.equal(await book.take(await signedErasure(keys, third, 3)), 'full')
  assert.equal(await book.take(await signedErasure(keys, second, 4)), 'newer')
  await book.done(book.get(first)!, 12)
  const again = erasureBook(core, 2)
  await again.load()
  assert.equal(again.all().length, 2)
  assert.deepEqual(
    [first, second].map(subject => [again.get(subject)?.upToEpoch, again.get(subject)?.records]),
    [
      [1, 12],
      [4, undefined]
    ]
  )
  assert.ok(again.digest().equals(book.digest()))
})

test('P92: a node whose records were lost erases again what it knows before it starts', async () => {
  const keys = await testNetwork()
  const node = await nodeOf(keys)
  const { peer } = await reporterOf(keys)
  await node.erasing.publish(await signedErasure(keys, peer, 7), peer)
  await until(() => node.erasing.stateOf(peer).state === 'erased', 'it is applied')
  const store = memoryRecordStore()
  const erasing = erasures(node.core, { store, placement: placing, hasCase: () => false, latestEpoch: () => LATEST })
  await erasing.beforeStart?.()
  assert.equal(store.floorOf({ subject: placing.pseudonym(peer), author: placing.pseudonym(peer) }), 7)
})
