import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { DIMENSIONS } from '@peerwatch/detection'
import { LIMITS, messages } from '@peerwatch/wire'
import { MemoryDatastore } from 'datastore-core'
import { Key } from 'interface-datastore'
import { manualClock } from '@peerwatch/model/testing'
import { peerIdText, readCertificate } from '@peerwatch/link'
import { certificateBook } from '../../../peer/src/enforcement/certificates.ts'
import { reinstating } from '../../src/reinstatement/reinstating.ts'
import { testCertificate } from '../../../link/test/support/certificates.ts'
import { testHost, testNetwork, until } from '../../../link/test/support/core.ts'
import { testTier } from '../support/examination.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Tier, Trusted } from '../support/examination.ts'

let subject: PeerIdString

async function somebody(): Promise<PeerIdString> {
  return peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))
}

before(async () => {
  subject = await somebody()
})

/** An eviction on every node, as its own examiners would have signed it. */
async function evicted(nodes: number, peers: readonly PeerIdString[] = [subject]): Promise<Tier> {
  const tier = await testTier(Array.from({ length: nodes }, () => []))
  for (const peer of peers) {
    const made = await testCertificate(tier.keys.network, peer, tier.keys.trusted, { issuedAtMs: tier.time.clock.nowMs() })
    for (const { core } of tier.trusted) assert.equal(await core.certificates.accept(made), 'new')
  }
  return tier
}

function isEvicted({ core }: Trusted): boolean {
  return core.certificates.evicted(subject) != null
}

/** Words that are under way have been heard. */
async function settled(tier: Tier): Promise<void> {
  for (let round = 0; round < 40; round++) await new Promise(setImmediate)
  assert.ok(tier.trusted.length > 0)
}

function heardBy({ events }: Trusted): (readonly PeerIdString[])[] {
  return (events['reinstatement:asked'] ?? []).map(({ spoken }) => spoken.map(peerIdText))
}

suite('reinstatement', () => {
  test('E20: an eviction ends everywhere once the operators of k trusted nodes have said so, and not before; who has spoken and who is missing is told', async () => {
    const tier = await evicted(5)
    const [a, b, c, d, e] = tier.trusted as [Trusted, Trusted, Trusted, Trusted, Trusted]
    const ids = tier.trusted.map(({ core }) => core.self)
    const first = await a.examination.reinstate(subject, 'wrong finding')
    assert.deepEqual([first?.isDone, first?.quorum, first?.spoken, first?.missing], [false, 3, [ids[0]], ids.slice(1)])
    assert.deepEqual((await a.examination.reinstate(subject, 'said twice'))?.spoken, [ids[0]], 'a word counts once')
    await until(() => tier.trusted.every(node => heardBy(node).length === 1), 'all hear of it')
    const second = await b.examination.reinstate(subject, 'the same')
    assert.deepEqual([second?.isDone, second?.reason, second?.spoken], [false, 'wrong finding', ids.slice(0, 2)])
    await settled(tier)
    assert.ok(tier.trusted.every(isEvicted), 'two of three')
    assert.equal((await c.examination.reinstate(subject, 'the same'))?.isDone, true)
    await until(() => !tier.trusted.some(isEvicted), 'the end of the eviction on every node')
    for (const node of [d, e]) assert.deepEqual(heardBy(node)[1], ids.slice(0, 2))
    assert.equal(c.published.gossip.length + c.published.registry.length, 2, 'everybody else hears of it as of an eviction')
    const made = readCertificate(c.published.gossip[0]!, DIMENSIONS)
    assert.deepEqual([made?.kind, made?.serial, made?.reason], ['reinstatement', 2, 'wrong finding'])
    assert.equal((await e.examination.reinstate(subject, 'late'))?.isDone, true, 'who comes late sees that it is done')
    assert.equal(await e.examination.reinstate(await somebody(), 'nobody'), undefined)
  })

  test('E21: words that were said apart, where trusted nodes did not hear each other, come together and make one reinstatement', async () => {
    const tier = await evicted(5)
    const [a, b, c] = tier.trusted as [Trusted, Trusted, Trusted]
    for (const { core } of tier.trusted) tier.tree.cutOff.add(core.self)
    for (const node of [a, b, c]) assert.equal((await node.examination.reinstate(subject, `of ${node.core.self}`))?.spoken.length, 1)
    await settled(tier)
    assert.ok(tier.trusted.every(isEvicted))
    tier.tree.cutOff.clear()
    for (let window = 0; window < 300 && tier.trusted.some(isEvicted); window++) {
      tier.time.end()
      await settled(tier)
    }
    // words that crossed may have made two: each node takes the same of them, once it has heard of both
    await until(
      () => !tier.trusted.some(isEvicted) && new Set(tier.trusted.map(({ core }) => core.certificates.inForce(subject)?.hash)).size === 1,
      'one reinstatement on every node'
    )
  })

  test('E22: a peer that was reinstated is watched, nothing seen of it before counts any more, and what was ended does not double the next eviction', async () => {
    const tier = await evicted(3)
    const [a, b] = tier.trusted as [Trusted, Trusted]
    const reporters = await Promise.all([somebody(), somebody(), somebody()])
    const { window } = tier.time.windows.now()
    const accuse = (about: number): void => {
      for (const reporter of reporters) {
        tier.tree.report({ reporter, group: reporter, subject, window: about, counts: { integrity: { ok: 0, bad: 20 } }, cuts: ['integrity'] })
      }
    }
    accuse(window)
    await a.examination.reinstate(subject, 'wrong finding')
    await settled(tier)
    await b.examination.reinstate(subject, 'wrong finding')
    await until(() => !tier.trusted.some(isEvicted), 'the reinstatement')
    assert.deepEqual(
      tier.trusted.map(({ examination }) => examination.standing(subject).state),
      ['watched', 'watched', 'watched']
    )
    accuse(window - 1)
    tier.time.end()
    assert.deepEqual(a.examination.evidenceOf(subject).windows, [], 'nor what is told late of earlier windows')
    assert.deepEqual(a.examination.cases(), [])
    assert.equal(a.core.certificates.history(subject).evictions, 0)
    accuse(tier.time.end())
    assert.equal(a.examination.cases().length, 1, 'but what it does from then on')
  })

  test('E23: the word of an operator outlasts a restart, and is told again to whoever was down', async () => {
    const keys = await testNetwork({ trusted: 3 })
    const clock = manualClock(Date.now())
    const datastore = new MemoryDatastore()
    const made = await testCertificate(keys.network, subject, keys.trusted, { issuedAtMs: clock.nowMs() })
    const told: Uint8Array[] = []
    const start = async (at: number, kept: MemoryDatastore) => {
      const { core } = await testHost(keys.network, keys.trusted[at], { start: false, clock, certificates: certificateBook, libp2p: { datastore: kept } })
      await (core.certificates as ReturnType<typeof certificateBook>).load()
      await core.certificates.accept(made)
      core.windows.start()
      const part = reinstating(core, { tree: { broadcast: (_name, word) => told.push(word as Uint8Array) }, spread: async () => {} })
      await part.beforeStart()
      return { core, part }
    }
    const first = await start(0, datastore)
    await first.part.speak(subject, 'wrong finding')
    assert.ok(await datastore.has(new Key(`/peerwatch/words/${subject}`)), 'before anybody was told')
    await first.core.writes.stop()
    first.part.stop()
    first.core.windows.stop()
    told.length = 0
    const again = await start(0, datastore)
    for (let window = 0; window < 3; window++) clock.advance(again.core.windows.windowMs)
    assert.equal(told.length, 1, 'once in three windows')
    const other = await start(1, new MemoryDatastore())
    await other.part.hear(told[0]!, again.core.self)
    const end = await other.part.speak(subject, 'the same')
    assert.deepEqual([end?.isDone, end?.reason], [true, 'wrong finding'])
    for (const { part, core } of [again, other]) {
      part.stop()
      core.windows.stop()
    }
  })

  test('E24: forged, foreign, oversized and replayed words change nothing, and are counted against who sends them; a flood pushes no own word out', async () => {
    const others = await Promise.all(Array.from({ length: 300 }, somebody))
    const tier = await evicted(3, [subject, ...others])
    const [a, b] = tier.trusted as [Trusted, Trusted]
    const { network, trusted } = tier.keys
    const now = tier.time.clock.nowMs() + 1
    const word = async (fields: object = {}, signers = [trusted[1]!], peer = subject, by = network): Promise<Uint8Array> =>
      testCertificate(by, peer, signers, { kind: 2, serial: 2, issuedAtMs: now, ...fields })
    const hear = async (encoded: Uint8Array): Promise<string[]> => {
      const earlier = a.events['peer:fault']!.length
      await tier.tree.nodes.get(a.core.self)!.judge.word!(encoded, b.core.self)
      return a.events['peer:fault']!.slice(earlier).map(({ what }) => what)
    }
    const good = messages.certificate.decode(await word())
    good.cosignatures[0]!.signature[0]! ^= 1
    assert.deepEqual(await hear(messages.certificate.encode(good)), ['signature'])
    const { network: other } = await testNetwork({ name: 'other', trusted: 3 })
    assert.deepEqual(await hear(await word({}, [trusted[1]!], subject, other)), ['signature'])
    assert.deepEqual(await hear(new Uint8Array(LIMITS.certificateBytes + 1)), ['malformed'])
    assert.deepEqual(await hear(await word({ kind: 1 })), ['malformed'], 'an eviction is no word')
    const padded = { ...good, cosignatures: [{ signer: Uint8Array.of(1, 2), signature: new Uint8Array(64) }] }
    assert.deepEqual(await hear(messages.certificate.encode(padded)), ['signature'])
    for (const wrong of [{ serial: 1 }, { serial: 3 }, { issuedAtMs: now - 10_000 }, { issuedAtMs: now + 600_000 }, { expiresAtMs: now + 7_200_000 }]) {
      assert.deepEqual(await hear(await word(wrong)), [], JSON.stringify(wrong))
    }
    assert.deepEqual(await hear(await word({}, [await generateKeyPair('Ed25519')])), [], 'a stranger’s signature is none')
    assert.deepEqual(heardBy(a), [])
    await a.examination.reinstate(subject, 'wrong finding')
    for (const peer of others) await hear(await word({}, [trusted[1]!], peer))
    await a.examination.reinstate(subject, 'still there')
    assert.equal(heardBy(a).filter(spoken => spoken.includes(a.core.self)).length, 1)
    assert.ok(tier.trusted.every(isEvicted))
  })
})
