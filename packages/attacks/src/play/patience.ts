import { GOOD_WINDOWS, MOST_WINDOWS } from './cast.ts'
import type { WindowNumber } from '@peerwatch/model'

/**
 * How long to wait on a machine of any speed: so many *good* windows, which every host closed within half a window of their end.
 *
 * What a late machine does not show says nothing about the network, so late windows do not count. Only `mostMs` ends the wait then.
 */
export interface Patience {
  /** A host closed this window so long after its end. */
  readonly closed: (host: string, window: WindowNumber, lateMs: number) => void
  /** Counts anew: the windows until now were for something else. */
  readonly restart: (hosts: readonly string[]) => void
  readonly counts: () => WindowCounts
  /** `worn-out`: all good windows have passed. `too-busy`: the time is over before that. */
  readonly state: () => 'waiting' | 'worn-out' | 'too-busy'
}

export interface WindowCounts {
  readonly good: number
  readonly late: number
}

export interface PatienceInit {
  readonly windowMs: number
  /** Default 25. */
  readonly goodWindows?: number
  /** Default: 90 windows. */
  readonly mostMs?: number
  /** Since the demo began. */
  readonly elapsedMs: () => number
}

interface Closing {
  readonly hosts: Set<string>
  isLate: boolean
}

/** If so many later windows have passed, no host will still close the window. */
const REMEMBERED_WINDOWS = 200

export function patience({ windowMs, goodWindows = GOOD_WINDOWS, mostMs = MOST_WINDOWS * windowMs, elapsedMs }: PatienceInit): Patience {
  let hosts = new Set<string>()
  let windows = new Map<WindowNumber, Closing>()
  let firstWindow = Infinity

  const isGood = ({ hosts: by, isLate }: Closing): boolean => !isLate && by.size === hosts.size
  const counts = (): WindowCounts => {
    const newest = Math.max(-Infinity, ...windows.keys())
    const known = [...windows].filter(([window]) => window > firstWindow)
    const good = known.filter(([, closing]) => isGood(closing)).length
    // the newest is being closed right now
    const over = known.filter(([window, closing]) => window < newest || isGood(closing)).length
    return { good, late: over - good }
  }
  return {
    closed: (host, window, lateMs) => {
      if (!hosts.has(host)) return
      // the one under way at the start began before it
      firstWindow = Math.min(firstWindow, window)
      const closing = windows.get(window) ?? { hosts: new Set<string>(), isLate: false }
      closing.hosts.add(host)
      closing.isLate ||= lateMs > windowMs / 2
      windows.set(window, closing)
      const [oldest] = windows.keys()
      if (windows.size > REMEMBERED_WINDOWS && oldest != null) windows.delete(oldest)
    },
    restart: names => {
      hosts = new Set(names)
      windows = new Map()
      firstWindow = Infinity
    },
    counts,
    state: () => {
      if (counts().good >= goodWindows) return 'worn-out'
      return elapsedMs() >= mostMs ? 'too-busy' : 'waiting'
    }
  }
}
