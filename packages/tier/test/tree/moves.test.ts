import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createSigner, parseNetwork, peerIdText, signRoster } from '@peerwatch/link'
import { until } from '../../../link/test/support/core.ts'
import { reportClient, reporterOf, signedReport, somePeer, startTier } from '../support/tier.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Network, Roster } from '@peerwatch/link'
import type { ReportClient, Reporter, Tier, TierNode } from '../support/tier.ts'

/** The next roster of the network, signed by its authority, as `network.json` of a new node has it. */
async function nextRoster({ keys }: Tier, before: Roster, trusted: readonly PeerIdString[], stolen?: PeerIdString): Promise<Network> {
  const { authority, seeds, network, file } = keys
  const encoded = await signRoster({
    name: network.name,
    authority,
    seeds: seeds.map(key => ({ peer: createSigner(key, network.id).peer })),
    trusted,
    preset: before.presetName,
    scope: before.scope,
    nowMs: Date.now(),
    rosterVersion: before.version + 1,
    replaces: before,
    ...(stolen != null && { stolen })
  })
  return parseNetwork({ ...file, roster: Buffer.from(encoded).toString('base64') })
}

async function give(node: TierNode, { roster }: Network): Promise<void> {
  assert.equal(await node.core.roster.accept(roster.encoded), 'newer')
}

async function newKey(): Promise<{ key: PrivateKey; peer: PeerIdString }> {
  const made = await generateKeyPair('Ed25519')
  return { key: made, peer: peerIdText(peerIdFromPrivateKey(made)) }
}

function isSettled({ nodes }: Tier, version: number): boolean {
  return nodes.every(({ tree }) => {
    const { rosterVersion, view, awaited, nodes: all } = tree.status()
    const members = all.filter(({ range }) => range != null).length
    return rosterVersion === version && awaited.length === 0 && view === nodes[0]!.tree.status().view && members === nodes.length
  })
}

/** Reports by one peer about many, each acknowledged before the next. */
async function writes(
  reporter: Reporter,
  client: ReportClient,
  entry: TierNode,
  written: PeerIdString[],
  count: number,
  isWanted: (subject: PeerIdString) => boolean = () => true
): Promise<void> {
  for (let index = 0; index < count; index++) {
    let subject = await somePeer()
    while (!isWanted(subject)) subject = await somePeer()
    // no more subjects in a window than a peer has neighbours
    const window = entry.core.windows.now().window - Math.floor(written.length / 8)
    const report = await signedReport(reporter, { subject, window })
    while ((await client.send([report]))[0] !== 'stored') await delay(20)
    written.push(subject)
  }
}

async function missing(reader: TierNode, subjects: readonly PeerIdString[]): Promise<string[]> {
  const reads = await Promise.all(subjects.map(async subject => ({ subject, ...(await reader.tree.read(subject)) })))
  return reads.flatMap(({ subject, records, isComplete }) => (isComplete && records.length === 1 ? [] : [`${subject}: ${records.length} ${isComplete}`]))
}

test('T22: a new member takes half of the heaviest range, and all that was acknowledged is found, with one of the others gone', async t => {
  const tier = await startTier({ trusted: 1 })
  t.after(tier.stop)
  const reporter = await reporterOf(tier.keys)
  const [first] = tier.nodes
  assert.ok(first)
  const client = await reportClient(tier, reporter, first)
  t.after(client.stop)
  const written: PeerIdString[] = []
  await writes(reporter, client, first, written, 30)
  const trusted = [first.peer]
  for (const version of [2, 3, 4]) {
    const { key: joining, peer } = await newKey()
    trusted.push(peer)
    const network = await nextRoster(tier, first.core.roster.current(), trusted)
    assert.equal(network.roster.version, version)
    await give(first, network)
    const started = tier.start(joining, undefined, network)
    await writes(reporter, client, first, written, 10)
    const node = await started
    await writes(reporter, client, first, written, 10)
    await until(() => isSettled(tier, version), `${version} have ranges`)
    assert.deepEqual(await missing(node, written), [], 'read at the new one')
    assert.deepEqual(await missing(first, written), [], 'read at the first')
  }
  const shares = first.tree.status().nodes.map(({ share }) => share)
  assert.equal(shares.length, 4)
  assert.ok(Math.max(...shares) < 0.75, `largest of ${shares.join()}`)
  const [, second, third] = tier.nodes
  assert.ok(second && third)
  await second.stop()
  await until(() => [first, third].every(({ tree }) => tree.outOfReach(second.peer)), 'one is missed')
  assert.deepEqual(await missing(third, written), [], 'with one of them gone')
})

test('T23: the ranges of a member that is taken out, be it gone or running, are made whole elsewhere; its stolen key serves nobody', async t => {
  const tier = await startTier({ trusted: 5 })
  t.after(tier.stop)
  const reporter = await reporterOf(tier.keys)
  const [first, second, third, fourth, fifth] = tier.nodes
  assert.ok(first && second && third && fourth && fifth)
  const client = await reportClient(tier, reporter, first)
  t.after(client.stop)
  const written: PeerIdString[] = []
  await writes(reporter, client, first, written, 40)

  await second.stop()
  const { key: joining, peer: sixthPeer } = await newKey()
  const withoutSecond = await nextRoster(tier, first.core.roster.current(), [...[first, third, fourth, fifth].map(({ peer }) => peer), sixthPeer])
  assert.deepEqual(withoutSecond.roster.leaving, [second.peer])
  await give(first, withoutSecond)
  await writes(reporter, client, first, written, 10)
  const sixth = await tier.start(joining, undefined, withoutSecond)
  await until(() => isSettled(tier, 2), 'the ranges of the second are whole, and one more has joined')
  for (const node of [first, third, fourth, fifth, sixth]) assert.deepEqual(await missing(node, written), [], 'the dead one')

  await give(
    first,
    await nextRoster(
      tier,
      first.core.roster.current(),
      [first, fourth, fifth, sixth].map(({ peer }) => peer)
    )
  )
  await writes(reporter, client, first, written, 10)
  const staying = [first, fourth, fifth, sixth]
  await until(() => staying.every(({ tree }) => tree.status().awaited.length === 0 && tree.status().rosterVersion === 3), 'the third has left')
  await until(() => third.tree.status().rosterVersion === 3 && third.tree.status().awaited.length === 0, 'and knows that it may go')
  await third.stop()
  for (const node of staying) assert.deepEqual(await missing(node, written), [], 'one that ran')

  await give(first, await nextRoster(tier, first.core.roster.current(), [first.peer, fourth.peer, sixth.peer], fifth.peer))
  await until(
    () => [first, fourth, sixth].every(({ tree }) => tree.status().awaited.length === 0 && tree.status().rosterVersion === 4),
    'the stolen key is out'
  )
  assert.equal(first.core.roster.isSigner(fifth.peer, Date.now() - 60_000), false)
  assert.equal(first.core.roster.isSigner(third.peer, Date.now() - 60_000), true)
  await fifth.stop()
  for (const node of [first, fourth, sixth]) assert.deepEqual(await missing(node, written), [], 'one whose key was stolen')
})

test('T26: whoever cannot read enough of what it gains stays unsettled, and what was acknowledged is found all the same', async t => {
  const tier = await startTier({ trusted: 3 })
  t.after(tier.stop)
  const reporter = await reporterOf(tier.keys)
  const [first, second, third] = tier.nodes
  assert.ok(first && second && third)
  const client = await reportClient(tier, reporter, first)
  t.after(client.stop)
  const written: PeerIdString[] = []
  await writes(reporter, client, first, written, 20)
  const { key: joining, peer } = await newKey()
  const network = await nextRoster(tier, first.core.roster.current(), [first, second, third].map(node => node.peer).concat(peer))
  await Promise.all([second.stop(), third.stop()])
  await give(first, network)
  const node = await tier.start(joining, undefined, network)
  await until(() => node.tree.status().awaited.includes(peer) && first.tree.status().awaited.includes(peer), 'it has taken a range')
  // one of three former candidates is not enough, however often it is asked
  const { window } = node.core.windows.now()
  await until(() => node.core.windows.now().window > window + 1, 'some time has passed')
  assert.deepEqual(node.tree.status().awaited, [peer])
  // one that has lost its disk gives nothing until it has caught up; one that has not is the second
  await tier.start(1, second.store)
  await until(() => [first, node].every(({ tree }) => tree.status().awaited.length === 0), 'two are')
  await until(async () => {
    const left = await missing(node, written)
    // whoever came back has still to hear of the view that has just settled: an answer without it is not complete, and says so
    assert.deepEqual(
      left.filter(each => !each.endsWith(' false')),
      []
    )
    return left.length === 0
  }, 'all is found')
})

test('T28: the range of whoever has most of the reports gets smaller, and all that was acknowledged is found', async t => {
  const tier = await startTier({ trusted: 4, coolDownMs: 400 })
  t.after(tier.stop)
  const [first] = tier.nodes
  assert.ok(first)
  const { node: heavy } = first.tree.status().nodes[1]!
  const shareOfHeavy = (): number => first.tree.status().nodes.find(({ node }) => node === heavy)!.share
  const written: PeerIdString[] = []
  const reporters = await Promise.all(Array.from({ length: 4 }, async () => reporterOf(tier.keys)))
  await Promise.all(
    reporters.map(async reporter => {
      const client = await reportClient(tier, reporter, first)
      t.after(client.stop)
      while (shareOfHeavy() > 0.2 && written.length < 2_000) {
        await writes(reporter, client, first, written, 10, subject => first.tree.owner(subject) === heavy)
      }
    })
  )
  assert.ok(shareOfHeavy() <= 0.2, `it has ${shareOfHeavy()} of the key space after ${written.length} reports`)
  await until(() => tier.nodes.every(({ tree }) => tree.status().awaited.length === 0), 'the move is settled')
  for (const node of tier.nodes) assert.deepEqual(await missing(node, written.slice(-200)), [])
})
