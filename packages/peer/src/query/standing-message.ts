import type { CoarseStanding, StandingState } from '@peerwatch/link'
import type { StandingMessage } from '@peerwatch/wire'

const STATE_NUMBERS: Readonly<Record<StandingState, number>> = { unknown: 1, good: 2, watched: 3, suspect: 4, evicted: 5 }
const TENTHS_UNKNOWN = 255

export function standingMessage({ state, reputation, window }: CoarseStanding): StandingMessage {
  return { state: STATE_NUMBERS[state], tenths: reputation == null ? TENTHS_UNKNOWN : Math.round(reputation * 10), window }
}

/** Reads a standing that came over the wire. A state that this version does not know, or that nobody is to be told, is `unknown`. */
export function toldFrom({ state, tenths, window }: Pick<StandingMessage, 'state' | 'tenths' | 'window'>): CoarseStanding {
  const name = (Object.keys(STATE_NUMBERS) as StandingState[]).find(known => STATE_NUMBERS[known] === state)
  return { state: name == null || name === 'suspect' ? 'unknown' : name, reputation: tenths > 10 ? undefined : tenths / 10, window }
}
