import { LIMITS } from '@peerwatch/wire'
import { BoundedMap } from '@peerwatch/link'
import type { PeerIdString, Report } from '@peerwatch/model'
import type { Core, RegistryView } from '@peerwatch/link'

const REMEMBERED = 100_000
/** An unknown peer is asked for again after so many windows. */
const UNKNOWN_FOR_WINDOWS = 1
/** Names that wait for an answer; of more nobody can say anything now, and their reporters try again. */
const MOST_WAITING = 1_000

/** Undefined: nobody can say now. */
type Answer = boolean | undefined

/**
 * Whether a peer was ever registered, as the seeds say; asked in batches and remembered.
 *
 * Without it anybody could fill the store with reports about names that do not exist.
 */
export function registeredPeers(
  core: Core,
  registry: Pick<RegistryView, 'find' | 'state'>,
  onReport: (listener: (report: Pick<Report, 'subject'>) => void) => unknown
): (peer: PeerIdString) => Answer | Promise<Answer> {
  const known = new BoundedMap<PeerIdString, true>(REMEMBERED)
  const unknownSince = new BoundedMap<PeerIdString, number>(REMEMBERED)
  let waiting = new Map<PeerIdString, ((answer: Answer) => void)[]>()
  let asking = false
  // A stored report proves that its subject was once registered. So late reports about a peer that left before a restart are still accepted.
  onReport(({ subject }) => {
    if (!known.has(subject)) known.set(subject, true)
  })

  const ask = async (): Promise<void> => {
    while (waiting.size > 0) {
      const batch = new Map([...waiting].slice(0, LIMITS.listedPeers))
      waiting = new Map([...waiting].slice(LIMITS.listedPeers))
      const found = await registry.find([...batch.keys()]).catch(() => [])
      for (const { peer } of found) known.set(peer, true)
      // while no seed answers nobody is unknown: a report about him would be refused for good
      const isCertain = registry.state().seeds.length > 0
      for (const [peer, resolvers] of batch) {
        const answer = known.has(peer) || (isCertain ? false : undefined)
        if (answer === false) unknownSince.set(peer, core.windows.now().window)
        for (const resolve of resolvers) resolve(answer)
      }
    }
    // in the same turn as the last look at who waits: nobody comes in between and is never asked for
    asking = false
  }
  return peer => {
    if (known.get(peer) != null) return true
    const since = unknownSince.get(peer)
    if (since != null && core.windows.now().window - since < UNKNOWN_FOR_WINDOWS) return false
    if (waiting.size >= MOST_WAITING && !waiting.has(peer)) return undefined
    const answer = new Promise<Answer>(resolve => {
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
