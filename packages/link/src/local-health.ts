import { repeat } from '@peerwatch/model'
import type { CallOff, Clock, Preset } from '@peerwatch/model'

/** `late`: this node's timeouts are longer than usual. `overloaded`: it has been late for many windows without a pause. */
export type HealthState = 'well' | 'late' | 'overloaded'

export interface Health {
  readonly state: HealthState
  readonly lateMs: number
  readonly factor: number
}

/**
 * How late this node's own event loop is: what was missed meanwhile says nothing about others.
 *
 * Nodes of one process measure the same loop, each for itself. Source: Lifeguard (Dadgar, Phillips, Currey 2018), memberlist's awareness.go.
 */
export interface LocalHealth extends Pick<Clock, 'after'> {
  /** The worst lateness of late, half forgotten after two pauses between pings. */
  readonly lateMs: () => number
  /** This node's own time-outs: from 1 to 8 times as wide as usual. */
  readonly stretched: (ms: number) => number
  readonly state: () => HealthState
  /** All of it, rounded for showing. */
  readonly now: () => Health
  /** For how long the loop stood still in all since the start; two readings tell what was lost between them. */
  readonly lostMs: () => number
  /** Whether too much was lost since `lostMs()` was `lostBeforeMs` to blame others for what did not come within `waitedMs`. */
  readonly wasLate: (lostBeforeMs: number, waitedMs: number) => boolean
  /** A time-out for what others do: stretched, and what this node lost while it ran is given back; 8 × `ms` of good time at most. */
  readonly after: (ms: number, run: () => void) => CallOff
  /** Does at once what is to be done on time, or where this node is late once what came in meanwhile was read. */
  readonly settled: (run: () => void) => void
  /** Tries again what failed while this node itself was late; for 8 × `timeoutMs` of good time at most, so that a late node still finds its dead. */
  readonly fairly: (timeoutMs: number, attempt: () => Promise<boolean>) => Promise<boolean>
  readonly start: () => void
  readonly stop: () => void
}

export interface LocalHealthInit {
  readonly clock: Clock
  readonly preset: Pick<Preset, 'windowMs' | 'pingEveryMs' | 'pingTimeoutMs'>
  readonly onChange: (change: Health) => void
}

/** As many times its usual length a time-out has at most. Source: memberlist's AwarenessMaxMultiplier. */
export const MOST_FACTOR = 8
/** A node that lost this share of the time that it waited blames nobody. */
const LATE_RATIO = 0.25
/** From here on a node is late, that is when it lost `LATE_RATIO` of the time-out of a ping; below the other it is well again. */
const LATE_FACTOR = 1.5
const WELL_FACTOR = 1.25
/** The loop is looked at so often within the time-out of a ping. */
const LOOKS_PER_TIMEOUT = 10
/** Late for so long without a pause is overloaded. */
export const OVERLOADED_AFTER_WINDOWS = 10
/** Turns of the loop after which what came in is taken for read; each takes 64 KiB from every socket. */
const READING_TURNS = 8

export function localHealth({ clock, preset, onChange }: LocalHealthInit): LocalHealth {
  const everyMs = preset.pingTimeoutMs / LOOKS_PER_TIMEOUT
  /** Less is the jitter of any busy loop, and must not add up. */
  const leastLostMs = everyMs / 2
  const mostLateMs = ((MOST_FACTOR - 1) * preset.pingTimeoutMs) / 2
  const halfLifeMs = 2 * preset.pingEveryMs
  let callOff: CallOff | undefined
  let dueAtMs = Infinity
  let lostMs = 0
  let worst = { lateMs: 0, atMs: 0 }
  let state: HealthState = 'well'
  let lateSinceMs = 0
  /** The loop has just stood still, and what came in meanwhile is being read. */
  let isReading = false

  /** Timers that were due run before this node's own look at the loop: what that look will find counts at once. */
  const overdueMs = (): number => Math.max(0, clock.monotonicMs() - dueAtMs)
  const remembered = (): number => worst.lateMs * 0.5 ** ((clock.monotonicMs() - worst.atMs) / halfLifeMs)
  const lateMs = (): number => Math.max(overdueMs(), remembered())
  // a ping takes two turns of a late loop
  const factor = (): number => Math.min(MOST_FACTOR, 1 + (2 * lateMs()) / preset.pingTimeoutMs)
  const counted = (overMs: number): number => (overMs < leastLostMs ? 0 : overMs)
  const lost = (): number => lostMs + counted(overdueMs())
  const wasLate = (lostBeforeMs: number, waitedMs: number): boolean => lost() - lostBeforeMs >= LATE_RATIO * waitedMs

  const stoodStill = (overMs: number): boolean => overMs >= LATE_RATIO * preset.pingTimeoutMs
  const shown = (): Health => ({ state, lateMs: Math.round(lateMs()), factor: Math.round(factor() * 10) / 10 })
  const become = (next: HealthState): void => {
    if (next === state) return
    state = next
    onChange(shown())
  }
  const look = (): void => {
    const nowMs = clock.monotonicMs()
    const overMs = overdueMs()
    lostMs += counted(overMs)
    // more widens nothing, and would only be remembered for longer
    if (overMs > remembered()) worst = { lateMs: Math.min(overMs, mostLateMs), atMs: nowMs }
    dueAtMs = nowMs + everyMs
    if (stoodStill(overMs) && !isReading) {
      isReading = true
      afterReading(() => {
        isReading = false
      })
    }
    // a machine that slept, or a process that was stopped, has not been late for all that time
    lateSinceMs += Math.max(0, overMs - preset.windowMs)
    const isLate = factor() >= (state === 'well' ? LATE_FACTOR : WELL_FACTOR)
    if (!isLate) become('well')
    else if (state === 'well') {
      lateSinceMs = nowMs
      become('late')
    } else if (stoodStill(overMs) && nowMs - lateSinceMs >= OVERLOADED_AFTER_WINDOWS * preset.windowMs) become('overloaded')
  }
  return {
    lateMs,
    stretched: ms => ms * factor(),
    state: () => state,
    now: shown,
    lostMs: lost,
    wasLate,
    after: fairTimers({ clock, factor, lost, wasLate }),
    settled: run => {
      if (isReading || stoodStill(overdueMs())) afterReading(run)
      else run()
    },
    fairly: async (timeoutMs, attempt) => fairly({ clock, lost, wasLate }, timeoutMs, attempt),
    start: () => {
      callOff?.()
      dueAtMs = clock.monotonicMs() + everyMs
      callOff = repeat(clock, everyMs, look)
    },
    stop: () => {
      callOff?.()
      callOff = undefined
      dueAtMs = Infinity
    }
  }
}

interface Lost {
  readonly clock: Clock
  readonly factor: () => number
  readonly lost: () => number
  readonly wasLate: LocalHealth['wasLate']
}

/** Time-outs that wait longer by what this node lost while they ran. */
function fairTimers({ clock, factor, lost, wasLate }: Lost): LocalHealth['after'] {
  return (ms, run) => {
    let givenMs = ms * factor()
    let lostBeforeMs = lost()
    const fire = (): void => {
      const backMs = Math.min(ms, lost() - lostBeforeMs, MOST_FACTOR * ms - givenMs)
      if (!wasLate(lostBeforeMs, ms) || backMs <= 0) run()
      else {
        givenMs += backMs
        lostBeforeMs = lost()
        end = clock.after(backMs, fire)
      }
    }
    let end = clock.after(givenMs, fire)
    return () => {
      end()
    }
  }
}

async function fairly({ clock, lost, wasLate }: Omit<Lost, 'factor'>, timeoutMs: number, attempt: () => Promise<boolean>): Promise<boolean> {
  const beganMs = clock.monotonicMs()
  const lostAtFirstMs = lost()
  for (;;) {
    const lostBeforeMs = lost()
    if (await attempt()) return true
    const goodMs = clock.monotonicMs() - beganMs - (lost() - lostAtFirstMs)
    if (!wasLate(lostBeforeMs, timeoutMs) || goodMs >= MOST_FACTOR * timeoutMs) return false
    await new Promise<void>(resolve => {
      afterReading(resolve)
    })
  }
}

/** Once what came in while the loop stood still has been read. */
function afterReading(run: () => void, turns = READING_TURNS): void {
  setImmediate(() => {
    if (turns === 1) run()
    else afterReading(run, turns - 1)
  })
}
