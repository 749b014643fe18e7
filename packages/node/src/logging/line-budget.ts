export interface LineBudget {
  /** Whether one more line of this name may be written now. */
  readonly take: (name: string) => boolean
  /** Tells of the lines that were left out since it last did. */
  readonly settle: () => void
}

export interface LineBudgetInit {
  /** Default 600. */
  readonly linesPerMinute?: number
  readonly onLeftOut: (name: string, lines: number) => void
  /** For tests. Default: the monotonic clock, in ms. */
  readonly nowMs?: () => number
}

const MINUTE_MS = 60_000

/** So many lines of one name in a minute; how many were left out is told when the minute is over and the next one comes. */
export function lineBudget({ linesPerMinute = 600, onLeftOut, nowMs = () => performance.now() }: LineBudgetInit): LineBudget {
  const minutes = new Map<string, { readonly sinceMs: number; taken: number; leftOut: number }>()
  const end = (name: string): void => {
    const leftOut = minutes.get(name)?.leftOut ?? 0
    minutes.delete(name)
    if (leftOut > 0) onLeftOut(name, leftOut)
  }
  return {
    take: name => {
      const isOver = nowMs() - (minutes.get(name)?.sinceMs ?? 0) >= MINUTE_MS
      if (isOver) end(name)
      const minute = minutes.get(name) ?? { sinceMs: nowMs(), taken: 0, leftOut: 0 }
      minutes.set(name, minute)
      if (minute.taken++ < linesPerMinute) return true
      minute.leftOut++
      return false
    },
    settle: () => {
      for (const name of Array.from(minutes.keys())) end(name)
    }
  }
}
