import { LIMITS } from '@peerwatch/wire'
import { BoundedMap } from '@peerwatch/model'
import type { PeerIdString, Report } from '@peerwatch/model'
import type { Core, KnownPeer, RegistryView } from '@peerwatch/link'

const REMEMBERED = 100_000
const STAMPS_REMEMBERED = 10_000
/** An unknown peer is asked for again after so many windows. */
const UNKNOWN_FOR_WINDOWS = 1
/** Names that wait for an answer; of more nobody can say anything now, and their reporters try again. */
const MOST_WAITING = 1_000

/** Undefined: nobody can say now. */
type Answer = boolean | undefined

/** What the seeds say of a peer; `unknown` to all of them, undefined where nobody can say now. */
type Found = KnownPeer | 'unknown' | undefined

/** What seeds know of reporters and their subjects; asked in batches and remembered. */
export interface RegisteredPeers {
  /** Whether a peer was ever registered. Without it anybody could fill the store with reports about names that do not exist. */
  readonly isRegistered: (peer: PeerIdString) => Answer | Promise<Answer>
  /** The stamp that a seed has of this peer now, which nobody has checked yet; asked for once a window. Undefined where there is none. */
  readonly stampOf: (peer: PeerIdString) => Promise<Uint8Array | undefined>
}

export function registeredPeers(
  core: Core,
  registry: Pick<RegistryView, 'find' | 'state'>,
  onReport: (listener: (report: Pick<Report, 'subject'>) => void) => unknown
): RegisteredPeers {
  const known = new BoundedMap<PeerIdString, true>(REMEMBERED)
  const unknownSince = new BoundedMap<PeerIdString, number>(REMEMBERED)
  const stamps = new BoundedMap<PeerIdString, { readonly window: number; readonly stamp: Promise<Uint8Array | undefined> }>(STAMPS_REMEMBERED)
  const find = batchedFind(registry)
  const now = (): number => core.windows.now().window
  // A stored report proves that its subject was once registered. So late reports about a peer that left before a restart are still accepted.
  onReport(({ subject }) => {
    if (!known.has(subject)) known.set(subject, true)
  })
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
    stampOf: async peer => {
      const before = stamps.get(peer)
      if (before?.window === now()) return before.stamp
      const stamp = find(peer).then(found => (found === 'unknown' ? undefined : found?.stamp))
      stamps.set(peer, { window: now(), stamp })
      return stamp
    }
  }
}

/** One question at a time to the seeds, for up to as many peers as an answer names. */
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
