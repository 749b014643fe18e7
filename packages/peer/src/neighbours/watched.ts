import type { CallOff, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { BackOff, Neighbour } from '@peerwatch/link'

/** A neighbour under watch: linked, or lost without a goodbye and redialled. */
export interface Watched {
  readonly peer: PeerIdString
  readonly sinceWindow: WindowNumber
  readonly sinceMs: number
  direction: 'inbound' | 'outbound'
  /** This node chose it: neither did it knock nor was this node sent to it. So it stays, whoever dials when the link was lost. */
  isOwn: boolean
  /** The group of the address that this node sees: all names in it are one voice. */
  group: string
  isLinked: boolean
  /** When the link was lost, while it is: monotonic. */
  lostAtMs: number
  /** When a redial brought the link back; a peer that then ends it again is alive and wants no link. */
  redialledWindow: WindowNumber | undefined
  /** Those of before the link came back: they say nothing about why it ends again. */
  missesWhenBack: number
  /** Unanswered pings and failed redials in a row. */
  misses: number
  /** The last ping ended with its link or stream, before its time. */
  wasOver: boolean
  /** How long the last answered ping took. */
  lastAnswerMs: number | undefined
  /** When that was, or when it came: monotonic. */
  answeredAtMs: number
  isDead: boolean
  /** It says that it has cut this node: when its links end, it is alive. */
  hasCutUs: boolean
  /** The next ping or redial. */
  callOff: CallOff | undefined
  /** Redials of one that is dead. */
  readonly tries: BackOff
}

export type ProbeResult = 'answered' | 'missed' | 'dead' | 'still-dead'

/** Fewer own links than this cannot tell that it is this node which is offline. */
const LEAST_TO_COMPARE = 3

/** Takes in the outcome of one ping or redial; the only place where a neighbour dies. While this node itself may be offline, nobody does. */
export function probed(watched: Watched, answered: boolean, tookMs: number, isOffline: () => boolean, mostMisses: number): ProbeResult {
  if (answered) {
    watched.misses = 0
    watched.lastAnswerMs = tookMs
    watched.isDead = false
    return 'answered'
  }
  watched.misses++
  if (watched.isDead) return watched.misses % mostMisses === 0 ? 'still-dead' : 'missed'
  if (watched.misses < mostMisses || isOffline()) return 'missed'
  watched.isDead = true
  return 'dead'
}

/**
 * Silence of most own links at once says that this node is offline. Those already found dead are no part of "at once".
 *
 * A peer that dialled this node, or has never answered, says nothing about that. Else silent strangers could make a node believe that it is cut off.
 */
export function mostAreSilent(all: Iterable<Pick<Watched, 'isOwn' | 'misses' | 'lastAnswerMs' | 'isDead'>>): boolean {
  const living = [...all].filter(({ isOwn, isDead, lastAnswerMs }) => isOwn && lastAnswerMs != null && !isDead)
  const silent = living.filter(({ misses }) => misses > 0)
  return living.length >= LEAST_TO_COMPARE && silent.length * 2 > living.length
}

/** Lost, or linked and dead, with no answer since that instant: watched no longer. */
export function isGivenUp({ isLinked, isDead, lostAtMs, answeredAtMs }: Watched, silentBeforeMs: number): boolean {
  return isLinked ? isDead && answeredAtMs < silentBeforeMs : lostAtMs < silentBeforeMs
}

export function toNeighbour({ peer, sinceWindow, isLinked, direction, misses, lastAnswerMs }: Watched, guest: boolean): Neighbour {
  return { peer, sinceWindow, state: isLinked ? 'connected' : 'lost', direction, misses, lastAnswerMs, guest }
}
