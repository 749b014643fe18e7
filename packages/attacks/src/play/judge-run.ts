import { ROLES } from '@peerwatch/node/roles'
import type { PeerIdString } from '@peerwatch/model'
import type { Recorder } from './recorder.ts'
import type { RunEnd, CastNode, RunResult } from './result.ts'
import type { Accused } from './thread-messages.ts'

export interface RunFacts {
  readonly end: RunEnd
  readonly seed: number
  readonly elapsedMs: number
  /** When the misdeeds began, on the clock of `elapsedMs`; undefined before. */
  readonly misdeedsAtMs: number | undefined
  readonly windowMs: number
  readonly windows: RunResult['windows']
  /** All hosts. */
  readonly nodes: readonly CastNode[]
  /** Whom the named host refuses, as it says itself. */
  readonly evictedAt: (name: string) => readonly PeerIdString[]
  readonly recorder: Pick<Recorder, 'removals' | 'certified' | 'acquitted'>
  /** Groups whose reports accuse these peers by now. */
  readonly accusers: readonly (Accused & { readonly group: string })[]
}

/** Compares what happened with what should have: every fact is one that the nodes themselves told. */
export function judgeRun(facts: RunFacts): RunResult {
  const { nodes, recorder, evictedAt, elapsedMs, misdeedsAtMs } = facts
  const behaviourOf = new Map(nodes.map(({ id, behaviour }) => [id, behaviour]))
  const judged = (id: PeerIdString): { id: PeerIdString; behaviour: string } => ({ id, behaviour: behaviourOf.get(id) ?? 'honest' })
  const thoseWho = (...wanted: string[]): PeerIdString[] => nodes.filter(({ behaviour }) => wanted.includes(behaviour)).map(({ id }) => id)
  const dead = new Set(thoseWho('dies'))
  const guilty = thoseWho('corrupts', 'floods')
  // The dead hear nothing, and whom all refuse learns of nobody else's eviction.
  const enforcers = nodes.filter(({ id }) => !dead.has(id) && !guilty.includes(id)).map(({ name }) => new Set(evictedAt(name)))
  const everywhere = guilty.filter(id => enforcers.every(refused => refused.has(id)))
  const anywhere = enforcers.flatMap(refused => [...refused])
  const seeds = nodes.filter(({ role }) => ROLES[role].member === 'seeds')
  const removed = [...recorder.removals()].filter(([, { told }]) => seeds.every(({ name }) => told.has(name)))
  // death is no crime: of the dead only the removal is right
  const living = removed.map(([id]) => id).filter(id => !dead.has(id))
  const wrongly = [...new Set([...anywhere, ...living])].filter(id => !guilty.includes(id))
  const missed = [...guilty.filter(id => !everywhere.includes(id)), ...[...dead].filter(id => !removed.some(([gone]) => gone === id))]
  const sinceMs = (atMs: number): number => atMs - (misdeedsAtMs ?? elapsedMs)
  return {
    ok: misdeedsAtMs != null && missed.length === 0 && wrongly.length === 0,
    end: facts.end,
    seed: facts.seed,
    elapsedMs,
    misdeedsAtMs,
    windows: facts.windows,
    nodes,
    removed: removed.map(([id, { atMs, seeds: by }]) => ({ ...judged(id), afterMs: sinceMs(atMs), seeds: by })),
    evictions: everywhere.flatMap(id => {
      const made = recorder.certified().get(id)
      if (made == null) return []
      const { dimension, reason, reporterGroups, signers, atMs } = made
      const accusedBy = facts.accusers.filter(({ peer, dimension: of }) => peer === id && of === dimension).map(({ group }) => group)
      return [
        {
          ...judged(id),
          dimension,
          reason,
          afterWindows: Math.ceil(sinceMs(atMs) / facts.windowMs),
          afterMs: sinceMs(atMs),
          reporterGroups,
          accusedBy: [...new Set(accusedBy)].toSorted(),
          findings: made.findings.map(({ by, outcome }) => ({ by, outcome })),
          signers
        }
      ]
    }),
    acquitted: [...recorder.acquitted().keys()].filter(id => !guilty.includes(id)).map(judged),
    wronglyEvicted: wrongly.map(judged),
    missed: missed.map(judged)
  }
}

/** Whether nothing more is to be waited for. */
export function isShown({ ok, acquitted, nodes }: RunResult): boolean {
  const slandered = nodes.filter(({ behaviour }) => behaviour === 'slandered')
  return ok && slandered.every(({ id }) => acquitted.some(each => each.id === id))
}
