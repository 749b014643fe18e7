import { backOff } from '@peerwatch/link'
import type { CallOff } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

export interface TopUpsInit {
  /** One attempt to fill the degree; true where it got anywhere or nothing was missing. */
  readonly attempt: () => Promise<boolean>
  readonly onError: (error: unknown) => void
}

/** Runs attempts one at a time: soon when something changed, else at growing intervals while they lead nowhere. */
export interface TopUps {
  readonly start: () => void
  readonly soon: () => void
  readonly stop: () => void
}

/** Several changes at once are looked at together. */
const SOON_MS = 50
const FIRST_PAUSE_MS = 1_000
/** The longest pause, in windows. */
const LONGEST_PAUSE_WINDOWS = 3

export function topUps(core: Pick<Core, 'clock' | 'rng' | 'windows'>, { attempt, onError }: TopUpsInit): TopUps {
  const { windowMs } = core.windows
  const tries = backOff(core, { leastMs: FIRST_PAUSE_MS, mostMs: LONGEST_PAUSE_WINDOWS * windowMs })
  let callOff: CallOff | undefined
  let dueAtMs = Infinity
  let isRunning = false
  let isUnderWay = false
  /** Something changed that the attempt under way may not have looked at. */
  let hasChanged = false

  const arm = (afterMs: number): void => {
    callOff?.()
    if (!isRunning) return
    dueAtMs = core.clock.monotonicMs() + afterMs
    callOff = core.clock.after(afterMs, () => void run())
  }
  const tryOnce = async (): Promise<boolean> => {
    try {
      return await attempt()
    } catch (error) {
      onError(error)
      return false
    }
  }
  const run = async (): Promise<void> => {
    if (isUnderWay) return
    isUnderWay = true
    hasChanged = false
    const gotSomewhere = await tryOnce()
    isUnderWay = false
    if (gotSomewhere) tries.opened()
    const pauseMs = gotSomewhere ? windowMs / 2 : tries.pauseMs()
    arm(hasChanged ? SOON_MS : pauseMs)
  }
  return {
    start: () => {
      isRunning = true
      arm(0)
    },
    soon: () => {
      hasChanged = true
      // never later than it is due: whoever comes and goes all the time would put it off for ever
      if (!isUnderWay && dueAtMs > core.clock.monotonicMs() + SOON_MS) arm(SOON_MS)
    },
    stop: () => {
      isRunning = false
      callOff?.()
    }
  }
}
