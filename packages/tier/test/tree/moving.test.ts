import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { manualClock } from '@peerwatch/model/testing'
import { candidatesOf, partition, writesNeeded } from '@peerwatch/trust-tree'
import { balancing } from '../../src/tree/balancing.ts'
import { joining } from '../../src/tree/joining.ts'
import { settling } from '../../src/tree/settling.ts'
import { durableWriter } from '../../src/tree/writer.ts'
import { bareCore, bookOfReports } from '../../../peer/test/support/reports.ts'
import { movingViews, node, tokenOf } from '../../../trust-tree/test/oracle.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { Partition, Token } from '@peerwatch/trust-tree'
import type { Core } from '@peerwatch/link'
import type { TokenBook } from '../../src/tree/token-book.ts'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'

const COPIES = 2
const book = await bookOfReports({ reporters: 1, subjects: 4, windows: 2, trusted: 1 })
const core = await bareCore(book.keys)

function isEnough(view: Partition, place: Place, holders: ReadonlySet<PeerIdString>): boolean {
  const { current, former } = candidatesOf(view, place, COPIES)
  return current.length > 0 && [current, former].every(list => list.filter(each => holders.has(each)).length >= writesNeeded(list, COPIES))
}

test('T25: while a move is unsettled a record is written when enough of both lists hold it, in the view that holds then', async () => {
  const seen = { stored: 0, retry: 0 }
  const given = fc.record({
    views: fc.tuple(movingViews, movingViews),
    at: fc.nat(book.stored.length - 1),
    takers: fc.subarray([...Array(12).keys()]),
    changesAfter: fc.nat(4)
  })
  await fc.assert(
    fc.asyncProperty(given, async ({ views, at, takers, changesAfter }) => {
      const takes = new Set(takers.map(node))
      const holders = new Set<PeerIdString>()
      let puts = 0
      const view = (): Partition => views[puts > changesAfter ? 1 : 0]
      const put =
        (peer: PeerIdString): TrustedLink['put'] =>
        async () => {
          puts++
          if (!takes.has(peer)) throw new Error('no answer')
          holders.add(peer)
          return 'stored'
        }
      const write = durableWriter(core, {
        tokens: { partition: view },
        links: { link: peer => ({ put: put(peer) }) as unknown as TrustedLink, outOfReach: () => false, onDown: () => () => {} },
        shelf: { put: async () => 'refused', objection: async () => undefined },
        copies: COPIES
      })
      const record = book.parser.stored(book.stored[at]!)
      const outcome = await write(record)
      assert.ok(outcome === 'stored' || outcome === 'retry', outcome)
      if (outcome === 'stored') assert.ok(isEnough(view(), record.stored.place, holders))
      else assert.ok(views.some(each => !isEnough(each, record.stored.place, takes)))
      seen[outcome]++
    }),
    { numRuns: 300 }
  )
  assert.ok(seen.stored > 20 && seen.retry > 20, JSON.stringify(seen))
})

test('T22: a new member joins whoever has the most reports, of equal ones whoever has the most places, and waits while another one moves', async () => {
  const loads = new Map<PeerIdString, number>()
  const asked: PeerIdString[] = []
  const placed: Place[] = []
  let formerRing: Partition['formerRing']
  const starts = ['00', '10', '80'].map((start, index) => ({ node: node(index), start: start.padEnd(16, '0') as Place }))
  const changed: (() => void)[] = []
  const tokens = {
    partition: (): Partition => ({ ring: starts, ...(formerRing != null && { formerRing }) }),
    token: (): Token => tokenOf(9, undefined),
    place: async (start: Place) => {
      placed.push(start)
    },
    onChange: (listener: () => void) => {
      changed.push(listener)
      return () => {}
    }
  } as unknown as TokenBook
  const link = (peer: PeerIdString): TrustedLink =>
    ({
      isUp: () => peer !== node(1),
      load: () => loads.get(peer),
      call: async () => {
        asked.push(peer)
        return { place: 'c000000000000000', share: 0 }
      }
    }) as unknown as TrustedLink
  const part = joining(core, { tokens, links: { link, onUp: () => () => {} } })
  const tried = async (): Promise<void> => {
    for (const tell of changed) tell()
    await new Promise(setImmediate)
  }
  await part.start?.()
  await new Promise(setImmediate)
  assert.deepEqual(asked, [node(2)])
  loads.set(node(0), 5).set(node(1), 90)
  await tried()
  assert.deepEqual(asked, [node(2), node(0)])
  formerRing = starts
  await tried()
  assert.equal(asked.length, 2)
  assert.deepEqual(placed, ['c000000000000000', 'c000000000000000'])
  await part.stop?.()
})

interface Bench {
  readonly cuts: readonly [from: PeerIdString, share: number][]
  readonly placed: readonly unknown[][]
}

/** Three nodes of equal ranges, the one of index `self` this one; so much lies behind each cut. */
async function balancedOnce(self: number, loads: readonly [number, number, number], share: number, trouble?: 'cut off' | 'stood still'): Promise<Bench> {
  const clock = manualClock(0)
  const names = [node(0), node(1), node(2)]
  const starts = ['00', '50', 'a0'].map(start => start.padEnd(16, '0') as Place)
  const tokens = new Map(names.map((name, index) => [name, tokenOf(index, starts[index])]))
  const view = partition(names, tokens)
  const cuts: [PeerIdString, number][] = []
  const placed: unknown[][] = []
  const windows: (() => void)[] = []
  const cut = (from: PeerIdString, wanted: number): { place: Place; share: number } => {
    cuts.push([from, wanted])
    return { place: '7700000000000000' as Place, share }
  }
  const listen: Core['windows']['onWindow'] = listener => {
    windows.push(() => listener(1))
    return () => {}
  }
  const here = {
    ...core,
    self: names[self]!,
    roster: { ...core.roster, isTrusted: () => true },
    windows: { ...core.windows, onWindow: listen },
    clock,
    health: { ...core.health, lostMs: () => lostMs }
  }
  const load = { perSecond: () => loads[self]!, reset: () => {} }
  const ups: (() => void)[] = []
  let lostMs = 0
  const linkTo = (peer: PeerIdString): TrustedLink =>
    ({
      isUp: () => true,
      load: () => loads[names.indexOf(peer)],
      greet: async () => {},
      call: async (_name: string, wanted: number) => cut(peer, wanted)
    }) as unknown as TrustedLink
  const part = balancing(here, {
    tokens: {
      partition: () => view,
      token: (peer: PeerIdString) => tokens.get(peer),
      onChange: () => () => {},
      place: async (...args: unknown[]) => placed.push(args)
    } as unknown as TokenBook,
    links: {
      link: linkTo,
      onUp: listener => {
        ups.push(() => listener(names[2]!))
        return () => {}
      },
      onDown: () => () => {}
    },
    load,
    splitAt: wanted => cut(names[self]!, wanted),
    isCaughtUp: () => true,
    coolDownMs: 20_000
  })
  const half = core.windows.windowMs / 2
  /** Nodes decide in the middle of a window. */
  const window = async (): Promise<void> => {
    for (const tick of windows) tick()
    clock.advance(half)
    await new Promise(setImmediate)
  }
  await part.start?.()
  await window()
  assert.deepEqual(cuts, [], 'nobody moves before the loads are known')
  if (trouble != null) {
    clock.advance(10_000)
    if (trouble === 'cut off') for (const tell of ups) tell()
    else lostMs += 5_000
    await window()
    clock.advance(10_000)
    await window()
    assert.deepEqual(cuts, [], 'nobody moves before the loads are known again')
  }
  clock.advance(20_000)
  await window()
  await part.stop?.()
  return { cuts, placed }
}

test('T28: the one node whose move helps most moves, by as much as evens it out, and says where it was', async () => {
  const from = '5000000000000000'
  assert.deepEqual(
    await balancedOnce(1, [10, 30, 20], 2 / 3),
    { cuts: [[node(1), 1 - 1 / 3]], placed: [['7700000000000000', { from }]] },
    'it gives a third of its own'
  )
  assert.deepEqual(await balancedOnce(1, [30, 10, 20], 1 / 3), { cuts: [[node(0), 1 / 3]], placed: [['7700000000000000', { from }]] }, 'it takes a third')
  for (const other of [0, 2]) assert.deepEqual(await balancedOnce(other, [10, 30, 20], 1 / 3), { cuts: [], placed: [] })
  assert.deepEqual(await balancedOnce(1, [20, 20, 20], 1 / 3), { cuts: [], placed: [] })
  assert.deepEqual((await balancedOnce(1, [30, 10, 20], 0.99)).placed, [], 'what can be cut would only change places')
  assert.deepEqual((await balancedOnce(1, [30, 10, 20], 0)).placed, [], 'too little is known of where the load lies')
})

test('T66: after a node was out of reach, or stood still itself, no start moves until the loads are known again', async () => {
  for (const trouble of ['cut off', 'stood still'] as const) {
    const { placed } = await balancedOnce(1, [10, 30, 20], 2 / 3, trouble)
    assert.equal(placed.length, 1, 'later it does')
  }
})

/** This node comes, and this other one held all. */
function joinedTo(other: number): Partition {
  const tokens = [tokenOf(0, '8000000000000000' as Place, 1, 'aa', {}), tokenOf(other, '0000000000000000' as Place)]
  return partition(
    tokens.map(token => token.node),
    new Map(tokens.map(token => [token.node, token]))
  )
}

test('T26: what was read before another view came counts for nothing in it, also before that is looked at', async () => {
  const views = [joinedTo(1), joinedTo(2)]
  let at = 0
  const asked: PeerIdString[] = []
  const self = node(0)
  const here = { ...core, self, roster: { ...core.roster, isTrusted: () => true } }
  const part = settling(here, {
    tokens: {
      partition: () => views[at],
      versions: () => ({ rosterVersion: 1, tokens: new Uint8Array(32) }),
      token: () => undefined,
      settledRoster: () => 0,
      onChange: () => () => {}
    } as unknown as TokenBook,
    links: { link: peer => ({ peer, isUp: () => true }) as unknown as TrustedLink, others: () => [], onUp: () => () => {} },
    fetching: {
      fetch: async ({ peer }) => {
        asked.push(peer)
      },
      start: () => {},
      stop: () => {}
    },
    copies: COPIES,
    isCaughtUp: () => true
  })
  await part.start?.()
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
  assert.ok(asked.length > 0 && asked.every(peer => peer === node(1)))
  assert.notEqual(part.told().whole, undefined)
  at = 1
  assert.equal(part.told().whole, undefined, 'the places are the same, and others held them')
  await part.stop?.()
})
