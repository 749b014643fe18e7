import { LIMITS } from '@peerwatch/wire'
import { BoundedMap } from '@peerwatch/model'
import type { PeerIdString, Report } from '@peerwatch/model'
import type { Core, KnownPeer, RegistryView } from '@peerwatch/link'
import type { TrustTree } from '../tree/trust-tree.ts'

const REMEMBERED = 100_000
const STAMPS_REMEMBERED = 10_000
/** The entry asks again for an unknown peer after so many windows. */
const UNKNOWN_FOR_WINDOWS = 1
/** How many names may wait for an answer. For further ones there is no answer now, and their reporters try again. */
const MOST_WAITING = 1_000

/** Undefined: no seed can say now. */
type Answer = boolean | undefined

/** What the seeds say of a peer. `unknown`: no seed knows it. Undefined: no seed can say now. */
type Found = KnownPeer | 'unknown' | undefined

/** What the seeds know of reporters and their subjects. The entry asks in batches and remembers the answers. */
export interface RegisteredPeers {
  /** Whether a peer was ever registered. Without this check anybody could fill the store with reports about names that do not exist. */
  readonly isRegistered: (peer: PeerIdString) => Answer | Promise<Answer>
  /** The stamp that a seed has of this peer now. Nobody has checked it yet. The entry asks once a window. Undefined: there is none. */
  readonly stampOf: (peer: PeerIdString) => Promise<Uint8Array | undefined>
  readonly forget: (peer: PeerIdString) => void
}

export function registeredPeers(
  core: Core,
  registry: Pick<RegistryView, 'find' | 'state'>,
  { onReport, onRecalled }: Pick<TrustTree, 'onReport' | 'onRecalled'>
): RegisteredPeers {
  const known = new BoundedMap<PeerIdString, true>(REMEMBERED)
  const unknownSince = new BoundedMap<PeerIdString, number>(REMEMBERED)
  const stamps = new BoundedMap<PeerIdString, { readonly window: number; readonly stamp: Promise<Uint8Array | undefined> }>(STAMPS_REMEMBERED)
  const find = batchedFind(registry)
  const now = (): number => core.windows.now().window
  // A stored report proves that its subject was once registered. So late reports about a peer that left before a restart are still accepted.
  const isKnown = ({ subject }: Pick<Report, 'subject'>): void => {
    if (!known.has(subject)) known.set(subject, true)
  }
  onReport(isKnown)
  onRecalled(accounts => accounts.forEach(isKnown))
  const ask = async (peer: PeerIdString): Promise<Answer> => {
    const found = await find(peer)
    if (found === 'unknown' && !known.has(peer)) unknownSince.set(peer, now())
    else if (found != null) known.set(peer, true)
    return known.has(peer) || (found == null ? undefined : false)
  }
  return {
    isRegistered: peer => {
      if (known.get(peer) != null) return true
      const since = unknownSince.get(peer)
      if (since != null && now() - since < UNKNOWN_FOR_WINDOWS) return false
      return ask(peer)
    },
    forget: peer => {
      known.delete(peer)
      unknownSince.delete(peer)
      stamps.delete(peer)
    },
    stampOf: async peer => {
      const before = stamps.get(peer)
      if (before?.window === now()) return before.stamp
      const stamp = find(peer).then(found => (found === 'unknown' ? undefined : found?.stamp))
      stamps.set(peer, { window: now(), stamp })
      return stamp
    }
  }
}

/** Asks the seeds one question at a time, about as many peers as one answer names. */
function batchedFind(registry: Pick<RegistryView, 'find' | 'state'>): (peer: PeerIdString) => Promise<Found> {
  let waiting = new Map<PeerIdString, ((answer: Found) => void)[]>()
  let asking = false

  const ask = async (): Promise<void> => {
    while (waiting.size > 0) {
      const batch = new Map([...waiting].slice(0, LIMITS.listedPeers))
      waiting = new Map([...waiting].slice(LIMITS.listedPeers))
      const found = new Map((await registry.find([...batch.keys()]).catch(() => [])).map(each => [each.peer, each]))
      // while no seed answers nobody is unknown: a report about him would be refused for good
      const otherwise = registry.state().seeds.length > 0 ? 'unknown' : undefined
      for (const [peer, resolvers] of batch) for (const resolve of resolvers) resolve(found.get(peer) ?? otherwise)
    }
    // in the same turn as the last look at who waits: nobody comes in between and is never asked for
    asking = false
  }
  return async peer => {
    if (waiting.size >= MOST_WAITING && !waiting.has(peer)) return undefined
    const answer = new Promise<Found>(resolve => {
      waiting.set(peer, [...(waiting.get(peer) ?? []), resolve])
    })
    if (!asking) {
      asking = true
      // in the next turn, so that one batch of reports is one question
      setImmediate(() => void ask())
    }
    return answer
  }
}
