import { multiaddr } from '@multiformats/multiaddr'
import { reach, ServicesError, toPeerId } from '@peerwatch/link'
import type { CallOff, PeerIdString, Timers } from '@peerwatch/model'
import type { Core, KnownPeer } from '@peerwatch/link'
import type { Dialable } from './dialable.ts'

type Target = Pick<KnownPeer, 'peer' | 'addresses'>

/** Each peer is dialled once at a time: whoever asks for it again waits for the same dial. None of these rejects. */
export interface Dials {
  /** By what the registry says of the peer; whether it led to a link. */
  readonly dial: (target: Target) => Promise<boolean>
  /** Where it is known to be; the dial goes on when the time is over. */
  readonly isLinkedWithin: (peer: PeerIdString, timeoutMs: number) => Promise<boolean>
  readonly isUnderWay: (peer: PeerIdString) => boolean
  /** Those young enough to count as links that are about to come. */
  readonly hopefulCount: () => number
  /** Dials all of these, a few at a time; whether one led to a link. Goes on to the next where there is little hope for one. */
  readonly dialAll: (targets: readonly Target[]) => Promise<boolean>
  readonly start: () => void
  readonly stop: () => void
}

/**
 * A dial takes four turns of both loops, and the other side's may be late without this node knowing: what is given up and made again at once
 * costs both sides a handshake each time, and makes a busy peer busier.
 */
const DIAL_WITHIN_MS = 10_000
/** More handshakes at once only wait for each other: where the time is scarce, all of them are late instead of the last. */
const AT_ONCE = 3

export function dials(core: Core, where: Pick<Dialable, 'addresses'>): Dials {
  const { peerStore } = core.components
  const underWay = new Map<PeerIdString, { readonly sinceMs: number; readonly opening: Promise<boolean> }>()
  let stopping = new AbortController()

  /** After so long others are tried too. */
  const hopefulMs = (): number => 2 * core.roster.current().preset.pingTimeoutMs
  const open = async ({ peer, addresses }: Target): Promise<boolean> => {
    try {
      await peerStore.merge(toPeerId(peer), { multiaddrs: addresses.map(address => multiaddr(address)) })
      const known = await where.addresses(peer, addresses)
      if (known?.length === 0) throw new ServicesError('no-route', `no address at which ${peer} was seen`)
      await reach(core, peer, { addresses: known, timeoutMs: DIAL_WITHIN_MS, signal: stopping.signal })
      return true
    } catch (error) {
      core.log('%s cannot be dialled: %e', peer, error)
      return false
    } finally {
      underWay.delete(peer)
    }
  }
  const dial: Dials['dial'] = async target => {
    const same = underWay.get(target.peer)
    if (same != null) return same.opening
    const opening = open(target)
    underWay.set(target.peer, { sinceMs: core.clock.monotonicMs(), opening })
    return opening
  }
  return {
    dial,
    isLinkedWithin: async (peer, timeoutMs) => hasWithin(core.health, timeoutMs, dial({ peer, addresses: [] })),
    isUnderWay: peer => underWay.has(peer),
    hopefulCount: () => {
      const sinceMs = core.clock.monotonicMs() - core.health.stretched(hopefulMs())
      return [...underWay.values()].filter(each => each.sinceMs > sinceMs).length
    },
    dialAll: async targets => {
      const waiting = [...targets]
      let isLinked = false
      const dialNext = async (): Promise<void> => {
        for (let next = waiting.shift(); next != null && !stopping.signal.aborted; next = waiting.shift()) {
          isLinked = (await hasWithin(core.health, hopefulMs(), dial(next))) || isLinked
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, dialNext))
      return isLinked
    },
    start: () => {
      stopping = new AbortController()
    },
    stop: () => {
      stopping.abort()
    }
  }
}

/** Whether the dial has succeeded by then. False while it is still under way. */
async function hasWithin(timers: Timers, ms: number, opening: Promise<boolean>): Promise<boolean> {
  let callOff: CallOff | undefined
  const timeOver = new Promise<boolean>(resolve => {
    callOff = timers.after(ms, () => {
      resolve(false)
    })
  })
  try {
    return await Promise.race([opening, timeOver])
  } finally {
    callOff?.()
  }
}
