import { BoundedMap } from '@peerwatch/model'
import { listedGuest, mayBeDialled, listedPeer } from './peer-lists.ts'
import { changeOf } from '@peerwatch/peer/parts'
import { seedFeed } from './seed-feed.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Change } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { Registrants, Registrant } from './registrants.ts'
import type { Guests } from './guests.ts'
import type { PeerStream } from './peer-streams.ts'
import type { SeedFeed } from './seed-feed.ts'

export interface SeedFeedsInit {
  readonly registrants: Pick<Registrants, 'get' | 'values'>
  readonly guests: Pick<Guests, 'told' | 'word'>
  readonly mostPeers: number
  /** The deaths that are being tested. */
  readonly pending: () => Change
}

/** What this seed tells the other seeds that listen. */
export interface SeedFeeds {
  readonly tell: (change: Change) => void
  readonly tellRegistered: (peer: PeerIdString) => void
  /** Whether the seed is to tell this renewal again. */
  readonly isDue: (peer: PeerIdString) => boolean
  /** Another seed listens. It gets what it may have missed. */
  readonly add: (stream: PeerStream) => void
  readonly remove: (stream: PeerStream) => void
}

/** The seed tells a renewal once in so many windows. The other seeds drop what they hear nothing of for ten. */
const RETOLD_WINDOWS = 3
const LIVE_WINDOWS = 2
/** The group of guests: those that an operator vouches for wait for nobody else. */
const GUESTS = 'guests'

export function seedFeeds(core: Core, { registrants, guests, mostPeers, pending }: SeedFeedsInit): SeedFeeds {
  const toldWindows = new BoundedMap<PeerIdString, WindowNumber>(mostPeers)
  const feeds = new Map<PeerStream, SeedFeed>()
  const isLive = ({ registeredAtMs }: Registrant): boolean =>
    registeredAtMs != null && core.clock.monotonicMs() - registeredAtMs < LIVE_WINDOWS * core.windows.windowMs
  return {
    tell: change => {
      for (const stream of feeds.keys()) stream.push({ changes: [change] })
    },
    tellRegistered: peer => {
      toldWindows.set(peer, core.windows.now().window)
      const group = registrants.get(peer)?.group
      for (const feed of feeds.values()) if (group != null) feed.tell([{ peer, group }])
    },
    isDue: peer => (toldWindows.get(peer) ?? 0) <= core.windows.now().window - RETOLD_WINDOWS,
    add: stream => {
      if (feeds.has(stream)) return
      const feed = seedFeed(core.clock, core.rng, {
        change: peer => {
          const registrant = registrants.get(peer)
          if (registrant != null) return mayBeDialled(core, registrant) ? changeOf({ registered: listedPeer(registrant) }) : undefined
          const guest = guests.word(peer)
          return guest == null ? undefined : changeOf({ registered: listedGuest(guest) })
        },
        push: changes => stream.push({ changes })
      })
      feeds.set(stream, feed)
      feed.tell([...registrants.values()].filter(isLive))
      feed.tell(guests.told().map(({ peer }) => ({ peer, group: GUESTS })))
      stream.push({ changes: [pending()] })
    },
    remove: stream => {
      feeds.get(stream)?.stop()
      feeds.delete(stream)
    }
  }
}
