import type { CallOff, Timers } from '@peerwatch/model'
import type { ReadyView } from '@peerwatch/node/node-view'

export interface UntilReadyInit {
  readonly clock: Timers
  readonly readiness: () => ReadyView
  /** Told when the node takes part, and when it does so again. */
  readonly onReady: (afterMs: number) => void
  /** Told after 2 s, 4 s, 8 s, … and then every minute for as long as it does not. `isAgain`: it took part before. */
  readonly onWaiting: (afterMs: number, reason: string, isAgain: boolean) => void
}

/** Says for people what a node waits for before it takes part. An evicted node waits for no seed: they answer, and let it in for its appeal only. */
export function waitsFor(
  reason: string,
  { isAlone, isEvicted, isAgain }: { readonly isAlone: boolean; readonly isEvicted: boolean; readonly isAgain: boolean }
): string {
  if (!isAlone || isEvicted) return reason
  return isAgain ? 'no seed answers any more' : 'no seed has answered yet'
}

const FIRST_MS = 2_000
const PAUSE_MOST_MS = 60_000
const LOOK_MS = 100
/** Of a node that takes part: it is nobody's wait. */
const SELDOM_MS = 2_000

/** Watches whether a node that has started takes part in its network; returns a function that ends it. */
export function untilReady({ clock, readiness, onReady, onWaiting }: UntilReadyInit): () => void {
  let callOff: CallOff | undefined
  let [wasReady, isAgain] = [false, false]
  let [waitedMs, nextMs] = [0, FIRST_MS]
  const look = (sinceMs: number): void => {
    const { ready, reason = 'it gives no reason' } = readiness()
    waitedMs = wasReady ? 0 : waitedMs + sinceMs
    if (ready) {
      if (!wasReady && (!isAgain || nextMs > FIRST_MS)) onReady(waitedMs)
      ;[waitedMs, nextMs, isAgain] = [0, FIRST_MS, true]
    } else if (waitedMs >= nextMs) {
      onWaiting(waitedMs, reason, isAgain)
      nextMs = Math.min(2 * nextMs, nextMs + PAUSE_MOST_MS)
    }
    wasReady = ready
    const pauseMs = ready ? SELDOM_MS : LOOK_MS
    callOff = clock.after(pauseMs, () => {
      look(pauseMs)
    })
  }
  look(0)
  return () => {
    callOff?.()
  }
}
