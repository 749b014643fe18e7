import type { CallOff, Timers } from '@peerwatch/model'

export interface TopUpsInit {
  readonly windowMs: number
  /** One attempt to fill the degree; true where it got anywhere or nothing was missing. */
  readonly attempt: () => Promise<boolean>
  readonly onError: (error: unknown) => void
}

/** Runs attempts one at a time: at once when something changed, else at growing intervals while they lead nowhere. */
export interface TopUps {
  readonly start: () => void
  readonly soon: () => void
  readonly stop: () => void
}

const FIRST_PAUSE_MS = 500
/** The longest pause, in windows. */
const LONGEST_PAUSE_WINDOWS = 3

export function topUps(clock: Timers, { windowMs, attempt, onError }: TopUpsInit): TopUps {
  let callOff: CallOff | undefined
  let isRunning = false
  let isUnderWay = false
  let pauseMs = FIRST_PAUSE_MS

  const arm = (afterMs: number): void => {
    callOff?.()
    if (isRunning) callOff = clock.after(afterMs, () => void run())
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
    const gotSomewhere = await tryOnce()
    isUnderWay = false
    pauseMs = gotSomewhere ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_WINDOWS * windowMs)
    arm(gotSomewhere ? windowMs / 2 : pauseMs)
  }
  return {
    start: () => {
      isRunning = true
      pauseMs = FIRST_PAUSE_MS
      arm(0)
    },
    soon: () => {
      pauseMs = FIRST_PAUSE_MS
      if (!isUnderWay) arm(FIRST_PAUSE_MS / 10)
    },
    stop: () => {
      isRunning = false
      callOff?.()
    }
  }
}
