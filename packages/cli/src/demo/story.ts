import { fatesOf, GOOD_WINDOWS, hostsCount, isWatchedToTheEnd, MOST_WINDOWS } from '@peerwatch/attacks/play'
import { DIMENSIONS } from '@peerwatch/detection'
import { PRESETS, quorumFor } from '@peerwatch/model'
import type { BehaviourName } from '@peerwatch/attacks'
import type { Cast, Fate, PlayRole } from '@peerwatch/attacks/play'

/** One misdeed of the story: the peers that do it, and what should come of it. */
export interface Plot {
  /** Names of those who do it. */
  readonly by: readonly string[]
  /** The fate of these peers tells how it went. */
  readonly about: readonly string[]
  readonly misdeed: string
  readonly outcome: string
  /** This fate shows that it has come about. */
  readonly shownBy: Fate
}

export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

interface Line {
  /** Says what one peer does, and what several do. */
  readonly does: readonly [one: string, several: string]
  /** The outcome if nobody is to be harmed. */
  readonly comesToNothing?: string
}

/** In the order in which they are told; `VICTIM` is who is slandered. */
const LINES: Readonly<Record<BehaviourName, Line>> = {
  dies: { does: ['dies without a word', 'die without a word'] },
  corrupts: { does: ['alters the messages it passes on', 'alter the messages they pass on'] },
  floods: { does: ['floods its neighbours with pings', 'flood their neighbours with pings'] },
  slanders: { does: ['slanders VICTIM', 'slander VICTIM'], comesToNothing: 'too few accuse VICTIM: nobody examines it' },
  freeRides: { does: ['passes no messages on', 'pass no messages on'], comesToNothing: 'nobody is evicted: forwarding is shown only' },
  liesInverted: { does: ['reports good as bad and bad as good', 'report good as bad and bad as good'], comesToNothing: 'nobody is evicted on such a word' }
}

/** The play in plain words. */
export function plotsOf(roles: readonly PlayRole[], { seeds, trusted }: Cast): Plot[] {
  const who = (behaviour: PlayRole['behaviour']): string[] => roles.filter(role => role.behaviour === behaviour).map(({ name }) => name)
  const fateOf = fatesOf(roles.map(({ behaviour }) => behaviour))
  const victims = who('slandered')
  const plots = Object.entries(LINES).flatMap(([name, { does, comesToNothing = '' }]): Plot[] => {
    const by = who(name as BehaviourName)
    if (by.length === 0) return []
    const [about, shownBy] = name === 'slanders' ? [victims, fateOf('slandered')] : [by, fateOf(name)]
    const isOne = about.length === 1
    const outcome = {
      removed: `${seeds} seeds test ${isOne ? 'it and take it' : 'them and take them'} off the registry`,
      evicted: `${quorumFor(trusted)} of ${trusted} trusted nodes sign ${isOne ? 'its eviction' : 'their evictions'}`,
      acquitted: `${listed(victims)} is examined and acquitted`,
      unharmed: comesToNothing
    }[shownBy]
    const filled = (text: string): string => text.replace('VICTIM', listed(victims))
    return [{ by, about, misdeed: filled(`${listed(by)} ${does[by.length === 1 ? 0 : 1]}`), outcome: filled(outcome), shownBy }]
  })
  return plots.length > 0 ? plots : [{ by: [], about: [], misdeed: 'nobody misbehaves', outcome: 'nobody is harmed', shownBy: 'unharmed' }]
}

export interface StoryInit {
  /** `--seed`: called a run here, since a seed is a host. */
  readonly seed: number
  readonly cast: Cast
  readonly logs: string
  /** The live view tells who does what by itself, and how far it is. */
  readonly plots: boolean
}

/** The demo says this before it begins. */
export function storyLines(roles: readonly PlayRole[], { seed, cast, logs, plots }: StoryInit): string[] {
  const { seeds, trusted, watchers, honest, misbehaving, preset } = cast
  const doBad = misbehaving.length === 1 ? 'misbehaves' : 'misbehave'
  const bad = misbehaving.length === 0 ? 'none misbehaves' : `${misbehaving.length} ${doBad} as soon as all of them are linked up`
  const waits = isWatchedToTheEnd(roles.map(({ behaviour }) => behaviour))
    ? [`It watches for ${GOOD_WINDOWS} windows (${seconds(GOOD_WINDOWS * PRESETS[preset].windowMs)}), since nothing is to happen to some.`]
    : []
  return [
    `Peerwatch demo: a whole network on this machine, run ${seed}`,
    `${hostsCount(cast)} hosts that talk over real sockets: ${seeds} seeds keep the registry, ${trusted} trusted nodes judge, ${watchers} watchers look for them, ${honest} peers are honest, ${bad}.`,
    ...(plots ? plotsOf(roles, cast).map(({ misdeed, outcome }) => `  ${misdeed}: ${outcome}.`) : []),
    ...waits,
    `Logs, one file per host: ${logs}`,
    ''
  ]
}

export function seconds(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 1000)} s`
}

/** The constants by which the hosts go, for `--verbose`. */
export function constantLines({ preset, trusted }: Cast): string[] {
  const { windowMs, pingEveryMs, pingMisses, ...rest } = PRESETS[preset]
  const { okHalfLifeWindows, badHalfLifeWindows, lookWindows, caseWindows, refusedWindows, restWindows } = rest
  return [
    `preset ${preset}: window ${windowMs / 1000} s; ping every ${pingEveryMs / 1000} s, ${pingMisses} misses = dead`,
    `accused below (θ): ${DIMENSIONS.rows.map(({ name, theta, evictable }) => `${name} ${theta}${evictable ? '' : ' (shown only)'}`).join(', ')}`,
    `k = ${quorumFor(trusted)} signatures evict`,
    `in windows: half-life of good evidence ${okHalfLifeWindows}, of bad ${badHalfLifeWindows}; look ${lookWindows}, case ${caseWindows}; refusal after a cut ${refusedWindows}, rest after an acquittal ${restWindows}`,
    `patience: ${GOOD_WINDOWS} windows that every host closes in time, ${seconds(MOST_WINDOWS * windowMs)} at most`,
    ''
  ]
}
