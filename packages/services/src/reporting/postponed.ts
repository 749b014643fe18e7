/** Runs tasks in order, each this long after it was given. */
export interface Postponed {
  readonly run: (task: () => void) => void
  /** What still waits runs at once. */
  readonly hurry: () => void
}

export function postponed(byMs: number): Postponed {
  const waiting = new Map<() => void, NodeJS.Timeout>()
  return {
    run: task => {
      const due = (): void => {
        waiting.delete(due)
        task()
      }
      waiting.set(due, setTimeout(due, byMs))
    },
    hurry: () => {
      for (const [due, timer] of waiting) {
        clearTimeout(timer)
        due()
      }
    }
  }
}
