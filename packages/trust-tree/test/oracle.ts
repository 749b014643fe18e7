import fc from 'fast-check'
import { mergeTokens, noTokens, partition } from '../src/index.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { Partition, Token } from '../src/index.ts'

export const node = (index: number): PeerIdString => `node-${String(index).padStart(2, '0')}` as PeerIdString

/** Few distinct places, so that equal starts and exact hits are common; and any. */
export const places: fc.Arbitrary<Place> = fc
  .oneof(fc.constantFrom(0n, 1n, 5n, 2n ** 63n, 2n ** 64n - 1n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
  .map(place => place.toString(16).padStart(16, '0') as Place)

export function tokenOf(index: number, start: Place | undefined, version = 1, hash = 'aa', moved?: Token['moved']): Token {
  return { node: node(index), version, hash, ...(start != null && { start }), ...(moved != null && { moved }) }
}

/** Members with tokens; some without a start. */
export const tokenLists: fc.Arbitrary<Token[]> = fc
  .array(fc.option(places, { nil: undefined, freq: 6 }), { minLength: 1, maxLength: 12 })
  .map(starts => starts.map((start, index) => tokenOf(index, start)))

function greatest(some: readonly Token[]): Token | undefined {
  return some.reduce<Token | undefined>((best, token) => (best == null || [token.start!, token.node] > [best.start!, best.node] ? token : best), undefined)
}

/** The dumb way: of all starts at or before the place the greatest, of equal ones the greatest id; none: the greatest of all. */
export function dumbOwner(tokens: readonly Token[], place: Place): PeerIdString | undefined {
  const started = tokens.filter(token => token.start != null)
  return (greatest(started.filter(token => token.start! <= place)) ?? greatest(started))?.node
}

/** Some have moved, one leaves. */
export const movingViews: fc.Arbitrary<Partition> = fc
  .record({
    tokens: tokenLists,
    moves: fc.array(fc.record({ who: fc.nat(11), from: fc.option(places, { nil: undefined }) }), { maxLength: 3 }),
    leaver: fc.nat(11)
  })
  .map(({ tokens, moves, leaver }) => {
    const moved = tokens.map((token, index) => {
      const move = moves.find(({ who }) => who === index)
      return move == null ? token : tokenOf(index, token.start, 2, 'bb', move.from == null ? {} : { from: move.from })
    })
    const members = moved.map(token => token.node).filter(each => each !== node(leaver))
    return partition(members, mergeTokens(noTokens, moved).tokens, [node(leaver)])
  })
