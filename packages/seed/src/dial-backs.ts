import { BoundedMap } from '@peerwatch/model'
import { waitingByGroup } from './waiting-by-group.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Registrant } from './registrants.ts'
import type { RegistryServerOptions } from './options.ts'
import type { Probe } from './probe.ts'

export interface DialBacks {
  /** Dials the peer soon: at most once per window, and a few times in all. */
  readonly consider: (registrant: Pick<Registrant, 'peer' | 'seq' | 'addresses' | 'group' | 'reach'>) => void
  readonly stop: () => void
}

export interface DialBacksInit {
  readonly probe: Probe
  readonly options: RegistryServerOptions
  readonly onResult: (peer: PeerIdString, seq: number, reached: boolean) => void
  /** Called within `consider` if the seed reached the peer at these addresses not long ago, under another registration. */
  readonly onKnown: (peer: PeerIdString, seq: number) => void
}

interface Waiting {
  readonly peer: PeerIdString
  readonly seq: number
  readonly addresses: readonly string[]
  /** How many dials to these addresses came before this one. */
  readonly times: number
}

interface Tried {
  /** All addresses that the seed tells others. */
  readonly addresses: string
  readonly times: number
  readonly window: WindowNumber
  readonly reached?: true
}

const WAITING_MOST = 1_000
const REMEMBERED_MOST = 20_000
/** If half a network was removed and comes back at once, the seed neither dials these peers again nor tells of them a second time. */
const REACHED_FOR_WINDOWS = 30

/**
 * Finds out, once per registration, whether others can dial the peer. It repeats a failed dial at later renewals, since a busy machine fails too.
 *
 * It does not dial a peer again that it reached at the same addresses not long ago. Groups take turns, so a crowd waits for itself.
 */
export function dialBacks(core: Core, init: DialBacksInit): DialBacks {
  const { options } = init
  const waiting = waitingByGroup<Waiting>(WAITING_MOST, core.rng, () => core.emit('registry:limited', { bound: 'dial-backs' }))
  const tried = new BoundedMap<PeerIdString, Tried>(REMEMBERED_MOST)
  const underWay = new Set<PeerIdString>()
  const stopped = new AbortController()

  const dial = async ({ peer, seq, addresses, times }: Waiting): Promise<void> => {
    // not before: one that had to make room was not tried
    const asked: Tried = { addresses: addresses.join(' '), times: times + 1, window: core.windows.now().window }
    tried.set(peer, asked)
    const reached = await init.probe.isDialable(peer, addresses, options.dialBackTimeoutMs)
    underWay.delete(peer)
    if (stopped.signal.aborted) return
    // it may have registered with other addresses meanwhile
    if (reached && tried.get(peer) === asked) tried.set(peer, { ...asked, reached })
    init.onResult(peer, seq, reached)
    start()
  }
  const start = (): void => {
    for (const next of waiting.take(options.dialBacksAtOnce - underWay.size)) {
      underWay.add(next.peer)
      dial(next).catch((error: unknown) => {
        core.log.error('dial-back of %s failed: %e', next.peer, error)
      })
    }
  }
  return {
    consider: registrant => {
      if (registrant.reach === 'reached' || registrant.addresses.length === 0) return
      const { window } = core.windows.now()
      const addresses = registrant.addresses.join(' ')
      const before = tried.get(registrant.peer)
      if (before?.reached === true && before.addresses === addresses && window - before.window < REACHED_FOR_WINDOWS) {
        init.onKnown(registrant.peer, registrant.seq)
        return
      }
      if (before?.window === window) return
      const times = before?.addresses === addresses ? before.times : 0
      if (times >= options.dialBackTries) return
      const { peer, seq, group } = registrant
      waiting.set(peer, group, { peer, seq, addresses: registrant.addresses, times })
      start()
    },
    stop: () => {
      stopped.abort()
      waiting.clear()
    }
  }
}
