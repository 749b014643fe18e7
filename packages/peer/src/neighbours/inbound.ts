import { countsBy } from '@peerwatch/model'
import type { PeerIdString } from '@peerwatch/model'

/** A link that this node did not choose: somebody knocked, or it was sent there. */
export interface Inbound {
  readonly peer: PeerIdString
  /** The group of the address that this node sees: all names in it are one voice. */
  readonly group: string
  readonly sinceMs: number
  /** How long its last answered ping took; undefined: it has never answered. */
  readonly lastAnswerMs: number | undefined
  readonly isDead: boolean
}

/** Of those that answer: the nearest, one of each group, since nobody can seem nearer than it is … */
const NEAREST_RATIO = 1 / 4
/** … and of the rest those that have been here longest: who comes in a crowd cannot push out those who were there. */
const LONGEST_RATIO = 1 / 2

/**
 * Says which links to end, where too many were not chosen by this node: dead ones first, then the newest of the largest group.
 *
 * The nearest and the longest there stay, as in Bitcoin Core's eviction: to take a place an attacker has to serve well and for long, from many networks.
 */
export function decideEvictions(links: readonly Inbound[], excess: number): PeerIdString[] {
  const left = [...links]
  const ended: PeerIdString[] = []
  while (ended.length < excess && left.length > 0) {
    const dead = left.filter(({ isDead }) => isDead)
    const next = newestOfLargest(dead.length > 0 ? dead : unprotected(left), left)
    left.splice(left.indexOf(next), 1)
    ended.push(next.peer)
  }
  return ended
}

function unprotected(links: readonly Inbound[]): Inbound[] {
  const answering = links.filter(({ lastAnswerMs }) => lastAnswerMs != null).toSorted((a, b) => a.lastAnswerMs! - b.lastAnswerMs!)
  const ofGroups = [...Map.groupBy(answering, ({ group }) => group).values()].map(([nearestOfGroup]) => nearestOfGroup!)
  const nearest = new Set(ofGroups.slice(0, Math.floor(answering.length * NEAREST_RATIO)))
  const others = answering.filter(link => !nearest.has(link)).toSorted((a, b) => a.sinceMs - b.sinceMs)
  const longest = new Set(others.slice(0, Math.floor(others.length * LONGEST_RATIO)))
  return links.filter(link => !nearest.has(link) && !longest.has(link))
}

/** Groups are as large as they are among all: who is protected still counts. */
function newestOfLargest(candidates: readonly Inbound[], all: readonly Inbound[]): Inbound {
  const sizes = countsBy(all, ({ group }) => group)
  return candidates.reduce((worst, link) => ((sizes.get(link.group)! - sizes.get(worst.group)! || link.sinceMs - worst.sinceMs) > 0 ? link : worst))
}
