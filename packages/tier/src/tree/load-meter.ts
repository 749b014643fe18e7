import type { Core } from '@peerwatch/link'

/** Reports per second of the owned range, averaged over about this long. Longer: steadier, slower to show a change. */
const AVERAGED_MS = 30_000

export function loadMeter(core: Core): { readonly count: () => void; readonly perSecond: () => number } {
  let counted = 0
  let atMs = core.clock.monotonicMs()
  const forget = (): void => {
    const nowMs = core.clock.monotonicMs()
    counted *= Math.exp((atMs - nowMs) / AVERAGED_MS)
    atMs = nowMs
  }
  return {
    count: () => {
      forget()
      counted++
    },
    perSecond: () => {
      forget()
      return counted / (AVERAGED_MS / 1000)
    }
  }
}
