import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryClient } from '@peerwatch/peer/parts'
import { PROTOCOLS } from '@peerwatch/wire'
import { HANGS_AFTER_MS } from '../../../../test/support/until.ts'
import { testHost, until } from '../../../link/test/support/core.ts'
import { queryServer } from '../../src/query/query-server.ts'
import { reportClient, reporterOf, signedReport, somePeer, startTier } from '../support/tier.ts'
import { signedErasure } from '../support/erasure.ts'
import type { TestContext } from 'node:test'
import type { PeerIdString, RecordStore, StoredRecord, WindowNumber } from '@peerwatch/model'
import type { Reporter, Tier } from '../support/tier.ts'

/** Whether it is missed; undefined: it cannot tell. */
type Answer = boolean | undefined

interface Kept {
  readonly tier: Tier
  readonly reporter: Reporter
  readonly subject: PeerIdString
  readonly window: WindowNumber
  /** What each trusted node tells this asker. */
  readonly told: (subject: PeerIdString, window: WindowNumber, asker?: Reporter) => Promise<Answer[]>
}

function isQuery({ protocol }: { readonly protocol: string }): boolean {
  return protocol === PROTOCOLS.query
}

async function recordsIn(store: RecordStore): Promise<StoredRecord[]> {
  const records: StoredRecord[] = []
  for await (const record of store.read({ fromEpoch: 0, toEpoch: 2 ** 31 })) records.push(record)
  return records
}

/** A tier that acknowledged one report. */
async function kept(t: TestContext): Promise<Kept> {
  const tier = await startTier({ trusted: 3 })
  t.after(tier.stop)
  for (const { core, tree } of tier.nodes) {
    const server = queryServer(core, { tree, onRefused: () => {} })
    await server.start?.()
    t.after(async () => server.stop?.())
  }
  const reporter = await reporterOf(tier.keys)
  const subject = await somePeer()
  const host = await testHost(tier.keys.network, reporter.key)
  t.after(async () => host.node.stop())
  const client = await reportClient(tier, reporter, tier.nodes[0]!, host)
  const { window } = tier.nodes[0]!.core.windows.now()
  for (const ok of [18, 17]) assert.notEqual((await client.send([await signedReport(reporter, { subject, window, ok })]))[0], 'busy')
  const { multiaddr } = await import('@multiformats/multiaddr')
  const told: Kept['told'] = async (about, at, asker = reporter) => {
    const asking = asker === reporter ? host : await testHost(tier.keys.network, asker.key)
    const find = async (peers: readonly PeerIdString[]): Promise<[]> => {
      for (const peer of peers) await asking.node.dial(multiaddr(tier.addresses.get(peer)))
      return []
    }
    const questions = queryClient(asking.core, { registry: { find }, timeoutMs: HANGS_AFTER_MS })
    const answers: Answer[] = []
    for (const { peer } of tier.nodes) answers.push(await questions.misses(peer, about, at))
    await until(() => asking.node.getConnections().every(({ streams }) => !streams.some(isQuery)), 'no stream is kept')
    if (asking !== host) await asking.node.stop()
    return answers
  }
  return { tier, reporter, subject, window, told }
}

test('T102: every trusted node finds what a peer reported, and tells nobody else of it', async t => {
  const { reporter, subject, window, told, tier } = await kept(t)
  assert.deepEqual(await told(subject, window), [false, false, false])
  assert.deepEqual(await told(subject, window - 1), [true, true, true])
  assert.deepEqual(await told(subject, window, await reporterOf(tier.keys)), [true, true, true], 'another reporter asks about the same subject')
  assert.deepEqual(await told(reporter.peer, window, reporter), [true, true, true])
})

test('T102: of two reports for one subject and window any is found, and what was erased is not missed', async t => {
  const { tier, subject, window, told } = await kept(t)
  const [first] = tier.nodes
  for (const { store } of tier.nodes) {
    const records = await recordsIn(store)
    assert.equal(await store.remove(records.slice(1)), records.slice(1).length)
  }
  assert.deepEqual(await told(subject, window), [false, false, false])
  const epoch = Math.floor(window / first!.core.network.roster.preset.epochWindows)
  for (const { store } of tier.nodes) await store.remove(await recordsIn(store))
  assert.deepEqual(await told(subject, window), [true, true, true])
  await first!.tree.publishErasure(await signedErasure(tier.keys, subject, epoch), subject)
  await until(async () => (await told(subject, window)).every(answer => answer === false), 'all have erased it')
})

test('T103: what its entry threw away both others miss, but not while one of those who are to hold it is away', async t => {
  const { tier, subject, window, told } = await kept(t)
  for (const { store } of tier.nodes) await store.remove(await recordsIn(store))
  assert.deepEqual(await told(subject, window), [true, true, true])
  const [first, second, third] = tier.nodes
  await third!.stop()
  await until(() => first!.tree.outOfReach(third!.peer) && second!.tree.outOfReach(third!.peer), 'the others miss it')
  assert.deepEqual(await told(subject, window), [undefined, undefined])
})
