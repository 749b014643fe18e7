import { hostsCount, isWatchedToTheEnd, judgeRun, MOST_WINDOWS, openStage, patience, recorder } from '@peerwatch/attacks/play'
import { delay, PRESETS, windowAt } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import { commandName } from '../command-name.ts'
import { shellWord } from '../shell-word.ts'
import { demoState } from './demo-state.ts'
import { liveView, plainLine } from './live-view.ts'
import { describedEvents } from './describe-event.ts'
import { shownEvents } from './shown-events.ts'
import { plotsOf, seconds } from './story.ts'
import type { Accused, Cast, StageInit, Patience, PlayRole, RunEnd, RunResult, Stage } from '@peerwatch/attacks/play'
import type { Paint } from '../paint.ts'
import type { DemoPhase } from './state.ts'

const LOOK_EVERY_MS = 250
/** One late window may be anything; so many are the machine. */
const LATE_WINDOWS_TOLD = 5

export interface PerformanceInit {
  readonly seed: number
  readonly cast: Cast
  readonly roles: readonly PlayRole[]
  readonly folder: string
  readonly output: NodeJS.WriteStream
  /** Draws over itself; else one line per event. */
  readonly isLive: boolean
  /** Goes on after the result was told, until the signal. */
  readonly keep: boolean
  readonly paint: Paint
  readonly say: (line: string) => void
  readonly tell: (result: RunResult) => void
  readonly elapsedMs: () => number
  /** Aborted by the first Ctrl+C. */
  readonly signal: AbortSignal
}

/** Raises the network, has its players misbehave once they are linked up, and waits until all is shown. */
export async function perform(init: PerformanceInit): Promise<RunResult> {
  const { seed, cast, roles, folder, output, paint, isLive, elapsedMs, signal, say } = init
  const { preset } = cast
  const { windowMs } = PRESETS[preset]
  const live = isLive ? liveView(output, paint) : undefined
  const plots = plotsOf(roles, cast)
  const waiting = patience({ windowMs, elapsedMs })
  let phase: DemoPhase = 'starting'
  let misdeedsAtMs: number | undefined
  let misdeedsWindow: number | undefined
  let isOk = false
  /** From then on, nodes speak to their logs only. */
  let isEnding = false
  const record = recorder({ elapsedMs })
  const shown = shownEvents({
    elapsedMs,
    nameOf: id => stage.nameOf(id),
    onEvent: event => {
      if (live == null) say(plainLine(event, paint))
    }
  })
  const onTold: StageInit['onTold'] = (node, told) => {
    if (isEnding) return
    record.hear(node, told)
    shown.hear(node, told)
  }
  const stage = openStage({ seed, cast, roles, folder, http: init.keep, events: describedEvents, standings: isLive, onTold, onClosed: waiting.closed })
  const saying = progress({ stage, waiting, cast }, line => {
    if (live == null) say(line)
  })
  const judge = (end: RunEnd, accusers: readonly (Accused & { group: string })[] = []): RunResult =>
    judgeRun({
      end,
      seed,
      preset,
      misdeedsAtMs,
      misdeedsWindow,
      accusers,
      windowMs,
      elapsedMs: elapsedMs(),
      windows: waiting.counts(),
      nodes: stage.nodes(),
      recorder: record,
      evictedAt: name => stage.facts(name)?.evicted ?? []
    })
  const draw = (): void => {
    live?.show(
      demoState({
        stage,
        recorder: record,
        events: shown.all(),
        plots,
        phase,
        doing: saying(phase),
        elapsedMs: elapsedMs(),
        misdeedsAtMs,
        isOk,
        seed,
        windowMs
      })
    )
  }
  /** Looks until it is true, the patience is at its end, or Ctrl+C. */
  const waitFor = async (isTrue: () => boolean): Promise<RunEnd | undefined> => {
    for (;;) {
      draw()
      saying(phase)
      if (isTrue()) return undefined
      if (signal.aborted) return 'stopped'
      if (waiting.state() !== 'waiting') return waiting.state() === 'worn-out' ? 'missed' : 'too-busy'
      await Promise.race([stage.failure, delay(systemClock, LOOK_EVERY_MS, signal).catch(() => {})])
    }
  }
  const enter = (next: DemoPhase): void => {
    phase = next
    if (next !== 'playing') return
    misdeedsAtMs = elapsedMs()
    misdeedsWindow = windowAt(systemClock.nowMs(), windowMs)
  }
  try {
    const end = await playOut({ stage, roles, waiting, waitFor, enter, isOk: () => judge('shown').ok })
    enter('over')
    isOk = judge(end).ok
    draw()
    live?.done()
    const accused = [...record.certified().values()].map(({ subject: peer, dimension }) => ({ peer, dimension }))
    const result = judge(end, await stage.accusers(accused))
    init.tell(result)
    if (init.keep && !signal.aborted) await keepRunning(stage, init)
    return result
  } finally {
    isEnding = true
    await stage.stop()
  }
}

interface Playing {
  readonly stage: Stage
  readonly roles: readonly PlayRole[]
  readonly waiting: Patience
  readonly waitFor: (isTrue: () => boolean) => Promise<RunEnd | undefined>
  readonly enter: (phase: DemoPhase) => void
  /** All came about by now, and nobody else was harmed. */
  readonly isOk: () => boolean
}

/** Phase by phase: the hosts start, the players are linked up, and what the story promises comes about or does not. */
async function playOut({ stage, roles, waiting, waitFor, enter, isOk }: Playing): Promise<RunEnd> {
  const restart = (): void => {
    waiting.restart(stage.nodes().map(({ name }) => name))
  }
  // a failure is told by `stage.failure` too
  stage.raise().catch(() => {})
  const notRaised = await waitFor(stage.isRaised)
  if (notRaised != null) return notRaised
  enter('linking')
  restart()
  const notReady = await waitFor(() => stage.unready().length === 0)
  if (notReady != null) return notReady
  enter('playing')
  restart()
  stage.startMisdeeds()
  const isLong = isWatchedToTheEnd(roles.map(({ behaviour }) => behaviour))
  const notShown = await waitFor(() => !isLong && isOk())
  // a long plot is to harm nobody: it is shown when all good windows have passed without harm
  return notShown == null || (isLong && notShown === 'missed' && isOk()) ? 'shown' : notShown
}

/** Tells in one line what the demo is doing; where a line is new it is said once. */
function progress({ stage, waiting, cast }: { stage: Stage; waiting: Patience; cast: Cast }, say: (line: string) => void): (phase: DemoPhase) => string {
  const most = seconds(MOST_WINDOWS * PRESETS[cast.preset].windowMs)
  const said = new Set<string>()
  const sayOnce = (key: string, line: string): void => {
    if (!said.has(key)) say(line)
    said.add(key)
  }
  return phase => {
    const { good, late } = waiting.counts()
    const isLate = late >= LATE_WINDOWS_TOLD && phase !== 'over'
    const lateText = `this machine is late (${good} of ${good + late} windows in time); goes on for ${most} at most`
    if (isLate) sayOnce('late', lateText)
    const doing = {
      starting: `starting hosts ${stage.runningCount()} of ${hostsCount(cast)}`,
      linking: linkingText(stage.unready()),
      playing: isLate ? lateText : cast.misbehaving.length === 0 ? 'nobody misbehaves' : 'the misdeeds have begun',
      over: 'over'
    }[phase]
    sayOnce(phase, doing)
    return doing
  }
}

function linkingText(unready: readonly string[]): string {
  return unready.length === 0 ? 'all hosts are linked up' : `linking up: waiting for ${unready.join(', ')}`
}

async function keepRunning({ nodes, dataDirOf }: Stage, { signal, say }: PerformanceInit): Promise<void> {
  say('\nGoes on running; Ctrl+C ends it. Ask a host, for instance:')
  for (const role of ['seed', 'trusted', 'peer']) {
    const dataDir = dataDirOf(nodes().find(node => node.role === role)?.name ?? '')
    if (dataDir != null) say(`  ${commandName()} status --data ${shellWord(dataDir)}`)
  }
  await delay(systemClock, Infinity, signal).catch(() => {})
}
