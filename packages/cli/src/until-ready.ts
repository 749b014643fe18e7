import type { CallOff, Timers } from '@peerwatch/model'
import type { ReadyView } from '@peerwatch/node/node-view'

export interface UntilReadyInit {
  readonly clock: Timers
  readonly readiness: () => ReadyView
  /** Told once, when the node takes part. */
  readonly onReady: (afterMs: number) => void
  /** Told after 2 s, 4 s, 8 s, … and then every minute for as long as it does not. */
  readonly onWaiting: (afterMs: number, reason: string) => void
}

const FIRST_MS = 2_000
const PAUSE_MOST_MS = 60_000
const LOOK_MS = 100

/** Watches a node that has started until it takes part in its network; returns a function that ends it. */
export function untilReady({ clock, readiness, onReady, onWaiting }: UntilReadyInit): () => void {
  let callOff: CallOff | undefined
  let [waitedMs, nextMs] = [0, FIRST_MS]
  const look = (): void => {
    const { ready, reason = 'it gives no reason' } = readiness()
    if (ready) {
      onReady(waitedMs)
      return
    }
    if (waitedMs >= nextMs) {
      onWaiting(waitedMs, reason)
      nextMs = Math.min(2 * nextMs, nextMs + PAUSE_MOST_MS)
    }
    callOff = clock.after(LOOK_MS, () => {
      waitedMs += LOOK_MS
      look()
    })
  }
  look()
  return () => {
    callOff?.()
  }
}
