import type { PeerIdString } from '@peerwatch/model'
import type { Partition } from './partition.ts'

/** One move of one start. */
export interface Balancing {
  readonly node: PeerIdString
  /**
   * `shift`: the node moves its start over the border with the node before it. `join`: the node leaves its range to the node before it, and takes a part
   * of the heaviest range.
   */
  readonly kind: 'shift' | 'join'
  /** The node that gives: the one that moves, the one before it, or the heaviest. */
  readonly from: PeerIdString
  /** The share of the load of `from` that changes hands. */
  readonly share: number
}

export interface BalanceOptions {
  /** The time over which loads are averaged, in seconds. It says by how much loads may differ by chance. */
  readonly averagedSeconds: number
}

type Loads = ReadonlyMap<PeerIdString, number>

/**
 * A move must lower Σ load² by this much, in squares of the mean. Without it, loads of 2, 0, 2, 0 … would change places for ever. Higher: fewer moves,
 * but less even loads.
 */
const LEAST_GAIN = { shift: 0.004, join: 0.1 }
/** A free place must not become heavier than this part of the range that it relieves. */
const JOINED_MOST = 0.9
/** A difference of loads of so many standard deviations is no chance. */
const NOT_BY_CHANCE = 5
/** Of the gain of the best move: what gains as much is about as good. Higher: nodes that know loads of other moments agree less often on who is first. */
const ABOUT_AS_GOOD = 0.9

/**
 * Whose moves lower the sum of the squares of all loads, each with its best one, in the order in which they are to try; empty where none is worth it, a
 * load is not known, or another move is under way.
 *
 * The same view and loads give the same answer on every node. Each knows the others' loads of another moment, so those whose moves help most or about as
 * much are in the order of their ids: who is first hangs on a load only where its gain is at the edge of being good enough. All others come behind them,
 * who gains more first: whoever is to be first may be unable to move, and must not hold up the rest.
 */
export function decideBalance(view: Partition, loads: Loads, { averagedSeconds }: BalanceOptions): readonly Balancing[] {
  const { ring, formerRing } = view
  if (formerRing != null || ring.length < 2 || !ring.every(({ node }) => loads.has(node))) return []
  const loadOf = (node: PeerIdString): number => loads.get(node)!
  const heaviest = ring.reduce((most, { node }) => (loadOf(node) > loadOf(most) ? node : most), ring[0]!.node)
  const isChance = (a: number, b: number): boolean => Math.abs(a - b) < NOT_BY_CHANCE * Math.sqrt((a + b) / averagedSeconds)
  const possible = ring.flatMap(({ node }): Balancing[] => {
    const before = beforeOf(view, node)
    const [a, b] = [loadOf(node), loadOf(before)]
    const from = a > b ? node : before
    const shift: Balancing[] = isChance(a, b) ? [] : [{ kind: 'shift', node, from, share: Math.abs(a - b) / 2 / loadOf(from) }]
    const isFree = node !== heaviest && before !== heaviest && a + b < JOINED_MOST * loadOf(heaviest) && !isChance(a + b, loadOf(heaviest))
    return isFree ? [...shift, { kind: 'join', node, from: heaviest, share: 1 / 2 }] : shift
  })
  const gains = new Map(possible.filter(move => isWorth(view, loads, move)).map(move => [move, gainOf(view, loads, move)]))
  const byGain = [...gains.keys()].toSorted((one, other) => gains.get(other)! - gains.get(one)!)
  const best = byGain.filter(({ node }, index) => byGain.findIndex(move => move.node === node) === index)
  const good = best.filter(move => gains.get(move)! >= ABOUT_AS_GOOD * gains.get(best[0]!)!)
  return [...good.toSorted((one, other) => (one.node < other.node ? -1 : 1)), ...best.slice(good.length)]
}

/** Whether a move evens the loads out enough to be made. Its share may differ from the one that was wanted. */
export function isWorth(view: Partition, loads: Loads, move: Balancing): boolean {
  const { ring } = view
  const mean = ring.reduce((sum, { node }) => sum + loads.get(node)!, 0) / ring.length
  return gainOf(view, loads, move) >= LEAST_GAIN[move.kind] * mean ** 2
}

/** By how much a move lowers Σ load². */
function gainOf(view: Partition, loads: Loads, { kind, node, from, share }: Balancing): number {
  const before = beforeOf(view, node)
  const after = new Map([...new Set([node, before, from])].map(each => [each, loads.get(each)!]))
  const put = (peer: PeerIdString, load: number): void => {
    after.set(peer, after.get(peer)! + load)
  }
  const squares = (): number => [...after.values()].reduce((sum, load) => sum + load ** 2, 0)
  const was = squares()
  const given = loads.get(from)! * share
  if (kind === 'join') {
    put(before, after.get(node)!)
    after.set(node, 0)
  }
  put(from, -given)
  put(from === node ? before : node, given)
  return was - squares()
}

function beforeOf({ ring }: Partition, node: PeerIdString): PeerIdString {
  const index = ring.findIndex(slot => slot.node === node)
  return ring[(index - 1 + ring.length) % ring.length]!.node
}
