import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

/** What the entries say of the time. */
export interface Hellos {
  /**
   * Follows the preferred entry, another one only while the preferred one has not spoken.
   *
   * @param tookMs - how long the hello may have been on its way, or waiting for this process
   */
  readonly hear: (from: PeerIdString, isPreferred: boolean, window: WindowNumber, offsetMs: number, tookMs: number) => void
  /** Somebody has spoken, and nobody contradicts. */
  readonly isAgreed: () => boolean
}

/** Half a window: what an answer says of the time is then as likely wrong as right. */
export function isLate(tookMs: number, windowMs: number): boolean {
  return tookMs > windowMs / 2
}

export function hellos(core: Core): Hellos {
  const { clock, windows } = core
  // Per entry, where window 0 would have begun on our monotonic clock.
  const origins = new Map<PeerIdString, number>()
  let hasPreferred = false
  let isDisputed = false

  const check = (): void => {
    const all = [...origins.values()]
    const apartWindows = (Math.max(...all) - Math.min(...all)) / windows.windowMs
    const was = isDisputed
    isDisputed = apartWindows > 1
    if (!isDisputed || was) return
    core.emit('alarm', { code: 'entries-disagree', message: `the clocks of the two entries are ${apartWindows.toFixed(1)} windows apart` })
  }
  return {
    hear: (from, isPreferred, window, offsetMs, tookMs) => {
      // It tells a time that is past. After a first one, however late, our own clock knows better.
      if (origins.size > 0 && isLate(tookMs, windows.windowMs)) return
      const current = new Set(core.roster.current().trusted)
      for (const peer of origins.keys()) if (!current.has(peer)) origins.delete(peer)
      origins.set(from, clock.monotonicMs() - (window * windows.windowMs + offsetMs))
      check()
      if (!isPreferred && hasPreferred) return
      hasPreferred ||= isPreferred
      windows.follow(window, offsetMs)
    },
    isAgreed: () => origins.size > 0 && !isDisputed
  }
}
