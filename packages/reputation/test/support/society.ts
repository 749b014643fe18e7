import { capped, seededRng, shuffled } from '@peerwatch/model'
import { peer, report } from './build.ts'
import { START_WINDOW, tier, watchersOf } from './tier.ts'
import type { Counts, EvictableDimension, PeerIdString, Rng } from '@peerwatch/model'
import type { CaseOutcome } from '../../src/index.ts'

/** What a neighbour sees of a peer in one window. */
export type Conduct = (window: number, dimension: EvictableDimension, rng: Rng) => Counts
/** What a peer reports of what it saw. */
export type Tongue = (subject: PeerIdString, seen: Counts) => { counts: Counts; cut: boolean }

export interface Cast {
  readonly conduct: ReadonlyMap<string, Conduct>
  readonly tongues: ReadonlyMap<string, Tongue>
  /** Trusted nodes that are late for long. */
  readonly overloaded?: ReadonlySet<string>
}

export interface Outcome {
  readonly evicted: Map<string, number>
  readonly closed: { subject: string; outcome: CaseOutcome; window: number }[]
  readonly looks: { by: string; subject: string; window: number }[]
}

const PEERS = 16
const DEGREE = 6
const SLOTS_PER_WINDOW = 4
const DIMENSIONS = ['integrity', 'resource'] as const

/** Half a per cent of what an honest peer does goes wrong by itself. */
export const honest: Conduct = (_window, dimension, rng) => {
  const n = dimension === 'integrity' ? 5 : SLOTS_PER_WINDOW
  let bad = 0
  for (let index = 0; index < n; index++) if (rng() < 0.005) bad++
  return { ok: n - bad, bad }
}

/** A tier of three over 16 peers that see, report and are seen at random, for so many windows. */
export function runSociety(cast: Cast, windows: number, seed: number): Outcome {
  const rng = seededRng(seed)
  const outcome: Outcome = { evicted: new Map(), closed: [], looks: [] }
  let now = START_WINDOW
  const judges = tier({
    trusted: ['t0', 't1', 't2'],
    quorum: 2,
    seed,
    onAction: (by, action) => {
      if (action.type === 'look') outcome.looks.push({ by, subject: action.subject, window: now })
      if (action.type === 'close case') outcome.closed.push({ subject: action.open.subject, outcome: action.outcome, window: now })
    },
    onEvicted: ({ subject }) => outcome.evicted.set(subject, now)
  })
  for (const node of cast.overloaded ?? []) judges.overloaded.add(peer(node))
  const peers = Array.from({ length: PEERS }, (_, index) => peer(`p${index}`))
  const links = new Map(peers.map((one, index) => [one, new Set(Array.from({ length: DEGREE }, (_, hop) => peers[(index + hop * 2 + 1) % PEERS]!))]))
  const nodes = [...judges.nodes.keys()]
  const neighbours = new Map(nodes.flatMap(watchersOf).map(watcher => [watcher, shuffled(peers, rng).slice(0, DEGREE)]))
  const history = new Map<string, number[]>()

  /** Counts, and whether the last windows together are evidence for a finding. */
  const seenBy = (observer: string, subject: PeerIdString, dimension: EvictableDimension, window: number): Counts & { finding: boolean } => {
    const seen = (cast.conduct.get(subject) ?? honest)(window, dimension, rng)
    const key = `${observer} ${subject} ${dimension}`
    const last = [...(history.get(key) ?? []), dimension === 'integrity' ? seen.bad : seen.bad * 2 >= seen.ok + seen.bad ? 1.5 : 0].slice(-6)
    history.set(key, last)
    return { ...seen, finding: last.reduce((sum, bad) => sum + bad, 0) >= 3 }
  }
  const reported = (reporter: PeerIdString, subject: PeerIdString, window: number): void => {
    const told = DIMENSIONS.map(dimension => {
      const seen = seenBy(reporter, subject, dimension, window)
      return { dimension, ...(cast.tongues.get(reporter)?.(subject, seen) ?? { counts: seen, cut: seen.finding }) }
    })
    const counts = Object.fromEntries(told.map(({ dimension, counts: of }) => [dimension, capped(of, 20, 0)]))
    const cuts = told.flatMap(({ dimension, cut }) => (cut ? [dimension] : []))
    const said = report({ reporter, subject, window, counts, cuts })
    for (const node of nodes) judges.hear(node, { type: 'report', report: said, isConflict: false })
  }
  const watched = (node: PeerIdString, watcher: PeerIdString, window: number): void => {
    const looked = judges.nodes
      .get(node)!
      .looks.of(watcher)
      .map(({ subject }) => subject)
    const all = [...new Set([...neighbours.get(watcher)!, ...looked])].filter(subject => !judges.evicted(subject))
    const seen = all.flatMap(subject => DIMENSIONS.map(dimension => ({ peer: subject, dimension, ...seenBy(watcher, subject, dimension, window) })))
    judges.hear(node, { type: 'seen', watcher, window, seen, linked: [] })
  }
  for (let count = 0; count < windows; count++) {
    const window = now
    now = judges.advance()
    for (const node of nodes) for (const watcher of watchersOf(node)) watched(node, watcher, window)
    for (const [reporter, subjects] of links) {
      for (const subject of subjects) if (!judges.evicted(subject) && !judges.evicted(reporter)) reported(reporter, subject, window)
    }
    for (const node of nodes) judges.hear(node, { type: 'window ended', closed: window })
  }
  return outcome
}
