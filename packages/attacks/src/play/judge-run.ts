import { quorumFor } from '@peerwatch/model'
import { ROLES } from '@peerwatch/node/roles'
import { fatesOf } from './fates.ts'
import type { PeerIdString, PresetName } from '@peerwatch/model'
import type { Fate } from './fates.ts'
import type { Certified, Recorder, Removed } from './recorder.ts'
import type { CastNode, PeerFate, RunEnd, RunEviction, RunResult } from './result.ts'
import type { Accused } from './thread-messages.ts'

export interface RunFacts {
  readonly end: RunEnd
  readonly seed: number
  readonly preset: PresetName
  readonly elapsedMs: number
  /** When the misdeeds began, on the clock of `elapsedMs`. Undefined: they have not begun. */
  readonly misdeedsAtMs: number | undefined
  readonly misdeedsWindow: number | undefined
  readonly windowMs: number
  readonly windows: RunResult['windows']
  /** All hosts. */
  readonly nodes: readonly CastNode[]
  /** The peers that the named host refuses, as it says itself. */
  readonly evictedAt: (name: string) => readonly PeerIdString[]
  readonly recorder: Pick<Recorder, 'removals' | 'certified' | 'acquitted'>
  /** The groups whose reports accuse these peers now. */
  readonly accusers: readonly (Accused & { readonly group: string })[]
}

/** What befell the peers. Each list is what the nodes themselves told. */
interface Course {
  /** The peers that every host refuses that should. */
  readonly everywhere: ReadonlyMap<PeerIdString, Certified>
  readonly removed: ReadonlyMap<PeerIdString, Removed>
  readonly acquitted: ReadonlyMap<PeerIdString, { readonly atMs: number }>
  /** The peers that were evicted or removed against what should become of them. */
  readonly wronged: ReadonlySet<PeerIdString>
}

/** Compares what happened with what should have happened. The nodes themselves told every fact. */
export function judgeRun(facts: RunFacts): RunResult {
  const { nodes, elapsedMs, misdeedsAtMs, end } = facts
  const expected = fatesOf(nodes.map(({ behaviour }) => behaviour))
  const behaviours = new Map(nodes.map(({ id, behaviour }) => [id, behaviour]))
  const judged = (id: PeerIdString): { id: PeerIdString; behaviour: string } => ({ id, behaviour: behaviours.get(id) ?? 'honest' })
  const course = courseOf(facts, expected)
  // of misdeeds that never began nothing is missed
  const playing = misdeedsAtMs == null ? [] : nodes
  const missed = playing.filter(({ id, behaviour }) => {
    const fate = expected(behaviour)
    return (
      (fate === 'evicted' && !course.everywhere.has(id)) ||
      (fate === 'removed' && !course.removed.has(id)) ||
      (fate === 'acquitted' && !course.acquitted.has(id))
    )
  })
  const sinceMs = (atMs: number): number => atMs - (misdeedsAtMs ?? elapsedMs)
  return {
    ok: end === 'shown' && misdeedsAtMs != null && missed.length === 0 && course.wronged.size === 0,
    end,
    seed: facts.seed,
    preset: facts.preset,
    elapsedMs,
    misdeedsAtMs,
    misdeedsWindow: facts.misdeedsWindow,
    windows: facts.windows,
    nodes,
    removed: [...course.removed].map(([id, { atMs, seeds: by }]) => ({ ...judged(id), afterMs: sinceMs(atMs), seeds: by })),
    evictions: [...course.everywhere].map(([id, made]) => ({ ...judged(id), ...evictionOf(id, made, facts), afterMs: sinceMs(made.atMs) })),
    acquitted: [...course.acquitted.keys()].map(judged),
    wronglyEvicted: [...course.wronged].map(judged),
    missed: missed.map(({ id }) => judged(id)),
    fates: nodes.filter(({ role }) => role === 'peer').map(node => fateOf(node, expected(node.behaviour), course, facts))
  }
}

function courseOf({ nodes, recorder, evictedAt }: RunFacts, expected: (behaviour: string) => Fate): Course {
  const withFate = (fate: Fate): Set<PeerIdString> => new Set(nodes.filter(({ behaviour }) => expected(behaviour) === fate).map(({ id }) => id))
  const [dead, guilty] = [withFate('removed'), withFate('evicted')]
  const ofRole = (member: 'seeds' | 'trusted'): CastNode[] => nodes.filter(({ role }) => ROLES[role].member === member)
  const [seeds, trusted] = [ofRole('seeds'), ofRole('trusted')]
  // The dead hear nothing, and whom all refuse learns of nobody else's eviction.
  const enforcers = nodes.filter(({ id }) => !dead.has(id) && !guilty.has(id)).map(({ name }) => new Set(evictedAt(name)))
  const quorum = quorumFor(trusted.length)
  const signersOf = ({ signers }: Certified): Set<PeerIdString> => new Set(signers.filter(by => trusted.some(({ id }) => id === by)))
  const everywhere = [...recorder.certified()].filter(
    ([id, made]) => guilty.has(id) && signersOf(made).size >= quorum && enforcers.every(refused => refused.has(id))
  )
  const off = [...recorder.removals()].filter(([, { told }]) => seeds.every(({ name }) => told.has(name)))
  const removed = off.filter(([, { seeds: by }]) => seeds.every(({ id }) => by.includes(id)))
  const anywhere = enforcers.flatMap(refused => [...refused])
  return {
    everywhere: new Map(everywhere),
    removed: new Map(removed),
    acquitted: new Map([...recorder.acquitted()].filter(([id]) => !guilty.has(id))),
    // death is no crime: of the dead only the removal is right
    wronged: new Set([...anywhere.filter(id => !guilty.has(id)), ...off.map(([id]) => id).filter(id => !dead.has(id))])
  }
}

function evictionOf(
  id: PeerIdString,
  made: Certified,
  { windowMs, accusers, misdeedsAtMs, elapsedMs }: RunFacts
): Omit<RunEviction, 'id' | 'behaviour' | 'afterMs'> {
  const { dimension, reason, reporterGroups, signers, atMs } = made
  const accusedBy = accusers.filter(({ peer, dimension: of }) => peer === id && of === dimension).map(({ group }) => group)
  return {
    dimension,
    reason,
    afterWindows: Math.ceil((atMs - (misdeedsAtMs ?? elapsedMs)) / windowMs),
    reporterGroups,
    accusedBy: [...new Set(accusedBy)].toSorted(),
    findings: made.findings.map(({ by, outcome }) => ({ by, outcome })),
    signers
  }
}

function fateOf({ id, name, behaviour }: CastNode, expected: Fate, course: Course, { recorder, windowMs, misdeedsAtMs }: RunFacts): PeerFate {
  const befell = (found: Fate, atMs: number | undefined): PeerFate => {
    const afterMs = atMs == null || misdeedsAtMs == null ? undefined : atMs - misdeedsAtMs
    return { id, name, behaviour, expected, found, afterWindows: afterMs == null ? undefined : Math.ceil(afterMs / windowMs), afterMs }
  }
  const [removed, acquitted] = [course.removed.get(id) ?? (course.wronged.has(id) ? recorder.removals().get(id) : undefined), course.acquitted.get(id)]
  if (course.everywhere.has(id)) return befell('evicted', course.everywhere.get(id)?.atMs)
  if (removed != null) return befell('removed', removed.atMs)
  if (course.wronged.has(id)) return befell('evicted', recorder.certified().get(id)?.atMs)
  return acquitted == null ? befell('unharmed', undefined) : befell('acquitted', acquitted.atMs)
}
