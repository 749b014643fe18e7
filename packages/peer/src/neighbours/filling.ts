import { isSubject, toPeerId } from '@peerwatch/link'
import { shuffled } from '@peerwatch/model'
import { decideDials } from './degree.ts'
import { feelers } from './feelers.ts'
import { groupOfListed } from './link-groups.ts'
import { decideMissing } from './own-links.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, KnownPeer, RegistryView } from '@peerwatch/link'
import type { Anchors } from './anchors.ts'
import type { Dials } from './dials.ts'
import type { Degrees } from './own-links.ts'
import type { Probes } from './probes.ts'
import type { Unwilling } from './unwilling.ts'
import type { Wards } from './wards.ts'
import type { WatchBook } from './watch-book.ts'

export interface FillingInit {
  readonly book: WatchBook
  readonly dialling: Dials
  readonly guarding: Wards
  readonly memory: Pick<Anchors, 'load'>
  readonly wantNone: Pick<Unwilling, 'isLeftAlone'>
  readonly registry: Pick<RegistryView, 'list' | 'hasLeft'>
  readonly refuses: (peer: PeerIdString) => boolean
  /** Whether others choose this peer for this node: whom it is sent to. */
  readonly isAppointed: (peer: PeerIdString) => boolean
  /** Notes what the registry says of a peer. */
  readonly note: (peer: KnownPeer) => void
  readonly probing: Pick<Probes, 'schedule'>
  readonly degrees: () => Degrees
}

/** Makes the links that are missing. */
export interface Filling {
  /** True where it got anywhere or nothing was missing. */
  readonly attempt: () => Promise<boolean>
  /** Own links of before a restart, which no seed has to name. */
  readonly dialAnchors: () => Promise<void>
}

/**
 * Listed peers for each link that is missing, beside those that this node watches already. More: more groups to choose from, at a signed record each. The
 * seed lists groups by turns, so that a few entries are of as many groups.
 */
const LISTED_RATIO = 4

export function filling(core: Core, init: FillingInit): Filling {
  const { book, dialling, guarding, memory, wantNone, registry, refuses, isAppointed, note, probing, degrees } = init
  const { connectionManager } = core.components

  const isNew = ({ peer }: Pick<KnownPeer, 'peer'>): boolean =>
    isSubject(core, peer) &&
    !book.all.has(peer) &&
    !dialling.isUnderWay(peer) &&
    !wantNone.isLeftAlone(peer) &&
    !refuses(peer) &&
    !registry.hasLeft(peer) &&
    connectionManager.getConnections(toPeerId(peer)).length === 0
  const count = (): ReturnType<typeof decideMissing> => {
    const linked = book.linked().filter(({ peer }) => !book.onTrial.has(peer))
    const living = linked.filter(({ isDead }) => !isDead)
    const ownCount = living.filter(({ isOwn }) => isOwn).length
    return decideMissing({ linkedCount: linked.length, livingCount: living.length, ownCount, comingCount: dialling.hopefulCount() }, degrees())
  }
  /** Of own links only: who knocks from many networks must not choose whom this node dials. */
  const spread = (): Parameters<typeof decideDials>[3] => {
    const own = book.linked().filter(({ isOwn }) => isOwn)
    return { groupOf: each => groupOfListed(core, each), ownGroups: own.map(({ group }) => group) }
  }
  const feel = feelers(core, { book, dialling, probing, isMissing: () => count().ownMissing > 0 })
  /** Where nobody else is left to choose, a link that is there is as good as one that would be dialled: it was not the other who chose. */
  const adopt = (listed: readonly KnownPeer[], most: number): void => {
    const knocked = listed.flatMap(({ peer }) => book.all.get(peer) ?? []).filter(({ peer, isLinked, isOwn }) => isLinked && !isOwn && !isAppointed(peer))
    for (const watched of shuffled(knocked, core.rng).slice(0, Math.max(0, most))) watched.isOwn = true
  }
  return {
    attempt: async () => {
      const { targetDegree } = degrees()
      const isDue = guarding.isDue()
      const { missing, ownMissing, room } = count()
      if (targetDegree === 0 || (missing <= 0 && !isDue)) return true
      if (!core.budgets.take('top-ups')) return false
      const listed = await registry.list(isDue ? LISTED_RATIO * targetDegree : book.all.size + LISTED_RATIO * missing)
      for (const each of listed) note(each)
      const fresh = listed.filter(isNew)
      const chosen = decideDials(fresh, missing, core.rng, spread())
      adopt(listed, ownMissing - chosen.length)
      const others = fresh.filter(each => !chosen.includes(each))
      const taken = guarding.among(others, room)
      const strangers = others.filter(each => !taken.includes(each))
      for (const each of decideDials(strangers, isDue && missing <= 0 ? 1 : 0, core.rng, spread())) void feel(each)
      const linkedUp = await dialling.dialAll([...chosen, ...taken])
      return missing <= 0 || linkedUp
    },
    dialAnchors: async () => {
      const known = (await memory.load()).map(({ peer, address }) => ({ peer, addresses: [address] }))
      await dialling.dialAll(known.filter(isNew).slice(0, count().ownMissing))
    }
  }
}
