import { ROLES } from '@peerwatch/node/roles'
import type { CastNode, Recorder, Stage, ToldStanding } from '@peerwatch/attacks/play'
import type { PeerIdString } from '@peerwatch/model'
import type { Plot } from './story.ts'
import type { DemoEvent, DemoPeer, DemoPhase, DemoState, DemoTrusted } from './state.ts'

export interface DemoScene {
  readonly stage: Pick<Stage, 'nodes' | 'facts' | 'tier' | 'nameOf'>
  readonly recorder: Recorder
  readonly events: readonly DemoEvent[]
  readonly plots: readonly Plot[]
  readonly phase: DemoPhase
  readonly doing: string
  readonly elapsedMs: number
  readonly misdeedsAtMs: number | undefined
  /** It is over, and all came about. */
  readonly isOk: boolean
  readonly seed: number
  readonly windowMs: number
}

const UNKNOWN: ToldStanding = { state: 'unknown', ratio: undefined }

/** Describes the network as its own nodes see it now. */
export function demoState(scene: DemoScene): DemoState {
  const { stage, recorder, plots, misdeedsAtMs, isOk, ...rest } = scene
  const nodes = stage.nodes()
  const evicted = evictedAtSeeds(nodes, stage)
  const removed = recorder.removals()
  const standings = stage.tier().map(({ standings: of }) => new Map(of))
  /** The first trusted node that has evidence. */
  const standingOf = (id: PeerIdString): ToldStanding => standings.map(of => of.get(id)).find(found => found != null) ?? UNKNOWN
  const stateOf = (id: PeerIdString): DemoPeer['state'] => {
    if (evicted.has(id)) return 'evicted'
    if (removed.has(id)) return 'removed'
    const { state } = standingOf(id)
    // an acquittal at one trusted node stands for all: the others have only not opened the case
    return state === 'suspect' && recorder.acquitted().has(id) ? 'watched' : state
  }
  const peer = ({ id, name, role, behaviour }: CastNode): DemoPeer => ({
    name,
    role: role === 'watcher' ? 'watcher' : 'peer',
    behaviour,
    standing: standingOf(id).ratio,
    state: stateOf(id),
    isAcquitted: recorder.acquitted().has(id)
  })
  const shownAfter = ({ about, shownBy }: Plot): number | undefined => {
    if (misdeedsAtMs == null || shownBy === 'unharmed') return undefined
    const came = { removed: recorder.removals(), evicted: recorder.certified(), acquitted: recorder.acquitted() }[shownBy]
    const times = nodes.filter(({ name }) => about.includes(name)).map(({ id }) => came.get(id)?.atMs)
    return times.every(atMs => atMs != null) ? Math.max(...times) - misdeedsAtMs : undefined
  }
  /** That nothing happened is told in the end. */
  const endedAfter = (plot: Plot): number | undefined => shownAfter(plot) ?? (misdeedsAtMs == null ? undefined : rest.elapsedMs - misdeedsAtMs)
  const sum = (of: 'messages' | 'reports'): number => nodes.reduce((all, { name }) => all + (stage.facts(name)?.[of] ?? 0), 0)
  return {
    ...rest,
    plots: plots.map(plot => ({ misdeed: plot.misdeed, outcome: plot.outcome, afterMs: isOk ? endedAfter(plot) : shownAfter(plot) })),
    trusted: trustedRows(stage),
    peers: nodes.filter(({ role }) => ROLES[role].member == null).map(peer),
    counts: { messages: sum('messages'), reports: sum('reports'), cases: recorder.casesCount(), removed: removed.size, evicted: evicted.size }
  }
}

function evictedAtSeeds(nodes: readonly CastNode[], stage: Pick<Stage, 'facts'>): Set<PeerIdString> {
  return new Set(nodes.filter(({ role }) => ROLES[role].member === 'seeds').flatMap(({ name }) => stage.facts(name)?.evicted ?? []))
}

function trustedRows({ tier, nameOf }: Pick<Stage, 'tier' | 'nameOf'>): DemoTrusted[] {
  const [first] = tier()
  return (first?.tree ?? []).map(({ node, range, parent, reportsPerSecond }) => ({
    name: nameOf(node),
    ...(parent != null && { parent: nameOf(parent) }),
    ...(range != null && { range }),
    reportsPerSecond: reportsPerSecond ?? 0
  }))
}
