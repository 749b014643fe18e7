import type { Clock } from '@peerwatch/model'

export interface LineBudget {
  /** Whether one more line of this name may be written now. */
  readonly take: (name: string, linesPerMinute: number) => boolean
  /** Tells of the lines that were left out since it last did. */
  readonly settle: () => void
}

export interface LineBudgetInit {
  readonly onLeftOut: (name: string, lines: number) => void
  readonly clock: Pick<Clock, 'monotonicMs'>
}

const MINUTE_MS = 60_000

/** So many lines of a name in a minute; how many were left out of each is told at the first line after the minute, whatever its name. */
export function lineBudget({ onLeftOut, clock: { monotonicMs } }: LineBudgetInit): LineBudget {
  const taken = new Map<string, number>()
  const leftOut = new Map<string, number>()
  let sinceMs = monotonicMs()
  const settle = (): void => {
    const told = [...leftOut]
    taken.clear()
    leftOut.clear()
    for (const [name, lines] of told) onLeftOut(name, lines)
  }
  return {
    take: (name, linesPerMinute) => {
      if (monotonicMs() - sinceMs >= MINUTE_MS) {
        sinceMs = monotonicMs()
        settle()
      }
      const lines = taken.get(name) ?? 0
      taken.set(name, lines + 1)
      if (lines < linesPerMinute) return true
      leftOut.set(name, (leftOut.get(name) ?? 0) + 1)
      return false
    },
    settle
  }
}
