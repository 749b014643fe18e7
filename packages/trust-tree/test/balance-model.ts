import { decideBalance, isWorth, mergeTokens, noTokens, partition } from '../src/index.ts'
import { node, tokenOf } from './oracle.ts'
import type { PeerIdString, Place, Rng } from '@peerwatch/model'
import type { Balancing, Partition } from '../src/index.ts'

/** Loads that are exact: nothing is chance. */
const EXACT = { averagedSeconds: Infinity }
const MOVES_MOST = 2_000

export interface BalanceSizes {
  /** Each brings the same load. */
  readonly peers: number
  readonly nodes: number
  /** The part of them whose places lie in the first 1/1024 of the key space. */
  readonly ground: number
  /** Where nodes start. Default: at random. */
  readonly starts?: 'even'
  /** To compare with: nobody leaves its place on the ring. */
  readonly isNeighboursOnly?: boolean
}

export interface Balanced {
  /** The heaviest load in means, before and after. */
  readonly startRatio: number
  readonly ratio: number
  /** Of all records, those that changed their owner; one that did so twice counts twice. */
  readonly moved: number
  readonly moves: number
  /** Σ load² after each move, from the start on. */
  readonly squares: readonly number[]
}

function hex(value: number): string {
  return Math.floor(value).toString(16).padStart(8, '0')
}

export function placeAt(rng: Rng, most = 2 ** 32): Place {
  return (hex(rng() * most) + hex(rng() * 2 ** 32)) as Place
}

/** The moves that nodes make whose loads are known exactly, until none is worth it. */
export function balanced(rng: Rng, { peers, nodes, ground, starts, isNeighboursOnly = false }: BalanceSizes): Balanced {
  const places = Array.from({ length: peers }, (_, index) => placeAt(rng, index < peers * ground ? 2 ** 22 : 2 ** 32)).toSorted()
  const names = Array.from({ length: nodes }, (_, index) => node(index))
  const startOf = new Map(names.map((name, index) => [name, starts === 'even' ? placeAt(() => index / nodes) : placeAt(rng)]))
  const viewNow = (): Partition =>
    partition(
      names,
      mergeTokens(
        noTokens,
        names.map((name, index) => tokenOf(index, startOf.get(name)))
      ).tokens
    )
  let view = viewNow()
  let held = heldBy(view, places)
  const squares = (): number => [...held.values()].reduce((sum, { length }) => sum + length ** 2, 0)
  const ratio = (): number => (Math.max(...[...held.values()].map(({ length }) => length)) * nodes) / peers
  const startRatio = ratio()
  const made = [squares()]
  let moved = 0
  for (let moves = 0; moves < MOVES_MOST; moves++) {
    const loads = new Map([...held].map(([name, { length }]) => [name, length]))
    const move = isNeighboursOnly ? bestShift(view, loads) : decideBalance(view, loads, EXACT)[0]
    if (move == null) return { startRatio, ratio: ratio(), moved: moved / peers, moves, squares: made }
    const share = move.from === move.node ? 1 - move.share : move.share
    const of = held.get(move.from)!
    startOf.set(move.node, of[Math.floor(of.length * (1 - share))]!)
    const owned = new Map([...held].flatMap(([name, its]) => its.map((place): [Place, PeerIdString] => [place, name])))
    view = viewNow()
    held = heldBy(view, places)
    for (const [name, its] of held) for (const place of its) if (owned.get(place) !== name) moved++
    made.push(squares())
  }
  throw new Error(`no end after ${MOVES_MOST} moves`)
}

/** Of the moves between thread neighbours that are worth it the one over the border with the largest difference of loads. */
function bestShift(view: Partition, loads: ReadonlyMap<PeerIdString, number>): Balancing | undefined {
  const { ring } = view
  const moves = ring.flatMap(({ node: name }, index): (Balancing & { readonly apart: number })[] => {
    const before = ring[(index - 1 + ring.length) % ring.length]!.node
    const [own, other] = [loads.get(name)!, loads.get(before)!]
    const apart = Math.abs(own - other)
    return apart === 0 ? [] : [{ kind: 'shift', node: name, from: own > other ? name : before, share: apart / 2 / Math.max(own, other), apart }]
  })
  return moves.filter(move => isWorth(view, loads, move)).toSorted((one, next) => next.apart - one.apart)[0]
}

/** Of each node the places that it owns, in the order in which they lie behind its start. */
function heldBy({ ring }: Partition, places: readonly Place[]): Map<PeerIdString, Place[]> {
  const held = new Map<PeerIdString, Place[]>(ring.map(slot => [slot.node, []]))
  const before: Place[] = []
  let index = -1
  for (const place of places) {
    while (index + 1 < ring.length && ring[index + 1]!.start <= place) index++
    if (index === -1) before.push(place)
    else held.get(ring[index]!.node)!.push(place)
  }
  held.get(ring.at(-1)!.node)!.push(...before)
  return held
}
