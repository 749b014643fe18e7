import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { DIMENSIONS, integrity } from '@peerwatch/detection'
import { messages } from '@peerwatch/wire'
import { encodeFinding } from '../../src/examination/finding-messages.ts'
import { createSigner, peerIdBytes, peerIdText, Refusal } from '@peerwatch/link'
import { until } from '../../../link/test/support/core.ts'
import { testTier } from '../support/examination.ts'
import type { PeerIdString, Report } from '@peerwatch/model'
import type { CoarseStanding } from '@peerwatch/link'
import type { Seen } from '@peerwatch/reputation'
import type { Tier, Trusted } from '../support/examination.ts'

let peers: PeerIdString[]
let watcherNames: PeerIdString[][]

before(async () => {
  const made = await Promise.all(Array.from({ length: 24 }, async () => peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))))
  watcherNames = [made.slice(0, 2), made.slice(2, 4), made.slice(4, 6)]
  peers = made.slice(6)
})

function report(reporter: PeerIdString, subject: PeerIdString, window: number, fields: Partial<Report> = {}): Report {
  return { reporter, group: reporter, subject, window, counts: {}, cuts: [], ...fields }
}

function copies(peer: PeerIdString, ok: number, bad: number): Seen {
  return { peer, dimension: 'integrity', ok, bad, finding: bad >= 3 }
}

function honestNeighbours(): Seen[] {
  return peers.slice(10, 16).map(peer => copies(peer, 10, 0))
}

function cutBy(tier: Tier, reporters: readonly PeerIdString[], subject: PeerIdString): void {
  const { window } = tier.time.windows.now()
  for (const reporter of reporters) {
    tier.tree.report(report(reporter, subject, window - 1, { counts: { integrity: { ok: 10, bad: 5 } }, cuts: ['integrity'] }))
  }
}

function see(tier: Tier, window: number, suspects: readonly Seen[], only: readonly Trusted[] = tier.trusted): void {
  for (const { watchers } of only) watchers.see(window, honestNeighbours(), suspects)
}

function closed(node: Trusted): number {
  return node.events['case:closed']?.length ?? 0
}

/** Windows in which nothing but the watchers' ordinary sight happens. */
function quiet(tier: Tier, count: number, suspects: readonly Seen[] = []): void {
  for (let index = 0; index < count; index++) see(tier, tier.time.end(), suspects)
}

function looks({ watchers }: Trusted): number {
  return [...watchers.orders.values()].flat().length
}

async function everywhere(tier: Tier, condition: (node: Trusted) => boolean, what: string): Promise<void> {
  await until(() => tier.trusted.every(condition), what)
}

async function evict(tier: Tier, subject: PeerIdString, accusers = peers.slice(1, 4)): Promise<void> {
  quiet(tier, 1)
  cutBy(tier, accusers, subject)
  await everywhere(tier, node => node.examination.cases().length === 1, 'a case on every node')
  see(tier, tier.time.end(), [copies(subject, 1, 4)])
  await everywhere(tier, ({ core }) => core.certificates.evicted(subject) != null, 'the eviction on every node')
}

/** What this trusted node tells the others, and so anybody. */
function toldOf(tier: Tier, node: PeerIdString, subject: PeerIdString): CoarseStanding | undefined {
  return tier.tree.nodes.get(node)!.judge.standing?.(subject)
}

suite('examination', () => {
  test('P97: an erasure leaves nothing in memory of a peer nor of what it said, and what is heard again counts as if the rest had never been', async () => {
    const [tier, other] = [await testTier(watcherNames), await testTier(watcherNames)]
    const [subject, third] = [peers[1]!, peers[2]!]
    const { window } = tier.time.windows.now()
    const early = [
      ...peers.slice(3, 6).map(by => report(by, subject, window - 1, { counts: { integrity: { ok: 10, bad: 5 } }, cuts: ['integrity'] })),
      report(subject, third, window - 1, { counts: { integrity: { ok: 1, bad: 5 } } })
    ]
    const foreign = [report(peers[3]!, third, window - 1, { counts: { integrity: { ok: 12, bad: 0 } } })]
    for (const each of [...early, ...foreign]) tier.tree.report(each)
    for (const each of foreign) other.tree.report(each)
    quiet(tier, 2, [copies(subject, 4, 1)])
    quiet(other, 2)
    assert.ok(tier.tree.nodes.get(tier.trusted[0]!.core.self)!.judge.hasCase?.(subject))
    for (let windows = 0; tier.trusted.some(({ examination }) => examination.cases().length > 0); windows++) {
      assert.ok(windows < 60)
      quiet(tier, 1)
      quiet(other, 1)
    }
    const now = tier.time.windows.now().window
    assert.notEqual(toldOf(tier, tier.trusted[0]!.core.self, subject)?.state, 'unknown')
    tier.tree.erase(subject, now - 1)
    for (const { examination } of tier.trusted) {
      const { reporters, windows, findings, standing } = examination.evidenceOf(subject)
      assert.deepEqual([reporters.length, windows.length, findings.length, standing.state], [0, 0, 0, 'unknown'])
      assert.deepEqual(
        examination.evidenceOf(third).reporters.map(({ reporter }) => reporter),
        [peers[3]]
      )
    }
    for (const { tree } of [tier, other]) tree.report(report(peers[3]!, subject, now, { counts: { liveness: { ok: 4, bad: 0 } } }))
    for (const [index, { examination }] of tier.trusted.entries()) {
      const fresh = other.trusted[index]!.examination
      for (const peer of [subject, third]) {
        assert.deepEqual(examination.evidenceOf(peer).reporters, fresh.evidenceOf(peer).reporters)
        assert.deepEqual(examination.standing(peer), fresh.standing(peer))
      }
    }
    assert.equal(toldOf(tier, tier.trusted[0]!.core.self, subject)?.state, 'unknown')
  })

  for (const { count, accused } of [
    { count: 1, accused: '1 group accused' },
    { count: 3, accused: '3 groups accused' }
  ]) {
    test(`the reason of an eviction counts who saw it and that ${accused}`, async () => {
      const tier = await testTier(watcherNames)
      await evict(tier, peers[0]!, peers.slice(1, 1 + count))
      const [eviction] = tier.trusted[0]!.core.certificates.evictions()
      assert.match(eviction!.reason, new RegExp(`^integrity: [23] trusted nodes saw it, ${accused}$`))
    })
  }

  test('a corrupter is evicted everywhere with the signatures of k = 2 nodes that saw it themselves', async () => {
    const tier = await testTier(watcherNames)
    const subject = peers[0]!
    await evict(tier, subject)
    await everywhere(tier, ({ events }) => events['case:closed']?.length === 1, 'the case closed')
    const [eviction] = tier.trusted[0]!.core.certificates.evictions()
    assert.equal(eviction?.peer, subject)
    assert.equal(eviction?.dimension, 'integrity')
    assert.equal(eviction?.serial, 1)
    assert.equal(eviction?.expiresAtMs, eviction.issuedAtMs + 60 * 60 * 1000)
    const made = tier.trusted.flatMap(({ events }) => events['certificate:made'] ?? [])
    assert.ok(made.length >= 1)
    assert.ok(made[0]!.signers.length >= 2)
    assert.deepEqual(made[0]!.reporterGroups, peers.slice(1, 4).toSorted())
    assert.ok(tier.tree.written.length >= 2, 'findings were written as records')
    assert.ok(tier.trusted.some(({ published }) => published.registry.length > 0 && published.gossip.length > 0))
    for (const { events, core } of tier.trusted) {
      assert.deepEqual(
        events['case:closed']?.map(({ outcome }) => outcome),
        ['evicted']
      )
      assert.equal(toldOf(tier, core.self, subject)?.state, 'evicted')
    }
  })

  test('R14: when a case is over no watcher is left with an order to look', async () => {
    const tier = await testTier(watcherNames)
    const subject = peers[0]!
    quiet(tier, 1)
    cutBy(tier, peers.slice(1, 4), subject)
    await everywhere(tier, node => looks(node) === 1, 'all three look')
    // two are enough; the watchers of the third have seen nothing by then
    const [first, second] = tier.trusted
    see(tier, tier.time.end(), [copies(subject, 1, 4)], [first!, second!])
    await everywhere(tier, node => closed(node) === 1, 'the case is closed')
    await everywhere(tier, node => looks(node) === 0, 'nobody looks any more')
  })

  test('what a watcher saw of a random neighbour is a finding without any report', async () => {
    const tier = await testTier(watcherNames)
    const subject = peers[0]!
    quiet(tier, 2)
    const window = tier.time.end()
    for (const { watchers } of tier.trusted) watchers.see(window, [...honestNeighbours(), copies(subject, 0, 3)], [])
    await everywhere(tier, ({ core }) => core.certificates.evicted(subject) != null, 'the eviction on every node')
    assert.ok(tier.trusted.some(({ events }) => events['case:opened']?.some(({ firstHand }) => firstHand)))
  })

  test('a watcher all of whose neighbours look bad blames nobody', async () => {
    const tier = await testTier(watcherNames)
    quiet(tier, 2)
    const window = tier.time.end()
    for (const { watchers } of tier.trusted)
      watchers.see(
        window,
        peers.slice(8, 16).map(peer => copies(peer, 5, 5)),
        []
      )
    quiet(tier, 8)
    assert.deepEqual(
      tier.trusted.flatMap(({ events }) => events['finding:signed'] ?? []),
      []
    )
  })

  test('a peer slandered by three is looked at, acquitted and left in peace; a new accuser brings one more look', async () => {
    const tier = await testTier(watcherNames)
    const victim = peers[0]!
    const innocent = [copies(victim, 10, 0)]
    quiet(tier, 1)
    cutBy(tier, peers.slice(1, 4), victim)
    await everywhere(tier, node => node.examination.cases().length === 1, 'a case on every node')
    quiet(tier, 6, innocent)
    await everywhere(tier, node => closed(node) === 1, 'the case closed')
    for (const { events, core, watchers } of tier.trusted) {
      assert.equal(events['case:closed']![0]!.outcome, 'acquitted')
      assert.ok(events['finding:signed']!.length >= 2)
      assert.equal(core.certificates.evicted(victim), undefined)
      assert.ok(
        [...watchers.orders.values()].every(orders => orders.length === 0),
        'no look goes on'
      )
    }
    cutBy(tier, peers.slice(1, 4), victim)
    quiet(tier, 3, innocent)
    assert.ok(tier.trusted.every(node => node.examination.cases().length === 0))
    cutBy(tier, peers.slice(4, 5), victim)
    await everywhere(tier, node => node.examination.cases().length === 1, 'the case of a new accuser')
    quiet(tier, 6, innocent)
    await everywhere(tier, node => closed(node) === 2, 'the second case closed')
    cutBy(tier, peers.slice(1, 5), victim)
    quiet(tier, 3, innocent)
    assert.ok(
      tier.trusted.every(node => node.examination.cases().length === 0),
      'each accuser had its look'
    )
  })

  test('a suspect that only one node saw misbehave is not evicted', async () => {
    const tier = await testTier(watcherNames)
    const subject = peers[0]!
    const [first, ...others] = tier.trusted
    quiet(tier, 1)
    cutBy(tier, peers.slice(1, 4), subject)
    await everywhere(tier, node => node.examination.cases().length === 1, 'a case on every node')
    for (let index = 0; index < 6; index++) {
      const window = tier.time.end()
      see(tier, window, [copies(subject, 1, 4)], [first!])
      see(tier, window, [copies(subject, 10, 0)], others)
    }
    await everywhere(tier, ({ events }) => (events['case:closed']?.length ?? 0) > 0, 'the case closed')
    assert.equal(tier.trusted[0]!.events['case:closed']![0]!.outcome, 'acquitted')
    assert.ok(tier.trusted.every(({ core }) => core.certificates.evicted(subject) == null))
  })

  test('a trusted node that proposes without anybody’s finding, or with wrong terms, gets no signature', async () => {
    const tier = await testTier(watcherNames)
    const [liar, honest] = tier.trusted
    const { window } = tier.time.windows.now()
    const verdict = (fields: object = {}): Uint8Array =>
      messages.verdict.encode({
        kind: 1,
        rosterVersion: 1,
        subject: peerIdBytes(peers[0]!),
        dimension: integrity.number,
        reason: 'because',
        findings: new Uint8Array(32),
        issuedAtMs: window * 2_000,
        expiresAtMs: window * 2_000 + 3_600_000,
        serial: 1,
        ...fields
      })
    const propose = async (proposed: Uint8Array, from: PeerIdString): Promise<string> => {
      const answer = await tier.tree.nodes.get(honest!.core.self)!.judge.propose!(proposed, from)
      return answer instanceof Refusal ? answer.reason : 'signed'
    }
    const ask = async (fields?: object): Promise<string> => propose(verdict(fields), liar!.core.self)
    assert.equal(await ask(), 'no own finding')
    assert.equal(await ask({ subject: peerIdBytes(tier.trusted[2]!.core.self) }), 'immune')
    assert.equal(await ask({ rosterVersion: 9 }), 'other roster')
    assert.equal(await ask({ kind: 2 }), 'malformed')
    assert.equal(await propose(Uint8Array.of(1, 2, 3), liar!.core.self), 'malformed')
    assert.equal(await propose(verdict(), peers[3]!), 'malformed')
    assert.ok(honest!.events['verdict:refused']!.length >= 3)

    honest!.watchers.see(window - 1, honestNeighbours(), [])
    honest!.watchers.see(window, [...honestNeighbours(), copies(peers[0]!, 0, 5)], [])
    await until(() => honest!.events['finding:signed']?.some(({ outcome }) => outcome === 'failed') === true, 'its own finding')
    assert.equal(await ask({ expiresAtMs: window * 2_000 + 7_200_000 }), 'wrong terms')
    assert.equal(await ask({ serial: 2 ** 40 }), 'wrong terms')
    assert.equal(await ask({ issuedAtMs: (window - 50) * 2_000 }), 'wrong window')
    assert.equal(await ask(), 'signed')
  })

  test('forged, foreign, old and incoherent findings are not taken', async () => {
    const tier = await testTier(watcherNames)
    const [receiver] = tier.trusted
    const { window } = tier.time.windows.now()
    const hear = (encoded: Uint8Array): void => {
      tier.tree.nodes.get(receiver!.core.self)!.judge.finding!(encoded)
    }
    const content = { subject: peers[0]!, dimension: 'integrity', outcome: 'failed', window, ok: 0, bad: 5, controls: 5, controlsPassed: 5 } as const
    const other = tier.trusted[1]!.core.signer
    const stranger = createSigner(await generateKeyPair('Ed25519'), tier.keys.network.id)
    const foreign = createSigner(tier.keys.trusted[1]!, new Uint8Array(32))
    const good = await other.sign('finding', encodeFinding(content, DIMENSIONS))
    const altered = messages.signed.decode(good)
    altered.payload = encodeFinding({ ...content, subject: peers[1]! }, DIMENSIONS)
    hear(messages.signed.encode(altered))
    hear(await stranger.sign('finding', encodeFinding(content, DIMENSIONS)))
    hear(await foreign.sign('finding', encodeFinding(content, DIMENSIONS)))
    hear(await other.sign('report', encodeFinding(content, DIMENSIONS)))
    hear(await other.sign('finding', encodeFinding({ ...content, window: window - 40 }, DIMENSIONS)))
    hear(await other.sign('finding', encodeFinding({ ...content, controlsPassed: 2 }, DIMENSIONS)))
    hear(await other.sign('finding', encodeFinding({ ...content, subject: receiver!.core.self }, DIMENSIONS)))
    hear(new Uint8Array(100_000))
    hear(Uint8Array.of(255, 255, 255))
    hear(good)
    await until(() => (receiver!.events['finding:signed']?.length ?? 0) > 0, 'the good one is taken')
    hear(good)
    assert.equal(receiver!.events['finding:signed']!.length, 1)
    assert.deepEqual(
      receiver!.examination.evidenceOf(peers[0]!).findings.map(({ by }) => by),
      [other.peer]
    )
  })

  test('announced cases are bounded, and those about the tier itself or long ago are refused', async () => {
    const tier = await testTier(watcherNames)
    const [receiver, sender] = tier.trusted
    const { window } = tier.time.windows.now()
    const announce = (subject: PeerIdString, openedWindow = window, from = sender!.core.self): void => {
      const notice = { subject: peerIdBytes(subject), dimension: integrity.number, openedWindow, weight: 1, groups: ['a'] }
      tier.tree.nodes.get(receiver!.core.self)!.judge.case!(notice, from)
    }
    announce(receiver!.core.self)
    announce(peers[0]!, window - 20)
    announce(peers[0]!, window, peers[1])
    assert.equal(receiver!.examination.cases().length, 0)
    const many = await Promise.all(Array.from({ length: 40 }, async () => peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))))
    for (const subject of many) announce(subject)
    const openAtOnce = receiver!.examination.cases().length
    assert.ok(openAtOnce >= 8 && openAtOnce <= 16, `${openAtOnce} cases`)
  })

  test('what is told is at least six windows old and never says suspect; the operator sees it all', async () => {
    const tier = await testTier(watcherNames)
    const [node] = tier.trusted
    const subject = peers[0]!
    quiet(tier, 1)
    cutBy(tier, peers.slice(1, 4), subject)
    quiet(tier, 1)
    assert.equal(node!.examination.standing(subject).state, 'suspect')
    assert.equal(toldOf(tier, node!.core.self, subject)?.state, 'unknown')
    const { reporters, windows, cases } = node!.examination.evidenceOf(subject)
    assert.deepEqual(
      reporters.map(({ reporter, accuses }) => [reporter, accuses]),
      peers.slice(1, 4).map(reporter => [reporter, ['integrity']])
    )
    assert.deepEqual(
      windows.map(({ dimension, ok, bad, reporters: count }) => ({ dimension, ok, bad, count })),
      [{ dimension: 'integrity', ok: 30, bad: 15, count: 3 }]
    )
    assert.equal(cases.length, 1)
    quiet(tier, 6)
    assert.deepEqual(toldOf(tier, node!.core.self, subject)?.state, 'watched')
    assert.ok(toldOf(tier, node!.core.self, subject)!.window <= tier.time.windows.now().window - 6)
    assert.ok(node!.events['standing:changed']!.some(({ state }) => state === 'suspect'))
  })

  test('a trusted node whose operator allows a peer examines it no more and signs nothing about it', async () => {
    const tier = await testTier(watcherNames)
    const subject = peers[0]!
    await Promise.all(tier.trusted.map(async ({ core }) => core.certificates.allow(subject, true)))
    quiet(tier, 2)
    cutBy(tier, peers.slice(1, 4), subject)
    const window = tier.time.end()
    for (const { watchers } of tier.trusted) watchers.see(window, [...honestNeighbours(), copies(subject, 0, 3)], [])
    quiet(tier, 4)
    assert.ok(tier.trusted.every(({ events, core }) => core.certificates.evictions().length === 0 && events['finding:signed']!.length === 0))
    assert.ok(tier.trusted.every(({ examination }) => examination.cases().length === 0))
  })

  test('T81: what was reported about a peer counts no longer when others hold its reports, and again when they come back', async () => {
    const tier = await testTier(watcherNames)
    const [subject, other] = [peers[0]!, peers[9]!]
    const { window } = tier.time.windows.now()
    const told = [subject, other].map(each => report(peers[1]!, each, window, { counts: { integrity: { ok: 10, bad: 2 } } }))
    const { evidenceOf } = tier.trusted[0]!.examination
    for (const each of told) tier.tree.report(each)
    tier.tree.drop(subject)
    assert.deepEqual([evidenceOf(subject).windows.length, evidenceOf(other).windows.length], [0, 1])
    tier.tree.report(told[0]!)
    assert.equal(evidenceOf(subject).windows.length, 1)
  })

  test('a conflicting report takes the reporter’s accusation back', async () => {
    const tier = await testTier(watcherNames)
    const subject = peers[0]!
    const { window } = tier.time.windows.now()
    const bad = report(peers[1]!, subject, window, { counts: { integrity: { ok: 0, bad: 2 } } })
    tier.tree.report(bad)
    tier.tree.report({ ...bad, counts: { integrity: { ok: 20, bad: 0 } } }, true)
    assert.deepEqual(tier.trusted[0]!.examination.evidenceOf(subject).windows, [])
  })
})
