import { backOff, groupOf, isSubject, listenTo, peerIdText } from '@peerwatch/link'
import { redialTimes } from './probes.ts'
import { isGivenUp } from './watched.ts'
import type { Connection, PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, PeerwatchEvents, RegistryView } from '@peerwatch/link'
import type { Probes } from './probes.ts'
import type { TopUps } from './top-ups.ts'
import type { Unwilling } from './unwilling.ts'
import type { WatchBook } from './watch-book.ts'
import type { Watched } from './watched.ts'

export interface ComingsInit {
  readonly book: WatchBook
  readonly probing: Pick<Probes, 'schedule'>
  readonly topUp: Pick<TopUps, 'soon'>
  readonly wantNone: Pick<Unwilling, 'hungUp'>
  readonly registry: Pick<RegistryView, 'hasLeft'>
  readonly refuses: (peer: PeerIdString) => boolean
  /** Whether others choose this peer for this node: whom it is sent to. */
  readonly isAppointed: (peer: PeerIdString) => boolean
  /** Lost links are watched: this node dials. */
  readonly dial: boolean
  /** Neighbours are pinged. */
  readonly watch: boolean
}

/** A neighbour that neither answers nor is removed is watched no longer, linked or lost. */
const WATCHED_WINDOWS = 30
/** A peer that ends the link again so soon after a redial, with no ping unanswered in between, is alive and wants none. */
const UNWANTED_WITHIN_WINDOWS = 2

/**
 * Links that come and go, and what becomes of a neighbour with them.
 *
 * @returns begins to listen, and returns what ends that
 */
export function comings(core: Core, init: ComingsInit): () => () => void {
  const { book, probing, topUp, wantNone, registry, refuses, isAppointed, dial, watch } = init
  const { connectionManager, events } = core.components

  const groupFrom = (peer: PeerIdString, link: Connection | undefined): string =>
    link == null ? peer : groupOf(link.remoteAddr, core.roster.current().scope, peer)
  const watchNew = (peer: PeerIdString, link: Connection | undefined): void => {
    const isChosen = !book.onTrial.has(peer) && !isAppointed(peer)
    const watched = newNeighbour(core, { peer, direction: link?.direction ?? 'inbound', group: groupFrom(peer, link), isChosen })
    book.all.set(peer, watched)
    // at once: until it has answered nobody reports its death
    if (watch && !book.onTrial.has(peer)) probing.schedule(watched, 0)
  }
  const onConnect = ({ detail }: CustomEvent<PeerId>): void => {
    const peer = peerIdText(detail)
    if (!isSubject(core, peer) || refuses(peer)) return
    const [link] = connectionManager.getConnections(detail)
    const direction = link?.direction ?? 'inbound'
    const known = book.all.get(peer)
    if (known == null) watchNew(peer, link)
    else
      Object.assign(known, {
        isLinked: true,
        direction,
        group: groupFrom(peer, link),
        redialledWindow: core.windows.now().window,
        missesWhenBack: known.misses,
        hasCutUs: false
      })
    core.emit('neighbour:connected', { peer: detail, direction })
    if (direction === 'inbound' && book.wasTurnedAway(peer) && !book.held.has(peer)) book.hangUp(peer)
    else book.prune()
  }
  const onDisconnect = ({ detail }: CustomEvent<PeerId>): void => {
    const peer = peerIdText(detail)
    const isOurs = book.wasHungUp(peer)
    const watched = book.all.get(peer)
    if (watched == null) return
    const { window } = core.windows.now()
    const isUnwanted =
      watched.hasCutUs ||
      (watched.redialledWindow != null && watched.misses <= watched.missesWhenBack && window - watched.redialledWindow < UNWANTED_WITHIN_WINDOWS)
    const isOver = isOurs || registry.hasLeft(peer)
    // a peer that dialled and went before it answered once was nobody's neighbour: else a dial would make this node dial back
    const wasNone = !watched.isOwn && watched.lastAnswerMs == null
    if (isUnwanted && !isOver) wantNone.hungUp(peer)
    Object.assign(watched, { isLinked: false, lostAtMs: core.clock.monotonicMs() })
    if (isOver || refuses(peer) || !dial || !watch || ((isUnwanted || wasNone) && !book.held.has(peer))) book.drop(watched)
    else book.forget()
    core.emit('neighbour:lost', { peer: detail, goodbye: isOver })
    topUp.soon()
  }
  const onRefuses = ({ detail }: PeerwatchEvents['neighbour:refuses']): void => {
    const watched = book.all.get(peerIdText(detail.peer))
    if (watched != null) watched.hasCutUs = true
  }
  const onGone = ({ detail }: PeerwatchEvents['peer:goodbye'] | PeerwatchEvents['peer:removed']): void => {
    const watched = book.all.get(peerIdText(detail.peer))
    if (watched == null) return
    if (!watched.isLinked) book.drop(watched)
    else if (watched.isDead) book.hangUp(watched.peer)
  }
  const onWindow = (): void => {
    const silentBeforeMs = core.windows.silentBeforeMs(WATCHED_WINDOWS * core.windows.windowMs)
    for (const watched of book.all.values()) {
      const isOver = isGivenUp(watched, silentBeforeMs)
      if (refuses(watched.peer) || (isOver && !watched.isLinked)) book.drop(watched)
      else if (isOver && !book.held.has(watched.peer)) book.turnAway(watched.peer, 'silent')
    }
    book.prune()
  }
  return () => {
    const ends = [
      listenTo(events, { 'peer:connect': onConnect, 'peer:disconnect': onDisconnect }),
      listenTo(core.events, { 'neighbour:refuses': onRefuses, 'peer:removed': onGone, 'peer:goodbye': onGone }),
      core.windows.onWindow(onWindow)
    ]
    return () => {
      for (const end of ends) end()
    }
  }
}

interface Newcomer extends Pick<Watched, 'peer' | 'direction' | 'group'> {
  /** Where this node has dialled it, it was of its own choice. */
  readonly isChosen: boolean
}

function newNeighbour(core: Core, { isChosen, ...newcomer }: Newcomer): Watched {
  const nowMs = core.clock.monotonicMs()
  return {
    ...newcomer,
    isOwn: isChosen && newcomer.direction === 'outbound',
    sinceWindow: core.windows.now().window,
    sinceMs: nowMs,
    isLinked: true,
    lostAtMs: nowMs,
    redialledWindow: undefined,
    missesWhenBack: 0,
    misses: 0,
    wasOver: false,
    lastAnswerMs: undefined,
    answeredAtMs: nowMs,
    isDead: false,
    hasCutUs: false,
    callOff: undefined,
    tries: backOff(core, redialTimes(core.roster.current().preset))
  }
}
