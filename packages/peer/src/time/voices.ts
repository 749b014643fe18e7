import { CLOCK_TOLERANCE_WINDOWS } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Voice } from './agreement.ts'
import type { Hello } from '../reporting/entry-state.ts'

/** This machine's own clock, which has a voice as each trusted node has. */
export const OWN = 'own'
export type Speaker = PeerIdString | typeof OWN

/** What this machine, and each trusted node that spoke not too long ago, say of the network's time. */
export interface Voices {
  /** Takes what a trusted node told within the last `tookMs`; what anybody else told is left out. */
  readonly note: (peer: PeerIdString, told: Hello) => void
  readonly has: (peer: PeerIdString) => boolean
  /** Each as wide as clocks may differ that agree. */
  readonly current: () => Voice<Speaker>[]
  readonly clear: () => void
}

interface Heard {
  readonly fromMs: number
  readonly toMs: number
  readonly atMs: number
}

/** @param lastWindows - what was told longer ago counts no more */
export function voicesOf(core: Core, lastWindows: number): Voices {
  const { clock, roster } = core
  const { windowMs } = core.windows
  const voices = new Map<PeerIdString, Heard>()
  return {
    note: (peer, { window, offsetMs, tookMs }) => {
      if (!roster.isTrusted(peer) || offsetMs >= windowMs) return
      // a voice that was long on its way says less than an earlier one
      if (voices.has(peer) && tookMs > windowMs / 2) return
      const atMs = clock.monotonicMs()
      const fromMs = window * windowMs + offsetMs - atMs
      voices.set(peer, { fromMs, toMs: fromMs + tookMs, atMs })
    },
    has: peer => voices.has(peer),
    current: () => {
      const { trusted } = roster.current()
      const oldestAtMs = clock.monotonicMs() - lastWindows * windowMs
      for (const [peer, { atMs }] of voices) if (!trusted.includes(peer) || atMs < oldestAtMs) voices.delete(peer)
      const ownMs = clock.nowMs() - clock.monotonicMs()
      const halfMs = (CLOCK_TOLERANCE_WINDOWS * windowMs) / 2
      const all: Voice<Speaker>[] = [{ name: OWN, fromMs: ownMs, toMs: ownMs }, ...[...voices].map(([name, heard]) => ({ name, ...heard }))]
      return all.map(({ name, fromMs, toMs }) => ({ name, fromMs: fromMs - halfMs, toMs: toMs + halfMs }))
    },
    clear: () => {
      voices.clear()
    }
  }
}
