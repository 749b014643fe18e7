import { inOrder } from '@peerwatch/model'
import { ServicesError } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Change, ListedPeer, RegistryResponse } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { Departure, Departures } from './departures.ts'
import type { NetworkState } from './network-state.ts'
import type { SeedLink } from './seed-links.ts'

/** News from another seed. Only its sender is checked. */
export interface SeedNews {
  readonly from: PeerIdString
  readonly registered: readonly ListedPeer[]
  readonly votes: readonly Uint8Array[]
  readonly dead: readonly Uint8Array[]
}

export interface SeedPushesInit {
  readonly gone: Pick<Departures, 'goodbye' | 'removal'>
  readonly state: NetworkState
  /** Changes and certificates of one seed that wait; more end its link. */
  readonly pendingChangesCount: number
  /** This node itself is said to have gone; `recordSeq` is of its own goodbye. */
  readonly onOwnDeparture: (recordSeq: number | undefined) => void
  readonly fault: (seed: PeerIdString, what: string) => void
}

/** Takes what seeds tell unasked: the changes of the network, one push of a seed after the other. */
export interface SeedPushes {
  readonly take: (link: SeedLink, push: RegistryResponse) => void
  /** Takes a change as if a seed had told it. Throws where a signature is wrong. */
  readonly learn: (change: Change) => Promise<void>
  /** Departures that are new, with the change that proves them. */
  readonly onDeparture: (listener: (departure: Departure, change: Change) => void) => void
  /** Hears what other seeds tell seeds only. */
  readonly onNews: (listener: (news: SeedNews) => Promise<void>) => void
}

export function seedPushes(core: Core, { gone, state, pendingChangesCount, onOwnDeparture, fault }: SeedPushesInit): SeedPushes {
  const pending = new WeakMap<SeedLink, { count: number; readonly run: ReturnType<typeof inOrder> }>()
  const departureListeners: ((departure: Departure, change: Change) => void)[] = []
  const newsListeners: ((news: SeedNews) => Promise<void>)[] = []

  const learn = async (change: Change): Promise<void> => {
    const goodbye = change.goodbye.byteLength > 0 ? await gone.goodbye(change.goodbye) : undefined
    const removal = change.votes.length > 0 ? await gone.removal(change.votes) : undefined
    for (const departure of [goodbye, removal]) {
      if (departure == null) continue
      for (const listener of departureListeners) listener(departure, change)
      if (departure.peer === core.self) onOwnDeparture(goodbye?.recordSeq)
    }
  }
  const takeNow = async (link: SeedLink, push: RegistryResponse): Promise<void> => {
    await state.take(link, push)
    if (push.live != null) await state.level(link, push)
    for (const change of push.changes) {
      await learn(change).catch((error: unknown) => {
        core.log('change from %s refused: %e', link.seed, error)
        // nobody is at fault if only this node's clock is against the change
        if (!(error instanceof ServicesError && error.code === 'refused')) fault(link.seed, 'bad-change')
      })
    }
    const news: SeedNews = {
      from: link.seed,
      registered: push.changes.flatMap(({ registered }) => (registered == null ? [] : [registered])),
      votes: push.changes.flatMap(({ votes }) => votes),
      dead: push.changes.flatMap(({ dead }) => dead)
    }
    for (const listener of newsListeners) await listener(news)
  }
  return {
    take: (link, push) => {
      const waiting = pending.get(link) ?? { count: 0, run: inOrder() }
      pending.set(link, waiting)
      const cost = 1 + push.changes.length + push.certificates.length
      if (waiting.count + cost > pendingChangesCount) {
        fault(link.seed, 'too-fast')
        void link.close()
        return
      }
      waiting.count += cost
      waiting
        .run(async () => takeNow(link, push))
        .catch((error: unknown) => {
          core.log('push from %s not taken: %e', link.seed, error)
        })
        .finally(() => {
          waiting.count -= cost
        })
    },
    learn,
    onDeparture: listener => {
      departureListeners.push(listener)
    },
    onNews: listener => {
      newsListeners.push(listener)
    }
  }
}
