import { LIMITS } from '@peerwatch/wire'
import { BoundedMap } from '../bounded-map.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, RegistryView } from '../core.ts'

const REMEMBERED = 100_000
/** An unknown peer is asked for again after so many windows. */
const UNKNOWN_FOR_WINDOWS = 1
/** Names that wait for an answer; more of them are called unknown, and their reporters try again. */
const MOST_WAITING = 1_000

/**
 * Whether a peer was ever registered, as the seeds say; asked in batches and remembered.
 *
 * Without it anybody could fill the store with reports about names that do not exist.
 */
export function registeredPeers(core: Core, registry: Pick<RegistryView, 'find'>): (peer: PeerIdString) => boolean | Promise<boolean> {
  const known = new BoundedMap<PeerIdString, true>(REMEMBERED)
  const unknownSince = new BoundedMap<PeerIdString, number>(REMEMBERED)
  let waiting = new Map<PeerIdString, ((isKnown: boolean) => void)[]>()
  let asking = false

  const ask = async (): Promise<void> => {
    while (waiting.size > 0) {
      const batch = new Map([...waiting].slice(0, LIMITS.listedPeers))
      waiting = new Map([...waiting].slice(LIMITS.listedPeers))
      const found = await registry.find([...batch.keys()]).catch(() => [])
      for (const { peer } of found) known.set(peer, true)
      for (const [peer, resolvers] of batch) {
        if (!known.has(peer)) unknownSince.set(peer, core.windows.now().window)
        for (const resolve of resolvers) resolve(known.has(peer))
      }
    }
  }
  return peer => {
    if (known.get(peer) != null) return true
    const since = unknownSince.get(peer)
    if (since != null && core.windows.now().window - since < UNKNOWN_FOR_WINDOWS) return false
    if (waiting.size >= MOST_WAITING && !waiting.has(peer)) return false
    const answer = new Promise<boolean>(resolve => {
      waiting.set(peer, [...(waiting.get(peer) ?? []), resolve])
    })
    if (!asking) {
      asking = true
      // in the next turn, so that one batch of reports is one question
      setImmediate(() => {
        void ask().finally(() => {
          asking = false
        })
      })
    }
    return answer
  }
}
