import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { epochOf } from '@peerwatch/model'
import { candidatesOf } from '@peerwatch/trust-tree'
import { until } from '../../../../test/support/until.ts'
import { agreedOf } from '../../src/tree/levelling.ts'
import { toldSummaries } from '../../src/tree/summaries-told.ts'
import { retention } from '../../src/tree/retention.ts'
import { bareCore } from '../../../peer/test/support/reports.ts'
import { testNetwork } from '../../../link/test/support/core.ts'
import { allSummaries, summedNodes, textOf } from '../support/summed.ts'
import { reporterOf, signedReport, somePeer } from '../support/tier.ts'
import type { TestContext } from 'node:test'
import type { PeerIdString, Place, StoredRecord, StoredSummary } from '@peerwatch/model'
import type { TestKeys } from '../../../link/test/support/core.ts'
import type { SummedNode } from '../support/summed.ts'

const REPORTS = 45
const EXPIRED = { make: 0, keep: 60_000 }

interface Ground {
  readonly keys: TestKeys
  readonly nodes: readonly SummedNode[]
  readonly records: readonly StoredRecord[]
  readonly now: number
}

/** Candidates of all places; each holds the reports that it is given. */
async function ground(t: TestContext, trusted: number): Promise<Ground> {
  const keys = await testNetwork({ trusted, retentionMs: EXPIRED.keep })
  const nodes = await summedNodes(keys)
  const [{ parser, core }] = nodes as [SummedNode]
  const { window: now } = (await bareCore(keys)).windows.now()
  const reporters = await Promise.all([1, 2].map(async () => reporterOf(keys)))
  const subjects = await Promise.all([1, 2, 3].map(somePeer))
  const signed = reporters.flatMap(reporter =>
    subjects.flatMap(subject => Array.from({ length: REPORTS }, async (_, back) => signedReport(reporter, { subject, window: now - 41 - back })))
  )
  const records = (await Promise.all(signed)).map(encoded => parser.report(encoded).stored)
  const { epochWindows } = core.network.roster.preset
  assert.ok(epochOf(now - 41, epochWindows) < epochOf(now - 30, epochWindows), 'all of them expire')
  for (const { levels } of nodes) await levels.start?.()
  t.after(async () => {
    for (const { levels } of nodes) await levels.stop?.()
  })
  return { keys, nodes, records, now }
}

async function expire({ core, store, levels }: SummedNode, now: number): Promise<void> {
  await retention(core, store, { span: () => ({ passed: now, latest: now }) }, levels).enforce()
}

async function texts(node: SummedNode): Promise<string[]> {
  return (await allSummaries(node.store)).map(textOf)
}

/** Sums of the same windows may differ in the last digit. */
function sums({ evidence }: SummedNode, now: number): string[] {
  return evidence
    .subjects()
    .flatMap(peer =>
      evidence.about(peer, now).map(({ reporter, evidence: all, newestWindow }) => {
        const told = Object.entries(all).map(([dimension, { ok, bad }]) => `${dimension} ${ok.toFixed(6)} ${bad.toFixed(6)}`)
        return `${peer} ${reporter} ${newestWindow} ${told.join()}`
      })
    )
    .toSorted()
}

function said(one: { readonly stored: { readonly bytes: Uint8Array } } | undefined): number | undefined {
  return one?.stored.bytes[0]
}

test('T99: with two others or more none of them alone changes what a node takes, nor keeps it from taking what two say alike', () => {
  const word = fc.option(
    fc.integer({ min: 0, max: 3 }).map(byte => ({ stored: { bytes: Uint8Array.of(byte) } })),
    { nil: undefined }
  )
  fc.assert(
    fc.property(word, fc.array(word, { minLength: 2, maxLength: 2 }), (mine, told) => {
      const taken = agreedOf(mine, told, told.length)
      const [one, two] = told.map(said)
      const isAgreed = one != null && one === two && one !== said(mine)
      assert.equal(said(taken), isAgreed ? one : undefined)
    })
  )
  // where there is one other alone it fills a gap, and changes nothing
  const [one, two] = [1, 2].map(byte => ({ stored: { bytes: Uint8Array.of(byte) } }))
  assert.equal(agreedOf(undefined, [one], 1), one)
  assert.equal(agreedOf(two, [one], 1), undefined)
  assert.equal(agreedOf(undefined, [one], 2), undefined)
})

test('T105: a candidate that lost its disk gets what is left of expired epochs from two others, and judges by it as they do', async t => {
  const { nodes, records, now } = await ground(t, 3)
  const [one, two, lost] = nodes as [SummedNode, SummedNode, SummedNode]
  for (const node of [one, two]) {
    await node.store.write(records)
    await node.fold()
  }
  // it has to wait for both of them
  two.isUp = false
  for (const node of nodes) await expire(node, now)
  const expected = await texts(one)
  assert.ok(expected.length > 20)
  assert.deepEqual([await texts(two), await texts(lost)], [expected, []])
  let asked = 0
  const { range } = one.pages
  one.pages = {
    ...one.pages,
    range: async query => {
      asked++
      return range(query)
    }
  }
  // all epochs twice, so that the first time is over
  const epochs = new Set((await allSummaries(one.store)).map(({ epoch }) => epoch)).size
  await until(() => {
    lost.tick()
    return asked > 8 * epochs
  }, 'it has asked the one that is there')
  assert.deepEqual(await texts(lost), [])
  two.isUp = true
  await until(async () => {
    lost.tick()
    return (await texts(lost)).length === expected.length
  }, 'it has all of them')
  assert.deepEqual(await texts(lost), expected)
  await until(() => sums(lost, now).join() === sums(one, now).join(), 'it judges as they do')
  assert.equal(sums(one, now).length, 6)
})

test('T105: it takes nothing that one other alone says, be it more, less or something else, and the only other one’s word where there is no third', async t => {
  const { nodes, records, now } = await ground(t, 3)
  const [one, liar, lost] = nodes as [SummedNode, SummedNode, SummedNode]
  const missing = records[0]!
  const before = records.filter(({ subject, author }) => subject !== missing.subject || author !== missing.author)
  await one.store.write(before)
  await liar.store.write(records)
  for (const node of nodes) await expire(node, now)
  const told = (await allSummaries(liar.store)).map(({ bytes }) => bytes)
  const lies = told.map((bytes, index) => {
    if (index !== 0) return bytes
    const [epoch, subject, reporter] = JSON.parse(new TextDecoder().decode(bytes)) as [number, string, string]
    return new TextEncoder().encode(JSON.stringify([epoch, subject, reporter, 'liars', [], [[0, [[2, 0, 20]], [2]]]]))
  })
  liar.pages = {
    ...liar.pages,
    range: async ({ fromEpoch }) => ({
      summaries: lies.filter(bytes => (JSON.parse(new TextDecoder().decode(bytes)) as [number])[0] === fromEpoch),
      isSame: false,
      next: new Uint8Array()
    })
  }
  lost.levels.want(0)
  const both = (await texts(one)).filter(text => lies.some(lie => new TextDecoder().decode(lie) === text))
  assert.ok(both.length > 10 && both.length < lies.length)
  await until(async () => (await texts(lost)).length === both.length, 'it has what both say')
  assert.deepEqual(await texts(lost), both)
  const only = await ground(t, 2)
  const [other, empty] = only.nodes as [SummedNode, SummedNode]
  await other.store.write(only.records)
  for (const node of only.nodes) await expire(node, only.now)
  await until(async () => (await texts(empty)).length === (await texts(other)).length, 'it has what the only other one says')
})

test('T105: a node that gains a range gets what is left of expired epochs there from two of those that held it', async t => {
  const { nodes, records, now } = await ground(t, 4)
  const [{ tokens }] = nodes as [SummedNode]
  const candidates = (place: Place): readonly PeerIdString[] => candidatesOf(tokens.partition(), place).current
  for (const { self, store } of nodes) await store.write(records.filter(({ place }) => candidates(place).includes(self)))
  for (const node of nodes) await expire(node, now)
  const { place } = records[0]!
  const gaining = nodes.find(({ self }) => !candidates(place).includes(self))!
  const left = async (node: SummedNode): Promise<string[]> => (await allSummaries(node.store)).filter(each => each.place === place).map(textOf)
  assert.deepEqual(await left(gaining), [])
  await gaining.tokens.place(place)
  for (const node of nodes) await node.tokens.accept(gaining.tokens.encoded())
  assert.equal(candidates(place)[0], gaining.self)
  const former = nodes.find(({ self }) => self === candidates(place)[1])!
  const expected = await left(former)
  assert.ok(expected.length > 8)
  await until(async () => (await left(gaining)).length === expected.length, 'it has them')
  assert.deepEqual(await left(gaining), expected)
})

test('T109: a candidate that lacked reports when their epoch expired takes what two others say alike, and counts its subject anew', async t => {
  const { nodes, records, now } = await ground(t, 3)
  const [one, two, away] = nodes as [SummedNode, SummedNode, SummedNode]
  for (const node of [one, two]) await node.store.write(records)
  // it was away for half of the time
  const { epochWindows } = away.core.network.roster.preset
  const from = epochOf(now - 63, epochWindows) * epochWindows + 4
  await away.store.write(records.filter(({ window }) => window < from))
  await away.fold()
  for (const node of [away, one, two]) await expire(node, now)
  const expected = await texts(one)
  // as each window does
  await until(async () => {
    away.tick()
    return (await texts(away)).join() === expected.join()
  }, 'it has what the others have')
  await one.fold()
  await until(() => sums(away, now).join() === sums(one, now).join(), 'it has counted anew')
  assert.equal(sums(one, now).length, 6)
})

test('T109: nodes that have not let an epoch go yet are asked again until they have', async t => {
  const { nodes, records, now } = await ground(t, 3)
  const [one, two, lost] = nodes as [SummedNode, SummedNode, SummedNode]
  for (const node of [one, two]) await node.store.write(records)
  await expire(lost, now)
  await expire(one, now)
  for (let turns = 0; turns < 50; turns++) {
    lost.tick()
    await new Promise(setImmediate)
  }
  assert.deepEqual(await texts(lost), [])
  await expire(two, now)
  // as each window does
  await until(async () => {
    lost.tick()
    return (await texts(lost)).length === (await texts(one)).length
  }, 'both have')
  assert.deepEqual(await texts(lost), await texts(two))
})

test('T99: what goes on without an end, or comes out of order, is left', async t => {
  const { nodes, records, now } = await ground(t, 2)
  const [other, empty] = nodes as [SummedNode, SummedNode]
  await other.store.write(records)
  await expire(other, now)
  const all: StoredSummary[] = await allSummaries(other.store)
  let asked = 0
  const first = all[0]!.epoch
  const same = all.filter(({ epoch }) => epoch === first).map(({ bytes }) => bytes)
  other.pages = {
    ...other.pages,
    range: async () => {
      asked++
      return { summaries: same, isSame: false, next: Uint8Array.of(1) }
    }
  }
  await expire(empty, now)
  await until(() => asked > 1, 'it was asked')
  await empty.levels.stop?.()
  assert.ok((await texts(empty)).length <= same.length && asked < 100, `asked ${asked} times`)
  const told = toldSummaries(empty.core, empty.parser.summary, async () => ({ summaries: same.toReversed(), isSame: false, next: new Uint8Array() }), {
    isAsked: () => true,
    emptyPagesMost: 0
  })
  await assert.rejects(
    async () => {
      for await (const { order } of told) assert.ok(order.length > 0)
    },
    { code: 'refused', message: /out of order/ }
  )
})
