import { PRESETS } from '@peerwatch/model'
import { AttacksError } from '../errors.ts'
import type { PresetName } from '@peerwatch/model'
import type { BehaviourName } from '../behaviours.ts'

/** The nodes of a play, and the constants of its network. It is plain data, since threads are told it. */
export interface Cast {
  readonly preset: PresetName
  readonly seeds: number
  readonly trusted: number
  /** The watchers of all trusted nodes; each is a host of its own. */
  readonly watchers: number
  /** How many peers do nothing wrong. If somebody slanders, one of them is the victim. */
  readonly honest: number
  /** The behaviour of each peer that misbehaves. */
  readonly misbehaving: readonly BehaviourName[]
}

/** How many peers misbehave in which way. */
export type Misdeeds = Readonly<Partial<Record<BehaviourName, number>>>

export interface CastInit {
  /** Default `demo`, which has the shortest windows. */
  readonly preset?: PresetName | undefined
  /** The number of all peers, those that misbehave too: 6 to 40. Default 16. */
  readonly peers?: number | undefined
  /** At most half of the peers. Default: one dies, one corrupts, one floods, three slander. */
  readonly misdeeds?: Misdeeds | undefined
}

/** The cast of `npm start`. */
export const CAST_DEFAULTS = Object.freeze({
  preset: 'demo',
  peers: 16,
  misdeeds: Object.freeze({ dies: 1, corrupts: 1, floods: 1, slanders: 3 })
} as const satisfies Required<CastInit>)

/** With fewer peers a player has too few neighbours for a play. More are too many for the threads of one machine. */
export const PEERS_RANGE = Object.freeze({ least: 6, most: 40 })
/** As many windows as a minute of preset `demo` has after the start. */
export const GOOD_WINDOWS = 25
/** A play is over after so many windows, in time or late: three minutes of preset `demo`. */
export const MOST_WINDOWS = 90

const SEEDS = 2
const TRUSTED = 3

/** Throws AttacksError `bad-option` if these options make no play. The message says what does. */
export function castOf(init: CastInit = {}): Cast {
  const { preset = CAST_DEFAULTS.preset, peers = CAST_DEFAULTS.peers, misdeeds = CAST_DEFAULTS.misdeeds } = init
  const { least, most } = PEERS_RANGE
  const misbehaving = Object.entries(misdeeds).flatMap(([name, count]) => Array.from({ length: count }, () => name as BehaviourName))
  const honest = peers - misbehaving.length
  if (!Number.isInteger(peers) || peers < least || peers > most) {
    throw new AttacksError('bad-option', `${peers} peers; expected ${least} to ${most}; change --peers`)
  }
  if (misbehaving.length > honest) {
    const [needed, possible] = [2 * misbehaving.length, Math.floor(peers / 2)]
    const more = needed <= most ? `give --peers ${needed}, or let` : 'let'
    throw new AttacksError(
      'bad-option',
      `${misbehaving.length} of ${peers} peers misbehave; expected at least as many that are honest, so ${possible} at most; ${more} fewer misbehave (--behaviour)`
    )
  }
  return { preset, seeds: SEEDS, trusted: TRUSTED, watchers: TRUSTED * PRESETS[preset].watchersCount, honest, misbehaving }
}

export function peersCount({ honest, misbehaving }: Cast): number {
  return honest + misbehaving.length
}

export function hostsCount(cast: Cast): number {
  return cast.seeds + cast.trusted + cast.watchers + peersCount(cast)
}
