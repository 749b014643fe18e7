import { BoundedMap } from '@peerwatch/model'
import { isSubject, listenTo, ServicesError, toPeerId } from '@peerwatch/link'
import { anchors } from './anchors.ts'
import { comings } from './comings.ts'
import { dialable } from './dialable.ts'
import { dials } from './dials.ts'
import { filling } from './filling.ts'
import { answerPingsIfNobodyDoes } from './ping.ts'
import { probes } from './probes.ts'
import { topUps } from './top-ups.ts'
import { unwilling } from './unwilling.ts'
import { wards } from './wards.ts'
import { watchBook } from './watch-book.ts'
import { toNeighbour } from './watched.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, KnownPeer, NeighboursView, Part, RegistryView } from '@peerwatch/link'
import type { Probing } from './probes.ts'

/** How many links a node makes and keeps; undefined is the default. */
export interface Degree {
  readonly targetDegree?: number | undefined
  readonly maxDegree?: number | undefined
}

export interface NeighboursInit {
  readonly registry: Pick<RegistryView, 'list' | 'find' | 'reportDead' | 'hasLeft'>
  /** Whether this node has nothing to do with the peer: it is evicted or cut. */
  readonly refuses: (peer: PeerIdString) => boolean
  /** Links that this node dials for until it has as many. More: it sees and is seen by more, at one ping an interval each. Default 8. */
  readonly targetDegree?: number
  /** Links above this are ended. Default, and at most: the roster's `maxDegree`. */
  readonly maxDegree?: number
  /** `false`: takes the links that others make, and dials nobody; lost links are not watched then. */
  readonly dial: boolean
  /** `false`: pings nobody, and ends no link above the degree: seeds and trusted nodes, who report on nobody and serve many. Default true. */
  readonly watch?: boolean
  /** Registered peers, without roster members: among so many the guests are shared out. Default: this node is alone with them. */
  readonly peersCount?: () => number
}

const DEFAULT_TARGET_DEGREE = 8
const GUESTS_REMEMBERED = 2_000

/** Keeps the number of links, pings the neighbours, and watches lost links until it is known why they were lost. */
export function neighbours(core: Core, init: NeighboursInit): Part & NeighboursView & Probing & { readonly setDegree: (degree: Degree) => void } {
  const { registry, refuses, dial, watch = true } = init
  const { connectionManager } = core.components
  /** Whether a peer speaks no Peerwatch, as far as the registry told. */
  const guests = new BoundedMap<PeerIdString, boolean>(GUESTS_REMEMBERED)
  const ends: (() => void)[] = []
  const guarding = wards(core, { peersCount: init.peersCount ?? (() => 1) })
  const where = dialable(core)
  const dialling = dials(core, where)
  const wantNone = unwilling(core)
  let isRunning = false
  let targetDegree = init.targetDegree ?? DEFAULT_TARGET_DEGREE
  let mostLinks = init.maxDegree ?? Infinity

  const maxDegree = (): number => Math.min(mostLinks, core.roster.current().maxDegree)
  const book = watchBook(core, { maxDegree, prunes: watch })
  const memory = anchors(core)

  const note = ({ peer, guest }: KnownPeer): void => {
    if (guest) guests.set(peer, true)
    else guests.delete(peer)
  }
  /** A link to such a one is no choice of this node: a watcher is sent to suspects, and who makes a guest's name chooses whose ward it is. */
  const isAppointed = (peer: PeerIdString): boolean => book.held.has(peer) || (guests.has(peer) && guarding.has(peer))
  const probing = probes(core, { all: book.all, refuses, drop: book.drop, isLinkedWithin: dialling.isLinkedWithin, reportDead: registry.reportDead })
  const fill = filling(core, {
    book,
    dialling,
    guarding,
    memory,
    wantNone,
    registry,
    refuses,
    isAppointed,
    note,
    probing,
    degrees: () => ({ targetDegree, maxDegree: maxDegree() })
  })
  const topUp = topUps(core, {
    attempt: async () => !dial || fill.attempt(),
    onError: error => {
      core.log('no peers to dial: %e', error)
    }
  })
  const listen = comings(core, { book, probing, topUp, wantNone, registry, refuses, isAppointed, dial, watch })
  return {
    onProbe: probing.onProbe,
    wasOffline: probing.wasOffline,
    setDegree: degree => {
      if ('targetDegree' in degree) targetDegree = degree.targetDegree ?? DEFAULT_TARGET_DEGREE
      if ('maxDegree' in degree) mostLinks = degree.maxDegree ?? Infinity
      if (!isRunning) return
      book.prune()
      topUp.soon()
    },
    list: () =>
      [...book.all.values()].filter(({ peer }) => isSubject(core, peer) && !refuses(peer)).map(watched => toNeighbour(watched, guests.has(watched.peer))),
    isNeighbour: peer => book.all.has(peer) && isSubject(core, peer) && !refuses(peer),
    hold: async peer => {
      book.held.add(peer)
      if (connectionManager.getConnections(toPeerId(peer)).length > 0) return
      const [found] = refuses(peer) ? [] : await registry.find([peer])
      if (found != null) note(found)
      if (found != null && (await dialling.dial(found))) return
      book.held.delete(peer)
      throw new ServicesError('no-route', `no link to ${peer}`)
    },
    release: peer => {
      if (book.held.delete(peer) && book.all.get(peer)?.isLinked === true && book.linked().length > targetDegree) book.hangUp(peer)
    },
    beforeStart: () => {
      isRunning = true
      where.start()
      dialling.start()
      ends.push(listenTo(core.events, { 'registry:state': topUp.soon }), listen())
    },
    start: () => {
      ends.push(
        answerPingsIfNobodyDoes(core),
        core.windows.onWindow(() => {
          memory.keep(book.linked().filter(({ isOwn }) => isOwn))
        })
      )
      topUp.start()
      if (dial && targetDegree > 0) void fill.dialAnchors()
    },
    stop: () => {
      isRunning = false
      dialling.stop()
      where.stop()
      topUp.stop()
      for (const end of ends.splice(0)) end()
      for (const { callOff } of book.all.values()) callOff?.()
      book.all.clear()
    }
  }
}
