import { capped, seededRng, shuffled } from '@peerwatch/model'
import {
  CaseBook,
  EvidenceBook,
  FindingBook,
  LookBook,
  SeenBook,
  caseCapacity,
  decide,
  examinerOrder,
  resolveOptions,
  suspicionWeight,
  suspicions
} from '../../src/index.ts'
import { digest, peer, report } from './build.ts'
import type { Counts, EvictableDimension, PeerIdString, Rng } from '@peerwatch/model'
import type { Action, CaseOutcome, Finding } from '../../src/index.ts'

/** What a neighbour sees of a peer in one window; undefined: nothing. */
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
  readonly suspected: Set<string>
  readonly looks: { by: string; subject: string; window: number }[]
}

const PEERS = 16
const TRUSTED = 3
const QUORUM = 2
const DEGREE = 6
const SLOTS_PER_WINDOW = 4

/** Half a per cent of what an honest peer does goes wrong by itself. */
export const honest: Conduct = (_window, dimension, rng) => {
  const n = dimension === 'integrity' ? 5 : SLOTS_PER_WINDOW
  let bad = 0
  for (let index = 0; index < n; index++) if (rng() < 0.005) bad++
  return { ok: n - bad, bad }
}

interface Trusted {
  readonly self: PeerIdString
  readonly cases: CaseBook
  readonly looks: LookBook
  readonly findings: FindingBook
  readonly watchers: { readonly watcher: PeerIdString; readonly seen: SeenBook; readonly neighbours: Set<PeerIdString> }[]
}

/** A tier of three with two watchers each over 16 peers, in windows: everything is told at once, nothing is signed. */
export function runTier(cast: Cast, windows: number, seed: number): Outcome {
  const rng = seededRng(seed)
  const options = resolveOptions()
  const peers = Array.from({ length: PEERS }, (_, index) => peer(`p${index}`))
  const evidence = new EvidenceBook(options)
  const outcome: Outcome = { evicted: new Map(), closed: [], suspected: new Set(), looks: [] }
  const links = new Map(peers.map((one, index) => [one, new Set(Array.from({ length: DEGREE }, (_, step) => peers[(index + step * 2 + 1) % PEERS]!))]))
  const nodes: Trusted[] = Array.from({ length: TRUSTED }, (_, index) => ({
    self: peer(`t${index}`),
    cases: new CaseBook(options),
    looks: new LookBook(),
    findings: new FindingBook(options.findingLiveWindows),
    watchers: [0, 1].map(number => ({
      watcher: peer(`w${index}${number}`),
      seen: new SeenBook(18),
      neighbours: new Set(shuffled(peers, rng).slice(0, DEGREE))
    }))
  }))
  const trusted = nodes.map(({ self }) => self)
  const conductOf = (subject: PeerIdString): Conduct => cast.conduct.get(subject) ?? honest
  const history = new Map<string, number[]>()

  /** Counts, and whether the last windows together are evidence for a finding. */
  const seenBy = (observer: string, subject: PeerIdString, dimension: EvictableDimension, window: number): Counts & { finding: boolean } => {
    const seen = conductOf(subject)(window, dimension, rng)
    const key = `${observer} ${subject} ${dimension}`
    const last = [...(history.get(key) ?? []), dimension === 'integrity' ? seen.bad : seen.bad * 2 >= seen.ok + seen.bad ? 1.5 : 0].slice(-6)
    history.set(key, last)
    return { ...seen, finding: last.reduce((sum, bad) => sum + bad, 0) >= 3 }
  }
  const peersReport = (window: number): void => {
    for (const [reporter, subjects] of links) {
      for (const subject of subjects) {
        if (outcome.evicted.has(subject) || outcome.evicted.has(reporter)) continue
        for (const dimension of ['integrity', 'resource'] as const) {
          const seen = seenBy(reporter, subject, dimension, window)
          const told = cast.tongues.get(reporter)?.(subject, seen) ?? { counts: seen, cut: seen.finding }
          // each dimension under a window of its own would conflict: they travel together in the real report
          evidence.add(
            report({
              reporter: peer(`${reporter}/${dimension}`),
              group: reporter,
              subject,
              window,
              counts: { [dimension]: capped(told.counts, 20, 0) },
              cuts: told.cut ? [dimension] : []
            }),
            window
          )
        }
      }
    }
  }
  const watchersSee = ({ watchers, looks }: Trusted, window: number): void => {
    for (const { watcher, seen, neighbours } of watchers) {
      const looked = looks.of(watcher).map(({ subject }) => subject)
      for (const subject of looked) looks.linked(watcher, subject, window)
      const all = [...new Set([...neighbours, ...looked])].filter(subject => !outcome.evicted.has(subject))
      const both = all.flatMap(subject =>
        (['integrity', 'resource'] as const).map(dimension => ({ peer: subject, dimension, ...seenBy(watcher, subject, dimension, window) }))
      )
      seen.add(window, both)
    }
  }
  const accuse = ({ cases }: Trusted, window: number): void => {
    for (const subject of peers) {
      if (outcome.evicted.has(subject)) continue
      for (const suspicion of suspicions(evidence.about(subject, window), () => 0.3, options)) {
        if (!suspicion.isSuspect) continue
        outcome.suspected.add(subject)
        const groups = suspicion.accusers.map(({ group }) => group)
        cases.accuse({ subject, dimension: suspicion.dimension, groups, weight: suspicionWeight(suspicion, () => 1), firstHand: false }, window)
      }
    }
  }
  const perform = (node: Trusted, action: Action, now: number): void => {
    switch (action.type) {
      case 'open case':
        for (const { cases } of nodes) cases.begin(action.admission.candidate, { openedWindow: now - 1, lane: action.admission.lane, askedCount: QUORUM + 1 })
        break
      case 'look':
        node.looks.order(action.subject, action.dimension, action.watcher, now)
        outcome.looks.push({ by: node.self, subject: action.subject, window: now })
        break
      case 'end look':
        node.looks.end(action.look.subject, action.look.dimension)
        break
      case 'sign finding': {
        const { subject, dimension, assessment } = action
        const finding: Finding = { ...assessment, subject, dimension, by: node.self, window: now, id: `${node.self} ${subject} ${now}` }
        for (const { findings, cases } of nodes) {
          findings.add(finding)
          cases.progressed(subject, dimension, now)
        }
        if (assessment.outcome === 'failed') node.cases.accuse({ subject, dimension, groups: [], weight: 1, firstHand: true }, now)
        break
      }
      case 'dismiss evidence':
        node.watchers.find(({ watcher }) => watcher === action.watcher)?.seen.dismiss(action.subject, action.dimension)
        break
      case 'propose':
        outcome.evicted.set(action.open.subject, now)
        break
      case 'close case':
        node.cases.close(action.open.subject, action.open.dimension, action.outcome, now)
        node.looks.forget(action.open.subject, action.open.dimension)
        outcome.closed.push({ subject: action.open.subject, outcome: action.outcome, window: now })
        break
    }
  }
  const judge = (node: Trusted, now: number): boolean => {
    const { self, cases, findings, looks, watchers } = node
    cases.advance(now, TRUSTED, QUORUM, open => findings.live(open.subject, open.dimension, now).filter(found => found.outcome === 'failed').length)
    const actions = decide({
      now,
      self,
      quorum: QUORUM,
      capacity: caseCapacity(TRUSTED, QUORUM, options),
      cases,
      findings,
      looks,
      watchers: watchers.map(({ watcher, seen }) => ({ watcher, seen, freeSlots: options.lookSlotsCount - looks.of(watcher).length })),
      examiners: (subject, openedWindow) => examinerOrder(trusted, subject, openedWindow, digest),
      isImmune: one => trusted.includes(one),
      isOverloaded: cast.overloaded?.has(self) ?? false,
      isEvicted: one => outcome.evicted.has(one),
      proposedWindow: () => undefined,
      rng,
      options
    })
    for (const action of actions) perform(node, action, now)
    return actions.length > 0
  }
  for (let window = 1_000; window < 1_000 + windows; window++) {
    peersReport(window)
    for (const node of nodes) watchersSee(node, window)
    for (const node of nodes) accuse(node, window)
    for (let round = 0; round < 10 && nodes.map(node => judge(node, window + 1)).includes(true); round++);
  }
  return outcome
}
