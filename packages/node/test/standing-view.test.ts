import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestnet } from '@peerwatch/node/testnet'
import { until } from '../../../test/support/until.ts'
import { eventHub, nodeView } from '../src/view.ts'
import type { PeerwatchNode, Testnet } from '@peerwatch/node/testnet'
import type { TrustedTier } from '@peerwatch/tier'
import type { NodeView } from '../src/http/node-view.ts'
import type { ViewInit } from '../src/view.ts'

const NOBODY = '12D3KooWFZPEbDkXxbjvSxcbUJALnoCdnfvjjHBxWJto8XrhbG3h'

function tierOf(node: PeerwatchNode): TrustedTier {
  return node.libp2p.services.peerwatch.assembly.tier!
}

function isHolder(node: PeerwatchNode, peer: string): boolean {
  return tierOf(node).tree.isHolding(peer as never)
}

suite('what a node says of a peer', () => {
  let net: Testnet
  before(async () => {
    net = await createTestnet({ preset: 'demo', seeds: 1, trusted: 3, peers: 3 })
  })
  after(async () => net.stop())

  test('C100: a trusted node that holds not all records of a peer tells what those tell that do, and who they are', async () => {
    const subject = net.peers[0]!.peerId.toString()
    await until(() => net.trusted.filter(node => isHolder(node, subject)).length === 2, 'two of three hold its records')
    const holders = net.trusted.filter(node => isHolder(node, subject))
    const other = net.trusted.find(node => !isHolder(node, subject))!
    await until(() => tierOf(holders[0]!).examination.evidenceOf(subject as never).reporters.length > 0, 'a report of it has come')
    assert.equal((await holders[0]!.view.standing(subject))?.detail, 'full')
    const holder = viewWith(holders[0]!, { evidenceOf: () => ({ standing: { state: 'unknown' }, reporters: [], cases: [], findings: [] }) })
    const withoutEvidence = await holder.standing(subject)
    assert.deepEqual(withoutEvidence?.detail === 'coarse' && withoutEvidence.holders, [], 'who holds all and found nothing names nobody')
    // what passed through the other one is a part of the records
    const passing = viewWith(other, { evidenceOf: tierOf(holders[0]!).examination.evidenceOf })
    const told = await passing.standing(subject)
    assert.ok(told?.detail === 'coarse')
    assert.deepEqual(new Set(told.holders), new Set(holders.map(({ peerId }) => peerId.toString())))
  })

  test('a seed says that it is the only one', () => {
    assert.equal(net.seeds[0]!.view.status().seed?.others, 0)
  })

  test('C101: only what neither the registry nor a trusted node knows is unknown, whichever node is asked', async () => {
    const member = net.trusted[1]!.peerId.toString()
    for (const node of [net.trusted[0]!, net.peers[0]!, net.seeds[0]!]) {
      // until trusted nodes are linked none can be asked
      await until(async () => (await node.view.standing(member).catch(() => undefined))?.registry === 'registered', 'the member is registered')
      const told = await node.view.standing(member)
      assert.ok(told?.detail === 'coarse')
      assert.deepEqual([told.state, told.isMember, told.holders ?? []], ['unknown', true, []], 'nobody reports on members')
      assert.equal(await node.view.standing(NOBODY), undefined)
    }
  })

  test('C101: where those who hold the records do not answer, that is said', async () => {
    const subject = net.peers[1]!.peerId.toString()
    await until(() => net.trusted.filter(node => isHolder(node, subject)).length === 2, 'two of three hold its records')
    const other = net.trusted.find(node => !isHolder(node, subject))!
    for (const node of net.trusted) if (node !== other) await node.stop()
    await assert.rejects(other.view.standing(subject), { code: 'no-route', message: /^no trusted node that holds the records of 12D3/ })
  })
})

/** As the node's own view, with an examination that knows more. */
function viewWith(node: PeerwatchNode, more: object): NodeView {
  const { assembly } = node.libp2p.services.peerwatch
  const tier = { ...assembly.tier!, examination: { ...assembly.tier!.examination, ...more } }
  const services = { ...node.libp2p.services, peerwatch: { assembly: { ...assembly, tier } } }
  const libp2p = { services, addEventListener: () => {} } as unknown as ViewInit['libp2p']
  return nodeView(
    { libp2p, role: 'trusted', row: undefined as never, name: '', version: '', reload: async () => undefined, elsewhere: () => undefined },
    eventHub()
  )
}
