import { CAST, HOSTS_COUNT, PRESET, WATCHERS_COUNT } from '@peerwatch/attacks/play'
import { DIMENSIONS } from '@peerwatch/detection'
import { PRESETS, quorumFor } from '@peerwatch/model'
import type { Role } from '@peerwatch/attacks/play'

/** Who does what, and what should come of it. */
export interface Plot {
  /** Names of those who do it. */
  readonly by: readonly string[]
  /** Whose fate tells how it went. */
  readonly about: readonly string[]
  readonly misdeed: string
  readonly outcome: string
  /** What shows that it has come about. */
  readonly shownBy: 'removed' | 'evicted' | 'acquitted'
}

const quorum = quorumFor(CAST.trusted)

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** The play in plain words, in the order in which it is told. */
export function plotsOf(roles: readonly Role[]): Plot[] {
  const who = (behaviour: Role['behaviour']): string[] => roles.filter(role => role.behaviour === behaviour).map(({ name }) => name)
  const [dead, corrupters, flooders, slanderers, victims] = [who('dies'), who('corrupts'), who('floods'), who('slanders'), who('slandered')]
  return [
    {
      by: dead,
      about: dead,
      misdeed: `${listed(dead)} dies without a word`,
      outcome: `${CAST.seeds} seeds test it and take it off the registry`,
      shownBy: 'removed'
    },
    {
      by: corrupters,
      about: corrupters,
      misdeed: `${listed(corrupters)} alters the messages it passes on`,
      outcome: `${quorum} of ${CAST.trusted} trusted nodes sign its eviction`,
      shownBy: 'evicted'
    },
    {
      by: flooders,
      about: flooders,
      misdeed: `${listed(flooders)} floods its neighbours with pings`,
      outcome: `${quorum} of ${CAST.trusted} trusted nodes sign its eviction`,
      shownBy: 'evicted'
    },
    {
      by: slanderers,
      about: victims,
      misdeed: `${listed(slanderers)} slander ${listed(victims)}`,
      outcome: `${listed(victims)} is examined and acquitted`,
      shownBy: 'acquitted'
    }
  ]
}

export interface StoryInit {
  /** `--seed`: called a run here, since a seed is a host. */
  readonly seed: number
  readonly logs: string
  /** The live view tells who does what by itself, and how far it is. */
  readonly plots: boolean
}

/** What the demo says before it begins. */
export function storyLines(roles: readonly Role[], { seed, logs, plots }: StoryInit): string[] {
  return [
    `Peerwatch demo: a whole network on this machine, run ${seed}`,
    `${HOSTS_COUNT} hosts that talk over real sockets: ${CAST.seeds} seeds keep the registry, ${CAST.trusted} trusted nodes judge, ${WATCHERS_COUNT} watchers look for them, ${CAST.honest} peers are honest, ${CAST.misbehaving.length} misbehave as soon as all of them are linked up.`,
    ...(plots ? plotsOf(roles).map(({ misdeed, outcome }) => `  ${misdeed}: ${outcome}.`) : []),
    `Logs, one file per host: ${logs}`,
    ''
  ]
}

/** The constants by which the hosts go, for `--verbose`. */
export function constantLines({ goodWindows, mostMs }: { readonly goodWindows: number; readonly mostMs: number }): string[] {
  const { windowMs, pingEveryMs, pingMisses, ...rest } = PRESETS[PRESET]
  const { okHalfLifeWindows, badHalfLifeWindows, lookWindows, caseWindows, refusedWindows, restWindows } = rest
  return [
    `preset ${PRESET}: window ${windowMs / 1000} s; ping every ${pingEveryMs / 1000} s, ${pingMisses} misses = dead`,
    `accused below (θ): ${DIMENSIONS.rows.map(({ name, theta, evictable }) => `${name} ${theta}${evictable ? '' : ' (shown only)'}`).join(', ')}`,
    `k = ${quorum} signatures evict`,
    `in windows: half-life of good evidence ${okHalfLifeWindows}, of bad ${badHalfLifeWindows}; look ${lookWindows}, case ${caseWindows}; refusal after a cut ${refusedWindows}, rest after an acquittal ${restWindows}`,
    `patience: ${goodWindows} windows that every host closes in time, ${mostMs / 1000} s at most`,
    ''
  ]
}
