import { TOLD_AFTER_WINDOWS, dimensionNames } from '@peerwatch/model'
import { accuses, standing, suspicions } from '@peerwatch/reputation'
import { BoundedMap, toPeerId } from '@peerwatch/link'
import type { Dimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { CaseBook, EvidenceBook, FindingBook, ReputationOptions, Standing, WeightOf } from '@peerwatch/reputation'
import type { CoarseStanding, Core, StandingState } from '@peerwatch/link'
import type { EvidenceView } from './interfaces.ts'

/** Subjects whose earlier standings are remembered; of others nothing is told. */
const MOST_REMEMBERED = 20_000

interface Told {
  readonly state: CoarseStanding['state']
  readonly reputation: number | undefined
  readonly window: WindowNumber
}

export interface StandingsInit {
  readonly evidence: EvidenceBook
  readonly cases: CaseBook
  readonly findings: FindingBook
  readonly weightOf: WeightOf
  readonly options: ReputationOptions
}

export interface Standings {
  readonly standing: (peer: PeerIdString) => Standing
  readonly evidenceOf: (peer: PeerIdString) => EvidenceView
  /** As it was at least 6 windows ago: a suspect must not learn that it is being looked at. */
  readonly coarseStanding: (peer: PeerIdString) => CoarseStanding
  /** Remembers how these subjects stand in the window that ended, and announces who stands differently. */
  readonly record: (subjects: Iterable<PeerIdString>, window: WindowNumber) => void
}

export function standings(core: Core, { evidence, cases, findings, weightOf, options }: StandingsInit): Standings {
  const history = new BoundedMap<PeerIdString, readonly Told[]>(MOST_REMEMBERED)
  const states = new BoundedMap<PeerIdString, StandingState>(MOST_REMEMBERED)
  const now = (): WindowNumber => core.windows.now().window

  const standingOf = (peer: PeerIdString): Standing => {
    const about = evidence.about(peer, now())
    const accused = suspicions(about, weightOf, options).filter(({ accusers }) => accusers.length > 0)
    const isSuspect = accused.some(({ isSuspect: is, dimension, accusers }) => {
      const groups = accusers.map(({ group }) => group)
      return is && !cases.isResting({ subject: peer, dimension, groups, weight: 0, firstHand: false }, now())
    })
    const isEvicted = core.certificates.evicted(peer) != null
    const isWatched = accused.length > 0 || core.certificates.history(peer).evictions > 0
    return standing(about, weightOf, { isEvicted, isSuspect, isWatched }, options)
  }
  const remember = (peer: PeerIdString, { state, ratio }: Standing, window: WindowNumber): void => {
    const told: Told = {
      state: state === 'suspect' ? 'watched' : state,
      reputation: ratio == null ? undefined : Math.floor(ratio * 10) / 10,
      window
    }
    const known = history.get(peer) ?? []
    const last = known.at(-1)
    if (last?.state === told.state && last.reputation === told.reputation) return
    const newestTold = known.findLastIndex(entry => entry.window <= window - TOLD_AFTER_WINDOWS)
    history.set(peer, [...known.slice(Math.max(0, newestTold)), told])
  }
  const byWindow = (peer: PeerIdString): EvidenceView['windows'] => {
    const sums = new Map<string, { window: WindowNumber; dimension: Dimension; ok: number; bad: number; reporters: number }>()
    for (const { windows } of evidence.about(peer, now())) {
      for (const { window, counts } of windows) {
        for (const dimension of dimensionNames) {
          const seen = counts[dimension]
          if (seen == null) continue
          const sum = sums.get(`${window} ${dimension}`) ?? { window, dimension, ok: 0, bad: 0, reporters: 0 }
          sums.set(`${window} ${dimension}`, { ...sum, ok: sum.ok + seen.ok, bad: sum.bad + seen.bad, reporters: sum.reporters + 1 })
        }
      }
    }
    return [...sums.values()].toSorted((a, b) => b.window - a.window)
  }
  return {
    standing: standingOf,
    evidenceOf: peer => ({
      peer,
      standing: standingOf(peer),
      reporters: evidence
        .about(peer, now())
        .map(by => ({ ...by, weight: weightOf(by.reporter), accuses: dimensionNames.filter(dimension => accuses(by, dimension, options)) })),
      windows: byWindow(peer),
      cases: cases.open().filter(({ subject }) => subject === peer),
      findings: (['integrity', 'resource'] as const).flatMap(dimension => findings.live(peer, dimension, now()))
    }),
    coarseStanding: peer => {
      const window = now() - TOLD_AFTER_WINDOWS
      const told = history.get(peer)?.findLast(entry => entry.window <= window)
      // a certificate is public at once
      const state = core.certificates.evicted(peer) == null ? (told?.state ?? 'unknown') : 'evicted'
      return { state, reputation: told?.reputation, window }
    },
    record: (subjects, window) => {
      for (const peer of subjects) {
        const current = standingOf(peer)
        remember(peer, current, window)
        if ((states.get(peer) ?? 'unknown') === current.state) continue
        states.set(peer, current.state)
        core.emit('standing:changed', { peer: toPeerId(peer), state: current.state, dimension: current.dimension })
      }
    }
  }
}
