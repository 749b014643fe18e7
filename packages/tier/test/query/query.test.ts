import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@peerwatch/model/system-clock'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { HANGS_AFTER_MS } from '../../../../test/support/until.ts'
import { caller, peerIdBytes } from '@peerwatch/link'
import { queryServer } from '../../src/query/query-server.ts'
import { queryClient } from '@peerwatch/peer/parts'
import { testHost, until } from '../../../link/test/support/core.ts'
import { somePeer, startTier } from '../support/tier.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { QueryRequest, QueryResponse } from '@peerwatch/wire'
import type { Caller, CoarseStanding, KnownPeer } from '@peerwatch/link'
import type { QueryServerInit } from '../../src/query/query-server.ts'
import type { TestHost } from '../../../link/test/support/core.ts'
import type { Tier, TierNode } from '../support/tier.ts'

const GOOD: CoarseStanding = { state: 'good', reputation: 0.7, window: 40 }

interface Asked {
  readonly tier: Tier
  readonly host: TestHost
  readonly find: (peers: readonly PeerIdString[]) => Promise<KnownPeer[]>
}

async function askedTier(t: { after: (run: () => Promise<void>) => void }, trusted: number, init: Partial<QueryServerInit> = {}): Promise<Asked> {
  const tier = await startTier({ trusted })
  t.after(tier.stop)
  for (const { core, tree } of tier.nodes) {
    const server = queryServer(core, { tree, onRefused: () => {}, ...init })
    await server.start?.()
    t.after(async () => server.stop?.())
  }
  const host = await testHost(tier.keys.network)
  t.after(async () => host.node.stop())
  const { multiaddr } = await import('@multiformats/multiaddr')
  const find = async (peers: readonly PeerIdString[]): Promise<KnownPeer[]> => {
    for (const peer of peers) {
      const address = tier.addresses.get(peer)
      if (address != null) await host.node.dial(multiaddr(address))
    }
    return []
  }
  return { tier, host, find }
}

async function openCaller({ host }: Asked, node: TierNode): Promise<Caller<QueryRequest, QueryResponse>> {
  const stream = await host.node.dialProtocol(node.node.getMultiaddrs(), PROTOCOLS.query)
  return caller<QueryRequest, QueryResponse>(stream, {
    clock: systemClock,
    request: messages.queryRequest,
    response: messages.queryResponse,
    mostUnderWay: 256,
    timeoutMs: HANGS_AFTER_MS,
    onEnd: () => {}
  })
}

test('a standing comes from the owner of the subject or its first copy, whichever trusted node is asked', async t => {
  const asked = await askedTier(t, 3)
  const { tier } = asked
  const subject = await somePeer()
  const told: PeerIdString[] = []
  for (const node of tier.nodes) {
    node.tree.serve({
      standing: () => {
        told.push(node.peer)
        return GOOD
      }
    })
  }
  for (const node of tier.nodes) {
    const asking = await openCaller(asked, node)
    const response = await asking.call({ standingOf: peerIdBytes(subject) })
    assert.deepEqual([response.status, response.state, response.tenths, response.window], [0, 2, 7, 40])
    // the second answer in one window is from memory
    await asking.call({ standingOf: peerIdBytes(subject) })
    await asking.close()
  }
  const holders = tier.nodes[0]!.tree.candidates(subject).slice(0, 2)
  assert.deepEqual(new Set(told), new Set(holders), 'the third holds nothing while the others are up, and asks')
  assert.ok(told.length <= 6)
})

test('the client keeps one stream, goes on to another trusted node, and says when there is none', async t => {
  const asked = await askedTier(t, 2)
  const { tier, host } = asked
  for (const node of tier.nodes) node.tree.serve({ standing: () => GOOD })
  const client = queryClient(host.core, { registry: { find: asked.find }, timeoutMs: HANGS_AFTER_MS })
  t.after(async () => client.stop?.())
  const subject = await somePeer()
  assert.deepEqual(await client.standing(subject), GOOD)
  assert.deepEqual(
    await Promise.all(Array.from({ length: 50 }, async () => client.standing(subject))),
    Array.from({ length: 50 }, () => GOOD)
  )
  assert.equal(host.node.getConnections().flatMap(({ streams }) => streams.filter(({ protocol }) => protocol === PROTOCOLS.query)).length, 1)
  const [used] = host.node.getConnections().map(connection => connection.remotePeer.toString())
  await tier.nodes.find(({ peer }) => peer === used)!.stop()
  await until(() => tier.nodes[0]!.tree.outOfReach(used as PeerIdString), 'the stopped one is missed')
  assert.deepEqual(await client.standing(subject), GOOD)
  await tier.nodes[0]!.stop()
  await assert.rejects(client.standing(subject), { code: 'no-route' })
})

test('whoever asks for much is asked to wait sooner: certificates count as a hundred questions', async t => {
  const asked = await askedTier(t, 1, { perSecond: 0.001, burst: 250 })
  const [node] = asked.tier.nodes
  assert.ok(node)
  const asking = await openCaller(asked, node)
  const statuses = await Promise.all(Array.from({ length: 4 }, async () => (await asking.call({ certificates: true })).status))
  assert.deepEqual(statuses, [0, 0, 2, 2])
})

test('malformed questions and too many are refused, and who goes on is cut', async t => {
  const asked = await askedTier(t, 1, { perSecond: 0.001, burst: 5 })
  const [node] = asked.tier.nodes
  assert.ok(node)
  node.tree.serve({ standing: () => GOOD })
  const asking = await openCaller(asked, node)
  const bad = await asking.call({ standingOf: Uint8Array.of(1, 2, 3) })
  assert.equal(bad.status, 1)
  const { roster } = await asking.call({ roster: true })
  assert.ok(roster.byteLength > 0)
  const standingOf = peerIdBytes(await somePeer())
  const burst = await Promise.all(Array.from({ length: 20 }, async () => asking.call({ standingOf })))
  assert.ok(burst.some(({ status }) => status === 2))
  await Promise.allSettled(Array.from({ length: 250 }, async () => asking.call({ standingOf })))
  await until(() => !asking.isOpen(), 'the stream is cut')
  assert.ok(node.faults.includes('query-rate'))
})
