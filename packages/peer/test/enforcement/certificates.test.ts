import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { test } from 'node:test'
import { DIMENSIONS } from '@peerwatch/detection'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { manualClock } from '@peerwatch/model/testing'
import { messages } from '@peerwatch/wire'
import { MemoryDatastore } from 'datastore-core'
import fc from 'fast-check'
import { Key } from 'interface-datastore'
import { createCore, createNetworkFile, peerIdText, readCertificate, signRoster } from '@peerwatch/link'
import { certificateBook } from '../../src/enforcement/certificates.ts'
import { testCertificate } from '../../../link/test/support/certificates.ts'
import { testNetwork } from '../../../link/test/support/core.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { ManualClock } from '@peerwatch/model/testing'
import type { Datastore } from 'interface-datastore'
import type { Certificates } from '../../src/enforcement/certificates.ts'
import type { Core, PeerwatchComponents } from '@peerwatch/link'
import type { TestKeys } from '../../../link/test/support/core.ts'

const HOUR_MS = 60 * 60 * 1000

async function key(): Promise<PrivateKey> {
  return generateKeyPair('Ed25519')
}
async function somebody(): Promise<PeerIdString> {
  return peerIdText(peerIdFromPrivateKey(await key()))
}

const silent = Object.assign(() => {}, { error: () => {}, trace: () => {}, enabled: false })
const logger = { forComponent: () => silent }

interface Bench {
  readonly keys: TestKeys
  readonly core: Core
  readonly book: Certificates
  readonly told: string[]
  readonly clock: ManualClock
}

/** A book around a datastore, without a host: nothing here needs a link. */
async function bench(keys?: TestKeys, datastore: Datastore = new MemoryDatastore()): Promise<Bench> {
  const network = keys ?? (await testNetwork({ trusted: 3, seeds: 1 }))
  const clock = manualClock(Date.now())
  const privateKey = await key()
  const books: Certificates[] = []
  const core = createCore({ datastore, logger, peerId: peerIdFromPrivateKey(privateKey), privateKey } as unknown as PeerwatchComponents, {
    network: network.network,
    dimensions: DIMENSIONS,
    clock,
    certificates: partial => {
      books.push(certificateBook(partial))
      return books[0]!
    }
  })
  const told: string[] = []
  core.events.addEventListener('peer:evicted', ({ detail }) => told.push(`evicted ${detail.serial}`))
  core.events.addEventListener('peer:reinstated', ({ detail }) => told.push(`reinstated: ${detail.reason}`))
  const book = books[0]!
  await book.beforeStart()
  return { keys: network, core, book, told, clock }
}

test('E1: an eviction takes force with the signatures of k distinct members of the current roster, and is told once', async () => {
  const { keys, book, told } = await bench()
  const subject = await somebody()
  const [a, b, c] = keys.trusted as [PrivateKey, PrivateKey, PrivateKey]
  const stranger = await key()
  for (const signers of [[a], [a, a], [a, stranger], []]) {
    assert.equal(await book.accept(await testCertificate(keys.network, subject, signers)), 'refused', `${signers.length} signatures`)
  }
  const byTwo = messages.certificate.decode(await testCertificate(keys.network, subject, [a, b]))
  byTwo.cosignatures[1]!.signature[0]! ^= 1
  assert.equal(await book.accept(messages.certificate.encode(byTwo)), 'refused', 'a wrong signature is none')
  assert.equal(book.evicted(subject), undefined)
  const issuedAtMs = Date.now()
  const good = await testCertificate(keys.network, subject, [a, b], { issuedAtMs })
  assert.deepEqual(await Promise.all([book.accept(good), book.accept(good)]), ['new', 'known'], 'also when both come at once')
  assert.equal(await book.accept(good), 'known')
  assert.equal(await book.accept(await testCertificate(keys.network, subject, [b, c], { issuedAtMs })), 'known', 'one verdict, whoever signed it')
  assert.equal(book.evicted(subject)?.dimension, 'integrity')
  assert.equal(book.evicted(subject)?.signers.length, 2)
  assert.deepEqual(told, ['evicted 1'])
  book.stop()
})

test('E2: a verdict that lasts too long, is expired, from the future, of an unknown kind or in a dimension without cases is refused', async () => {
  const { keys, book } = await bench()
  const now = Date.now()
  const wrong = {
    'lasts eight days': { issuedAtMs: now, expiresAtMs: now + 8 * 24 * HOUR_MS },
    'ends before it begins, in a moment': { issuedAtMs: now + 1_500, expiresAtMs: now + 1_400 },
    'is expired': { issuedAtMs: now - 2 * HOUR_MS, expiresAtMs: now - HOUR_MS },
    'is issued in an hour': { issuedAtMs: now + HOUR_MS, expiresAtMs: now + 2 * HOUR_MS },
    'is of an unknown kind': { kind: 3 },
    'is about liveness': { dimension: 1 },
    'is about a dimension of the future': { dimension: 99 },
    'has no digest of findings': { findings: new Uint8Array(0) },
    'would write control characters to a terminal': { reason: '\u001b[2J' }
  }
  for (const [what, verdict] of Object.entries(wrong)) {
    assert.equal(await book.accept(await testCertificate(keys.network, await somebody(), keys.trusted, verdict)), 'refused', what)
  }
  assert.equal(book.liveSet().count, 0)
  book.stop()
})

test('E3: neither a seed nor a member of the roster can be evicted, nor anybody by a certificate of another network', async () => {
  const { keys, book } = await bench()
  const { network: other } = await testNetwork({ name: 'other', trusted: 3 })
  for (const peer of [...keys.network.roster.seeds, ...keys.network.roster.trusted]) {
    assert.equal(await book.accept(await testCertificate(keys.network, peer, keys.trusted)), 'refused')
  }
  assert.equal(await book.accept(await testCertificate(other, await somebody(), keys.trusted)), 'refused')
  book.stop()
})

test('E4: only a higher serial changes what is in force, and a reinstatement lifts an eviction', async () => {
  const { keys, book, told, clock } = await bench()
  const subject = await somebody()
  const eviction = await testCertificate(keys.network, subject, keys.trusted, { serial: 5 })
  assert.equal(await book.accept(eviction), 'new')
  assert.equal(await book.accept(await testCertificate(keys.network, subject, keys.trusted, { serial: 4, kind: 2 })), 'refused')
  assert.equal(await book.accept(await testCertificate(keys.network, subject, keys.trusted, { serial: 6, kind: 2, reason: 'wrong finding' })), 'new')
  assert.equal(book.evicted(subject), undefined)
  assert.equal(await book.accept(eviction), 'refused', 'a replay does not bring it back')
  assert.deepEqual(told, ['evicted 5', 'reinstated: wrong finding'])
  assert.equal(book.history(subject).serial, 6)
  assert.equal(book.liveSet().count, 1, 'whoever holds the eviction still has to learn of it')
  clock.advance(2 * HOUR_MS)
  const late = { serial: 5, issuedAtMs: clock.nowMs() }
  assert.equal(await book.accept(await testCertificate(keys.network, subject, keys.trusted, late)), 'refused', 'nor a lower one once nothing is in force')
  book.stop()
})

test('E5: of two verdicts with one serial every node keeps the same one, whatever comes first', async () => {
  const keys = await testNetwork({ trusted: 3 })
  const subject = await somebody()
  const both = [
    await testCertificate(keys.network, subject, keys.trusted, { reason: 'one' }),
    await testCertificate(keys.network, subject, keys.trusted, { reason: 'two' })
  ]
  const hashes: string[] = []
  for (const order of [both, both.toReversed()]) {
    const { book } = await bench(keys)
    for (const each of order) await book.accept(each)
    hashes.push(Buffer.from(book.liveSet().hash).toString('hex'))
    book.stop()
  }
  assert.equal(hashes[0], hashes[1])
})

function hashOf(encoded: Uint8Array): Buffer {
  return createHash('sha256').update(messages.certificate.decode(encoded).verdict).digest()
}

test('E6: the live set is named by the SHA-256 of the sorted SHA-256 hashes of the verdicts in force', async () => {
  const { keys, book, clock } = await bench()
  assert.deepEqual(book.liveSet(), { count: 0, hash: createHash('sha256').digest() })
  const made = [await testCertificate(keys.network, await somebody(), keys.trusted), await testCertificate(keys.network, await somebody(), keys.trusted)]
  // the last of the list comes first
  for (const each of made.toSorted((a, b) => Buffer.compare(hashOf(b), hashOf(a)))) await book.accept(each)
  const hashes = made.map(hashOf).toSorted((a, b) => Buffer.compare(a, b))
  assert.deepEqual(book.liveSet(), { count: 2, hash: createHash('sha256').update(Buffer.concat(hashes)).digest() })
  assert.equal(book.encoded().length, 2)
  clock.advance(2 * HOUR_MS)
  assert.equal(book.liveSet().count, 0, 'what has expired is no part of it')
  assert.deepEqual(book.evictions(), [])
  book.stop()
})

test('E7: evictions, their number and what the operator allows hold after a restart, and are verified again', async () => {
  const datastore = new MemoryDatastore()
  const first = await bench(undefined, datastore)
  const [held, allowed, forged] = [await somebody(), await somebody(), await somebody()]
  for (const subject of [held, allowed]) await first.book.accept(await testCertificate(first.keys.network, subject, first.keys.trusted))
  await first.book.allow(allowed, true)
  assert.equal(first.book.evicted(allowed), undefined)
  first.book.stop()
  const unsigned = await testCertificate(first.keys.network, forged, [])
  const stored = { certificate: Buffer.from(unsigned).toString('base64'), evictions: 1, serial: 1 }
  await datastore.put(new Key(`/peerwatch/certificates/${forged}`), new TextEncoder().encode(JSON.stringify(stored)))
  await datastore.put(new Key('/peerwatch/certificates/garbage'), Uint8Array.of(1, 2, 3))

  const second = await bench(first.keys, datastore)
  assert.equal(second.book.evicted(held)?.serial, 1)
  assert.equal(second.book.evicted(allowed), undefined)
  assert.deepEqual(second.book.allowed(), [allowed])
  assert.equal(second.book.evicted(forged), undefined, 'an unsigned one in the datastore is worth nothing')
  assert.deepEqual(second.book.history(held), { evictions: 1, serial: 1 })
  await second.book.allow(allowed, false)
  assert.equal(second.book.evicted(allowed)?.serial, 1)
  second.book.stop()
})

test('E8: a new roster takes certificates out of force that fewer than k of its members signed', async () => {
  const { keys, core, book, told } = await bench()
  const [a, b, c] = keys.trusted as [PrivateKey, PrivateKey, PrivateKey]
  const [byAb, byBc] = [await somebody(), await somebody()]
  await book.accept(await testCertificate(keys.network, byAb, [a, b]))
  await book.accept(await testCertificate(keys.network, byBc, [b, c]))
  const file = await createNetworkFile({
    name: 'testnet',
    preset: 'demo',
    scope: 'local',
    nowMs: 1,
    rosterVersion: 2,
    quorum: 2,
    authority: keys.authority,
    seeds: [],
    trusted: [b, c]
  })
  const reinstated = once(core.events as unknown as EventTarget, 'peer:reinstated')
  assert.equal(await core.roster.accept(Buffer.from(file.roster, 'base64')), 'newer')
  await reinstated
  assert.equal(book.evicted(byAb), undefined)
  assert.equal(book.evicted(byBc)?.serial, 1)
  assert.match(told.at(-1) ?? '', /the roster changed/)
  book.stop()
})

test('E14: what a trusted node signed before it left counts on, and what it signed later, or a thief of its key, does not', async () => {
  const { keys, core, book } = await bench()
  const { network } = keys
  const [a, b, c] = keys.trusted as [PrivateKey, PrivateKey, PrivateKey]
  const [held, later, stolen] = [await somebody(), await somebody(), await somebody()]
  const leftMs = Date.now() - HOUR_MS / 2
  const before = { issuedAtMs: leftMs, expiresAtMs: leftMs + HOUR_MS }
  await book.accept(await testCertificate(network, held, [a, c], before))
  await book.accept(await testCertificate(network, stolen, [b, c], before))
  const ids = keys.trusted.map(each => peerIdText(peerIdFromPrivateKey(each)))
  const terms = { name: network.name, authority: keys.authority, seeds: [], preset: 'demo', scope: 'local', nowMs: leftMs, quorum: 2 } as const
  const two = await signRoster({ ...terms, trusted: ids.slice(1), rosterVersion: 2, replaces: core.roster.current() })
  assert.equal(await core.roster.accept(two), 'newer')
  const newest = await key()
  const trusted = [ids[2]!, peerIdText(peerIdFromPrivateKey(newest))]
  const three = await signRoster({ ...terms, trusted, rosterVersion: 3, replaces: core.roster.current(), stolen: ids[1]! })
  assert.equal(await core.roster.accept(three), 'newer')
  assert.deepEqual(core.roster.current().leaving, [ids[1]])
  assert.equal(await book.accept(await testCertificate(network, later, [a, c], { issuedAtMs: leftMs + 1, expiresAtMs: leftMs + HOUR_MS })), 'refused')
  assert.equal(await book.accept(await testCertificate(network, later, [b, newest], before)), 'refused')
  assert.equal(book.evicted(held)?.serial, 1)
  assert.equal(book.evicted(stolen), undefined)
  book.stop()
})

test('E15: a higher k leaves evictions in force that as many have signed as were needed then, and takes no later one with as few', async () => {
  const { keys, core, book } = await bench()
  const [a, b, c] = keys.trusted as [PrivateKey, PrivateKey, PrivateKey]
  const [held, known, later, alone] = [await somebody(), await somebody(), await somebody(), await somebody()]
  const raisedMs = Date.now() - HOUR_MS / 2
  const before = { issuedAtMs: raisedMs, expiresAtMs: raisedMs + HOUR_MS }
  await book.accept(await testCertificate(keys.network, held, [a, b], before))
  const terms = {
    name: keys.network.name,
    authority: keys.authority,
    seeds: [],
    preset: 'demo',
    scope: 'local',
    trusted: core.roster.current().trusted
  } as const
  const three = await signRoster({ ...terms, nowMs: raisedMs, quorum: 3, rosterVersion: 2, replaces: core.roster.current() })
  assert.equal(await core.roster.accept(three), 'newer')
  await new Promise(setImmediate)
  assert.equal(book.evicted(held)?.serial, 1)
  assert.equal(await book.accept(await testCertificate(keys.network, known, [b, c], before)), 'new')
  assert.equal(await book.accept(await testCertificate(keys.network, alone, [c], before)), 'refused')
  const after = { issuedAtMs: raisedMs + 1, expiresAtMs: raisedMs + HOUR_MS }
  assert.equal(await book.accept(await testCertificate(keys.network, later, [b, c], after)), 'refused')
  assert.equal(await book.accept(await testCertificate(keys.network, later, [a, b, c], after)), 'new')
  const much = { ...terms, nowMs: raisedMs + 8 * 24 * HOUR_MS, rosterVersion: 3, replaces: core.roster.current() }
  await core.roster.accept(await signRoster({ ...much, quorum: 3 }))
  assert.deepEqual(core.roster.current().formerQuorums, [], 'no certificate of then can live any more')
  book.stop()
})

test('E25: a reinstatement ends what came before it in whatever order the two come, also after a restart, and no later eviction; what it ended is not counted', async () => {
  const keys = await testNetwork({ trusted: 3 })
  const subject = await somebody()
  const now = Date.now()
  const made = async (kind: number, serial: number, hours: number): Promise<Uint8Array> =>
    testCertificate(keys.network, subject, keys.trusted, { kind, serial, issuedAtMs: now + serial, expiresAtMs: now + serial + hours * HOUR_MS })
  const [second, ended, later] = [await made(1, 3, 2), await made(2, 4, 2), await made(1, 5, 2)]
  for (const order of [
    [second, ended],
    [ended, second],
    [second, second, ended, ended, second]
  ]) {
    const datastore = new MemoryDatastore()
    const before = await bench(keys, datastore)
    for (const each of order) await before.book.accept(each)
    const expected = { evictions: 1, serial: 4, reinstatedAtMs: now + 4 }
    assert.deepEqual(before.book.history(subject), expected)
    before.book.stop()
    const after = await bench(keys, datastore)
    assert.deepEqual(after.book.history(subject), expected)
    assert.equal(await after.book.accept(second), 'refused')
    assert.equal(after.book.evicted(subject), undefined)
    assert.equal(await after.book.accept(later), 'new')
    assert.equal(await after.book.accept(ended), 'refused', 'a replay')
    assert.equal(after.book.evicted(subject)?.serial, 5)
    assert.deepEqual(after.book.history(subject), { evictions: 2, serial: 5, reinstatedAtMs: now + 4 })
    after.book.stop()
  }
})

test('E9: each eviction tells how many there were before it, also to a node that never saw those', async () => {
  const { keys, book } = await bench()
  const subject = await somebody()
  const now = Date.now()
  await book.accept(await testCertificate(keys.network, subject, keys.trusted, { issuedAtMs: now, expiresAtMs: now + 4 * HOUR_MS, serial: 7 }))
  assert.deepEqual(book.history(subject), { evictions: 3, serial: 7 })
  book.stop()
})

test('E10: no bytes make reading a certificate throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), bytes => {
      assert.equal(readCertificate(bytes, DIMENSIONS), undefined)
    })
  )
})
