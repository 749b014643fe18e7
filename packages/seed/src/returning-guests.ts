import { BoundedMap } from '@peerwatch/model'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Guest, Guests } from './guests.ts'
import type { Probe } from './probe.ts'

export interface ReturningGuestsInit {
  readonly guests: Pick<Guests, 'removed' | 'readmit'>
  readonly probe: Pick<Probe, 'isDialable'>
  readonly timeoutMs: number
  /** Called when the seed has admitted the guest again. */
  readonly onReturn: (guest: Guest) => void
}

export interface ReturningGuests {
  /** Dials the guests whose turn it is. Call it once per window. */
  readonly look: () => void
  readonly stop: () => void
}

const TRIED_EVERY_WINDOWS = 5
const AT_ONCE = 8
const REMEMBERED_MOST = 1_000

/**
 * Dials removed guests. A peer that was removed although it lives registers again, but a guest cannot. So a seed dials its removed guests for as long as
 * they were admitted, and signs those anew that answer a ping.
 */
export function returningGuests(core: Core, { guests, probe, timeoutMs, onReturn }: ReturningGuestsInit): ReturningGuests {
  const tried = new BoundedMap<PeerIdString, WindowNumber>(REMEMBERED_MOST)
  const underWay = new Set<PeerIdString>()
  let isStopped = false

  const dial = async ({ peer, addresses }: Guest): Promise<void> => {
    try {
      if (!(await probe.isDialable(peer, addresses, timeoutMs)) || isStopped) return
      const guest = await guests.readmit(peer)
      if (guest == null) return
      core.log('guest %s answers again', peer)
      onReturn(guest)
    } finally {
      underWay.delete(peer)
    }
  }
  return {
    look: () => {
      const { window } = core.windows.now()
      const due = guests
        .removed()
        .filter(({ peer }) => !underWay.has(peer) && (tried.get(peer) ?? 0) + TRIED_EVERY_WINDOWS <= window && core.certificates.evicted(peer) == null)
        .toSorted((a, b) => (tried.get(a.peer) ?? 0) - (tried.get(b.peer) ?? 0))
      for (const guest of due.slice(0, AT_ONCE - underWay.size)) {
        underWay.add(guest.peer)
        tried.set(guest.peer, window)
        dial(guest).catch((error: unknown) => {
          core.log.error('guest %s was not looked for: %e', guest.peer, error)
        })
      }
    },
    stop: () => {
      isStopped = true
    }
  }
}
