import type { PeerIdString } from '@peerwatch/model'
import type { Partition } from './partition.ts'

/** One move of one start. */
export interface Balancing {
  readonly node: PeerIdString
  /** `shift`: its start moves over the border with the one before it. `join`: it leaves its range to that one, and takes a part of the heaviest. */
  readonly kind: 'shift' | 'join'
  /** Who gives: the node itself, the one before it, or the heaviest. */
  readonly from: PeerIdString
  /** Of the load of `from`: what changes hands. */
  readonly share: number
}

export interface BalanceOptions {
  /** Over how long loads are averaged, in seconds: what they may differ by chance. */
  readonly averagedSeconds: number
}

type Loads = ReadonlyMap<PeerIdString, number>

/** What a move must lower Σ load² by, in squares of the mean: without it loads of 2, 0, 2, 0 … change places for ever. Higher: fewer moves, less even. */
const LEAST_GAIN = { shift: 0.004, join: 0.1 }
/** A free place must not become heavier than what it relieves. */
const JOINED_MOST = 0.9
/** Standard deviations of a difference of loads that is no chance. */
const NOT_BY_CHANCE = 4

/**
 * The move that lowers the sum of the squares of all loads most; undefined where none is worth it, a load is not known, or another move is under way.
 * The same view and loads give the same answer on every node.
 */
export function decideBalance(view: Partition, loads: Loads, { averagedSeconds }: BalanceOptions): Balancing | undefined {
  const { ring, formerRing } = view
  if (formerRing != null || ring.length < 2 || !ring.every(({ node }) => loads.has(node))) return undefined
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
  const worth = possible.filter(move => isWorth(view, loads, move))
  return worth.toSorted((one, other) => gainOf(view, loads, other) - gainOf(view, loads, one))[0]
}

/** Whether a move with this share, which may not be the one that was wanted, makes the loads so much more even that it is made. */
export function isWorth(view: Partition, loads: Loads, move: Balancing): boolean {
  const { ring } = view
  const mean = ring.reduce((sum, { node }) => sum + loads.get(node)!, 0) / ring.length
  return gainOf(view, loads, move) >= LEAST_GAIN[move.kind] * mean ** 2
}

/** What Σ load² gets lower by. */
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
