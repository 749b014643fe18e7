import { BoundedMap } from '@peerwatch/model'
import { guestEntry, mayBeDialled, peerEntry } from './peer-lists.ts'
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
  /** Of the deaths that are being tested. */
  readonly pending: () => Change
}

/** What the other seeds that listen are told. */
export interface SeedFeeds {
  readonly tell: (change: Change) => void
  readonly tellRegistered: (peer: PeerIdString) => void
  /** Whether a renewal of this peer is to be told again. */
  readonly isDue: (peer: PeerIdString) => boolean
  /** Another seed listens: it gets what it may have missed. */
  readonly add: (stream: PeerStream) => void
  readonly remove: (stream: PeerStream) => void
}

/** A renewal is told once in so many windows; the other seeds drop what they hear nothing of for ten. */
const RETOLD_WINDOWS = 3
const LIVE_WINDOWS = 2
/** Those for whom an operator vouches wait for nobody else. */
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
          if (registrant != null) return mayBeDialled(core, registrant) ? changeOf({ registered: peerEntry(registrant) }) : undefined
          const guest = guests.word(peer)
          return guest == null ? undefined : changeOf({ registered: guestEntry(guest) })
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
