import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { mergeTokens, noTokens, partition } from '@peerwatch/trust-tree'
import { Refusal } from '@peerwatch/link'
import { balancing } from '../../src/tree/balancing.ts'
import { cutting } from '../../src/tree/cutting.ts'
import { bareCore, bookOfReports } from '../../../peer/test/support/reports.ts'
import { node, tokenOf } from '../../../trust-tree/test/oracle.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { Partition, Token } from '@peerwatch/trust-tree'
import type { Core, Part } from '@peerwatch/link'
import type { TokenBook } from '../../src/tree/token-book.ts'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'

const COOL_DOWN_MS = 20_000
const TURN_MS = 500
const GRANT_MS = 5_000
const NODES = 9
const HEAVY = 60
const LIGHT = 10
const { keys } = await bookOfReports({ reporters: 1, subjects: 1, windows: 1, trusted: 1 })
const core = await bareCore(keys)

interface Nodes {
  /** A window begins, and so much time goes by. */
  readonly window: (ms: number) => Promise<void>
  readonly advance: (ms: number) => Promise<void>
  readonly stop: () => Promise<void>
  /** All moves are settled. */
  readonly settle: () => void
  /** Who asked whom for its load. */
  readonly greeted: (readonly [by: PeerIdString, peer: PeerIdString])[]
  /** Who asked for a cut, and who moved, each in order. */
  readonly asked: PeerIdString[]
  readonly moved: PeerIdString[]
}

async function settled(): Promise<void> {
  await new Promise(resolve => {
    setImmediate(resolve)
  })
}

function windowsTo(ticks: (() => void)[]): Core['windows']['onWindow'] {
  return listener => {
    ticks.push(() => listener(1))
    return () => {}
  }
}

type Seen = (self: number, other: number) => number

interface How {
  readonly lateBy?: number
  /** What each is told of the others when it asks; default: what it knows. */
  readonly toldWhenAsked?: Seen
  readonly answerMs?: number
}

/** The same nine tokens on nine nodes, the first with the heavy range; `seen` is what node `self` knows of the load of another one, or of its own. */
async function nodesThatSee(seen: Seen, { lateBy = 1, toldWhenAsked = seen, answerMs = 0 }: How = {}): Promise<Nodes> {
  const clock = manualClock(0)
  const names = Array.from({ length: NODES }, (_, index) => node(index))
  const tokens = new Map(names.map((name, index) => [name, tokenOf(index, `${index}0`.padEnd(16, '0') as Place)]))
  const viewNow = () => partition(names, mergeTokens(noTokens, [...tokens.values()]).tokens)
  let view = viewNow()
  const windows: (() => void)[] = []
  const changes: (() => void)[] = []
  const asked: PeerIdString[] = []
  const moved: PeerIdString[] = []
  const greeted: [by: PeerIdString, peer: PeerIdString][] = []
  const show = (of: number, start: Place, version: number, from?: { from: Place }): void => {
    tokens.set(names[of]!, tokenOf(of, start, version, 'bb', from))
    view = viewNow()
    for (const tell of changes) tell()
  }
  const cut = (by: PeerIdString) => {
    asked.push(by)
    return { place: '0800000000000000' as Place, share: 0.5 }
  }
  const parts = names.map((name, self): Part => {
    const book = {
      partition: () => view,
      token: (peer: PeerIdString) => tokens.get(peer),
      onChange: (listener: () => void) => {
        changes.push(listener)
        return () => {}
      },
      place: async (start: Place, from: { from: Place }) => {
        moved.push(name)
        show(self, start, 2, from)
      }
    }
    const told = new Set<PeerIdString>()
    const linkTo = (peer: PeerIdString) => ({
      isUp: () => true,
      load: () => (told.has(peer) ? toldWhenAsked : seen)(self, names.indexOf(peer)),
      greet: async () => {
        greeted.push([name, peer])
        if (answerMs > 0) await new Promise<void>(resolve => void clock.after(answerMs, resolve))
        told.add(peer)
      },
      call: async () => cut(name)
    })
    return balancing(
      {
        ...core,
        self: name,
        roster: { ...core.roster, isTrusted: () => true },
        health: { ...core.health, stretched: ms => lateBy * ms },
        windows: { ...core.windows, onWindow: windowsTo(windows) },
        clock
      },
      {
        tokens: book as unknown as TokenBook,
        links: { link: peer => (peer === name ? undefined : linkTo(peer)) as unknown as TrustedLink, onUp: () => () => {}, onDown: () => () => {} },
        load: { perSecond: () => seen(self, self), reset: () => {} },
        splitAt: () => cut(name),
        isCaughtUp: () => true,
        coolDownMs: COOL_DOWN_MS
      }
    )
  })
  for (const part of parts) await part.start?.()
  clock.advance(COOL_DOWN_MS)
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await settled()
  }
  return {
    window: async ms => {
      for (const tick of windows) tick()
      await advance(core.windows.windowMs / 2)
      await advance(ms)
    },
    advance,
    stop: async () => {
      for (const part of parts) await part.stop?.()
      await settled()
    },
    settle: () => {
      for (const [index, name] of names.entries()) {
        const { start, moved: under } = tokens.get(name)!
        if (under != null) show(index, start!, 3)
      }
    },
    greeted,
    asked,
    moved
  }
}

function trueLoad(other: number): number {
  return other === 0 ? HEAVY : LIGHT
}

test('T95: of nodes that each know another one whose move helps a little more, the first moves at once, and no other', async () => {
  // its own load a node knows as it is now, those of others as they were
  const nodes = await nodesThatSee((self, other) => (self === other && other > 0 ? 1.04 * LIGHT : trueLoad(other)))
  await nodes.window(0)
  assert.deepEqual(nodes.moved, [node(2)])
  await nodes.advance(NODES * TURN_MS)
  assert.deepEqual([nodes.moved, nodes.asked], [[node(2)], [node(2)]])
  await nodes.stop()
})

test('T95: while the first of all does not think that it is its turn the next one tries, and those behind it when that one does not', async () => {
  const silent = new Set([2, 3])
  const nodes = await nodesThatSee((self, other) => (self === other && silent.has(self) ? 2 * LIGHT : trueLoad(other)))
  await nodes.window(2 * TURN_MS - 1)
  assert.deepEqual(nodes.asked, [])
  await nodes.advance(1)
  assert.deepEqual(nodes.moved, [node(4)])
  await nodes.advance(NODES * TURN_MS)
  assert.deepEqual([nodes.moved, nodes.asked], [[node(4)], [node(4)]], 'those behind it see that it moved')
  await nodes.stop()
})

test('T95: a node that is late itself waits longer for its turn, since it hears later of the move of another one', async () => {
  const nodes = await nodesThatSee((self, other) => (self === other && self === 2 ? 2 * LIGHT : trueLoad(other)), { lateBy: 3 })
  await nodes.window(3 * TURN_MS - 1)
  assert.deepEqual(nodes.asked, [])
  await nodes.advance(1)
  assert.deepEqual(nodes.moved, [node(3)])
  await nodes.stop()
})

test('T95: a node that stops while it waits for its turn moves nothing', async () => {
  const nodes = await nodesThatSee((self, other) => (self === other && self === 2 ? 2 * LIGHT : trueLoad(other)))
  await nodes.window(TURN_MS - 1)
  await nodes.stop()
  await nodes.advance(NODES * TURN_MS)
  assert.deepEqual(nodes.asked, [])
})

test('T95: who is answered late waits longer for its turn, since others hear as late of a move', async () => {
  const ANSWER_MS = 700
  const nodes = await nodesThatSee((self, other) => (self === other && self === 2 ? 2 * LIGHT : trueLoad(other)), { answerMs: ANSWER_MS })
  await nodes.window(ANSWER_MS)
  await nodes.advance(ANSWER_MS - 1)
  assert.deepEqual(nodes.asked, [])
  await nodes.advance(1)
  assert.deepEqual(nodes.moved, [node(3)])
  await nodes.stop()
})

test('T114: before it moves a node asks all others for their loads of this moment, and goes by these; where nothing seems to help it asks nobody', async () => {
  const outdated = await nodesThatSee((_self, other) => trueLoad(other), { toldWhenAsked: () => LIGHT })
  await outdated.window(NODES * TURN_MS)
  assert.deepEqual(
    outdated.moved.filter(each => each !== node(0)),
    [],
    'the heavy one told of it a while ago'
  )
  const others = outdated.greeted.filter(([by]) => by === node(3)).map(([, peer]) => peer)
  assert.deepEqual(
    others,
    Array.from({ length: NODES }, (_, index) => node(index)).filter(each => each !== node(3))
  )
  await outdated.stop()
  const level = await nodesThatSee(() => LIGHT)
  await level.window(NODES * TURN_MS)
  assert.deepEqual([level.greeted, level.moved], [[], []])
  await level.stop()
})

test('T114: the pause after a move begins when the ranges change, and not again when it is settled', async () => {
  const nodes = await nodesThatSee((_self, other) => trueLoad(other))
  await nodes.window(0)
  assert.equal(nodes.moved.length, 1)
  await nodes.advance(COOL_DOWN_MS)
  await nodes.window(0)
  assert.equal(nodes.moved.length, 1, 'the move is not settled')
  nodes.settle()
  await nodes.window(0)
  assert.equal(nodes.moved.length, 2)
  await nodes.stop()
})

test('T112: a range is cut for one node at a time: the next one is refused until the other has moved or had its time, and whoever asks again is told again', () => {
  const clock = manualClock(0)
  const tokens = [0, 1].map(index => tokenOf(index, `${index}0`.padEnd(16, '0') as Place))
  const viewWith = (...more: Token[]): Partition => partition([node(0), node(1)], mergeTokens(noTokens, [...tokens, ...more]).tokens)
  let view = viewWith()
  const found = { place: '0800000000000000' as Place, share: 0.5 }
  const cut = cutting({ self: node(0), clock }, { tokens: { partition: () => view }, load: { cut: () => found } })
  assert.equal(cut(0.5, node(1)), found)
  assert.ok(cut(0.5, node(2)) instanceof Refusal)
  assert.ok(cut(0.5, node(0)) instanceof Refusal, 'nor does it move itself')
  clock.advance(GRANT_MS - 1)
  assert.equal(cut(0.5, node(1)), found)
  assert.ok(cut(0.5, node(2)) instanceof Refusal)
  clock.advance(1)
  assert.equal(cut(0.5, node(2)), found, 'asking again makes its time no longer')
  assert.ok(cut(0.5, node(1)) instanceof Refusal)
  view = viewWith(tokenOf(1, found.place, 2, 'bb', { from: tokens[1]!.start! }))
  assert.ok(cut(0.5, node(2)) instanceof Refusal, 'a move is under way')
  view = viewWith(tokenOf(1, found.place, 3, 'bb'))
  assert.equal(cut(0.5, node(1)), found)
})
