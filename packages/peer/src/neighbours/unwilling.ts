import { BoundedMap } from '@peerwatch/model'
import { backOff } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { BackOff, Core } from '@peerwatch/link'

/** Peers that are alive and hang up on this node, as those do that have cut it: each new try costs both sides a handshake. */
export interface Unwilling {
  readonly hungUp: (peer: PeerIdString) => void
  /** Not to be dialled for now. */
  readonly isLeftAlone: (peer: PeerIdString) => boolean
}

const REMEMBERED = 1_000
/** The first and the longest pause. Longer: fewer handshakes for nothing; shorter: linked sooner with whoever has changed its mind. */
const PAUSE_WINDOWS = { least: 4, most: 30 }

export function unwilling(core: Pick<Core, 'clock' | 'rng' | 'windows'>): Unwilling {
  const all = new BoundedMap<PeerIdString, { readonly tries: BackOff; readonly untilMs: number }>(REMEMBERED)
  const { windowMs } = core.windows
  return {
    hungUp: peer => {
      const tries = all.get(peer)?.tries ?? backOff(core, { leastMs: PAUSE_WINDOWS.least * windowMs, mostMs: PAUSE_WINDOWS.most * windowMs })
      all.set(peer, { tries, untilMs: core.clock.monotonicMs() + tries.pauseMs() })
    },
    isLeftAlone: peer => core.clock.monotonicMs() < (all.peek(peer)?.untilMs ?? -Infinity)
  }
}
