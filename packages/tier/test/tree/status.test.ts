import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { mergeTokens, noTokens, partition, treeOf } from '@peerwatch/trust-tree'
import { node, tokenOf } from '../../../trust-tree/test/oracle.ts'
import { exchange } from '../../src/tree/exchange.ts'
import { treeStatus } from '../../src/tree/status.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Token } from '@peerwatch/trust-tree'
import type { TreeHello } from '@peerwatch/wire'
import type { TreeCaller } from '../../src/tree/exchange.ts'
import type { TokenBook } from '../../src/tree/token-book.ts'
import type { TreeNodeStatus, TreeStatus } from '../../src/tree/status.ts'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'
import type { TrustedLinks } from '../../src/tree/trusted-links.ts'

const PING_TIMEOUT_MS = 1_000
const place = (start: string): Place => start.padEnd(16, '0') as Place

interface Told {
  readonly tokens: readonly Token[]
  readonly trusted: readonly PeerIdString[]
  readonly leaving?: readonly PeerIdString[]
  readonly self?: PeerIdString
  readonly far?: readonly PeerIdString[]
  readonly answers?: Readonly<Record<PeerIdString, number>>
  readonly isLate?: boolean
}

function statusOf({ tokens: signed, trusted, leaving = [], self = node(0), far = [], answers = {}, isLate = false }: Told): TreeStatus {
  const { tokens } = mergeTokens(noTokens, signed)
  const view = partition(trusted, tokens, leaving)
  const core = {
    self,
    health: { state: () => (isLate ? 'late' : 'well'), lateMs: () => (isLate ? 100 : 1) },
    roster: { current: () => ({ trusted, leaving }), isTrusted: (peer: PeerIdString) => trusted.includes(peer) },
    network: { roster: { preset: { pingTimeoutMs: PING_TIMEOUT_MS } } }
  } as unknown as Core
  const book = {
    partition: () => view,
    tree: () => treeOf(view),
    token: (peer: PeerIdString) => tokens.get(peer),
    versions: () => ({ rosterVersion: 2, tokens: new Uint8Array(32) })
  } as unknown as TokenBook
  const links = {
    outOfReach: (peer: PeerIdString) => far.includes(peer),
    link: (peer: PeerIdString) => ({ load: () => 3, answerMs: () => answers[peer] }) as unknown as TrustedLink
  } as unknown as TrustedLinks
  return treeStatus(core, { tokens: book, links, copies: 2, ownLoad: () => 1, isCaughtUp: () => true, awaited: () => [] })
}

const byNode = ({ nodes }: TreeStatus): Map<PeerIdString, TreeNodeStatus> => new Map(nodes.map(each => [each.node, each]))
const three = [tokenOf(0, place('0')), tokenOf(1, place('5')), tokenOf(2, place('a'))]

test('T85: a node is slow by the answer to its newest hello or its own late loop, out of reach where nobody answers, retired while others copy what it holds', () => {
  const answers = { [node(1)]: 249, [node(2)]: 250 }
  const trusted = [node(0), node(1), node(2)]
  const labels = (told: Told): unknown[] => statusOf(told).nodes.map(each => each.labels)
  assert.deepEqual(labels({ tokens: three, trusted, answers }), [[], [], ['slow']])
  assert.deepEqual(labels({ tokens: three, trusted, answers, isLate: true }), [['slow'], [], ['slow']])
  assert.deepEqual(labels({ tokens: three, trusted, answers, far: [node(2)] }), [[], [], ['out of reach']], 'what it was before says nothing now')
  const left = statusOf({ tokens: three, trusted: [node(0), node(1)], leaving: [node(2)] })
  assert.deepEqual(
    left.nodes.map(({ node: id, labels: said, range }) => [id, said, range != null]),
    [
      [node(0), [], true],
      [node(1), [], true],
      [node(2), ['retired'], false]
    ]
  )
  assert.deepEqual(byNode(left).get(node(2))?.formerRange, { from: place('a'), to: place('0') }, 'what it still gives')
  const seen = statusOf({ tokens: three, trusted: [node(0), node(1)], leaving: [node(2)], self: node(2) })
  assert.deepEqual(byNode(seen).get(node(2))?.labels, ['retired'], 'itself sees it, too')
  assert.deepEqual(labels({ tokens: three, trusted: [node(0), node(1)] }), [[], []], 'nobody needs it any more')
})

test('T86: of an unsettled move the tree says whose start moves, from where, and every range that was another one before', () => {
  const trusted = [node(0), node(1), node(2), node(3)]
  const settled = byNode(statusOf({ tokens: three, trusted }))
  for (const each of settled.values()) assert.deepEqual([each.moves, each.formerRange], [undefined, undefined])
  const moved = { ...tokenOf(1, place('7')), moved: { from: place('5') } }
  const joined = { ...tokenOf(3, place('d')), moved: {} }
  const moving = byNode(statusOf({ tokens: [three[0]!, moved, three[2]!, joined], trusted }))
  assert.deepEqual(
    trusted.map(id => moving.get(id)?.moves),
    [undefined, { from: place('5') }, undefined, { from: undefined }]
  )
  assert.deepEqual(
    trusted.map(id => moving.get(id)?.formerRange?.to),
    [place('5'), place('a'), place('0'), undefined],
    'the one before gains, the mover gives, the third gives to the new one, which had none'
  )
  assert.equal(moving.get(node(1))?.formerRange?.from, place('5'))
  const joining = byNode(statusOf({ tokens: [...three, joined], trusted }))
  assert.deepEqual(
    trusted.map(id => joining.get(id)?.formerRange),
    [undefined, undefined, { from: place('a'), to: place('0') }, undefined]
  )
})

test('T85: the lag of a node is the time of its hellos alone, without what this node itself lost while it waited', async () => {
  const clock = manualClock(0)
  let lostMs = 0
  let tookMs = 0
  const told = exchange(node(1), {
    withView: request => request,
    merge: async () => {},
    clock,
    health: { lostMs: () => lostMs } as Core['health'],
    onUp: () => {},
    onDown: () => {}
  })
  const caller = {
    call: async () => {
      clock.advance(tookMs)
      return { status: 0 }
    }
  } as unknown as TreeCaller
  told.use(caller)
  assert.equal(told.answerMs(), undefined)
  tookMs = 30
  await told.introduce()
  assert.equal(told.answerMs(), 30)
  tookMs = 12
  await told.ask({ hello: {} as TreeHello })
  assert.equal(told.answerMs(), 12)
  tookMs = 900
  await told.ask({ read: {} as never })
  assert.equal(told.answerMs(), 12, 'work takes what it takes')
  const call: TreeCaller['call'] = async () => {
    clock.advance(500)
    lostMs += 480
    return { status: 0 } as never
  }
  told.use({ ...caller, call })
  await told.ask({ hello: {} as TreeHello })
  assert.equal(told.answerMs(), 20)
})
