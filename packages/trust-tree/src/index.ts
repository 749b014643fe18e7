/**
 * From tokens to the partition, candidates, moves, balance, the threaded tree and routes. Pure: the same members and tokens give the same answers on
 * every node, whichever nodes seem alive.
 *
 * @packageDocumentation
 */
export { candidatesOf, actingOwner, DEFAULT_COPIES } from './candidates.ts'
export type { Candidates } from './candidates.ts'
export { decideBalance, isWorth } from './balance.ts'
export type { BalanceOptions, Balancing } from './balance.ts'
export { gainsOf, piecesOf, readsNeeded, writesNeeded } from './gains.ts'
export type { Gain, Piece } from './gains.ts'
export { ownerOf, partition } from './partition.ts'
export type { Partition, Slot } from './partition.ts'
export { contains, FIRST_PLACE, placeIn, rangeAt, rangesOf, shareOf } from './range.ts'
export type { NodeRange, PlaceRange } from './range.ts'
export { linksOf, nextHop } from './route.ts'
export type { TreeLink, TreeLinks } from './route.ts'
export { compareTokens, mergeTokens, noTokens, viewHash } from './token.ts'
export type { Equivocation, Merged, Token, Tokens } from './token.ts'
export { treeOf } from './tree.ts'
export type { Tree, TreeNode } from './tree.ts'
