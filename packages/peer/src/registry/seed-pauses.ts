import { backOff } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { BackOff, Core } from '@peerwatch/link'
import type { RegistryClientOptions } from './options.ts'

/** When which seed may be dialled again. */
export interface SeedPauses {
  readonly notBeforeMs: (seed: PeerIdString) => number
  readonly opened: (seed: PeerIdString) => void
  /** It failed or ended; `isTakenOver` where another node took the link of this one. */
  readonly ended: (seed: PeerIdString, isTakenOver: boolean) => void
  readonly forget: () => void
}

interface Attempt {
  readonly tries: BackOff
  notBeforeMs: number
}

export function seedPauses(core: Core, options: RegistryClientOptions): SeedPauses {
  const attempts = new Map<PeerIdString, Attempt>()
  const takeovers = backOff(core, { leastMs: options.contestedBackOffMs, mostMs: options.contestedBackOffMostMs })
  let heldUntilMs = -Infinity

  const attemptAt = (seed: PeerIdString): Attempt => {
    const known = attempts.get(seed)
    if (known != null) return known
    const attempt = { tries: backOff(core, { leastMs: options.backOffMs, mostMs: options.backOffMostMs }), notBeforeMs: -Infinity }
    attempts.set(seed, attempt)
    return attempt
  }
  return {
    notBeforeMs: seed => Math.max(heldUntilMs, attemptAt(seed).notBeforeMs),
    opened: seed => {
      attemptAt(seed).tries.opened()
      takeovers.opened()
    },
    ended: (seed, isTakenOver) => {
      const attempt = attemptAt(seed)
      const nowMs = core.clock.monotonicMs()
      attempt.notBeforeMs = nowMs + attempt.tries.pauseMs()
      // all at once: who takes a registration takes it at every seed
      if (isTakenOver && heldUntilMs <= nowMs) heldUntilMs = nowMs + takeovers.pauseMs()
    },
    forget: () => {
      attempts.clear()
      heldUntilMs = -Infinity
    }
  }
}
