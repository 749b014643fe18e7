import type { WindowNumber } from '@peerwatch/model'

/**
 * Shares out the tests of a window by the group of the asker. Of the tests that are left, a group may use as many as it leaves to others. So the names
 * of one group never spend them all, and a group that asks alone gets half.
 */
export interface SharedTests {
  readonly mayStart: (group: string) => boolean
  readonly started: (group: string) => void
}

/**
 * @param running - how many tests that each group asked for are under way; one lasts for several windows
 */
export function sharedTests(most: number, now: () => WindowNumber, running: () => Iterable<string>): SharedTests {
  let window: WindowNumber = -1
  let counts = new Map<string, number>()
  let total = 0

  const turn = (): void => {
    if (window === now()) return
    window = now()
    counts = new Map()
    total = 0
    // what goes on takes a place of this window
    for (const group of running()) count(group)
  }
  const count = (group: string): void => {
    counts.set(group, (counts.get(group) ?? 0) + 1)
    total++
  }
  return {
    mayStart: group => {
      turn()
      return (counts.get(group) ?? 0) < most - total
    },
    started: group => {
      turn()
      count(group)
    }
  }
}
