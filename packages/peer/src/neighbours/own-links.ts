import type { PeerIdString } from '@peerwatch/model'

/** With fewer it could not tell that it is this node which is offline. */
const OWN_LEAST = 3

export interface Degrees {
  readonly targetDegree: number
  readonly maxDegree: number
}

/**
 * How many links this node wants that it has chosen itself, however many knock: half of its target, since each of them is somebody's inbound one.
 *
 * Of the most that it takes at least half is left for those who knock, or in a full network nobody would let anybody in.
 */
export function ownShare({ targetDegree, maxDegree }: Degrees): number {
  return Math.min(targetDegree, Math.ceil(maxDegree / 2), Math.max(OWN_LEAST, Math.ceil(targetDegree / 2)))
}

export interface Counted {
  /** Links, silent ones too. */
  readonly linkedCount: number
  /** Those that are not found dead. */
  readonly livingCount: number
  /** Those of them that this node chose. */
  readonly ownCount: number
  /** Dials under way. */
  readonly comingCount: number
}

/** How many to dial, and how much room there is for others beside them. What knocked counts towards the target, never towards the own share. */
export function decideMissing(
  { linkedCount, livingCount, ownCount, comingCount }: Counted,
  degrees: Degrees
): { missing: number; ownMissing: number; room: number } {
  const { targetDegree, maxDegree } = degrees
  const ownMissing = Math.max(0, ownShare(degrees) - ownCount - comingCount)
  const missing = Math.max(ownMissing, Math.min(targetDegree - livingCount, maxDegree - linkedCount) - comingCount)
  return { missing, ownMissing, room: Math.max(0, maxDegree - linkedCount - comingCount - missing) }
}

export interface OwnLink {
  readonly peer: PeerIdString
  readonly group: string
  readonly sinceMs: number
  readonly isDead: boolean
}

/**
 * Which own link gives way to a peer of this group that has just answered: one that is dead, else the newest of a group that has several,
 * where the other's group has none. Nothing else is better: a shorter way is what a near attacker has to offer, and a link that lived is worth more than a new one.
 */
export function decideReplaced(own: readonly OwnLink[], group: string): PeerIdString | undefined {
  const dead = own.find(({ isDead }) => isDead)
  if (dead != null || own.some(link => link.group === group)) return dead?.peer
  const groups = [...Map.groupBy(own, link => link.group).values()]
  const largest = groups.reduce<OwnLink[]>((most, links) => (links.length > most.length ? links : most), [])
  if (largest.length < 2) return undefined
  return largest.reduce((newest, link) => (link.sinceMs > newest.sinceMs ? link : newest)).peer
}
