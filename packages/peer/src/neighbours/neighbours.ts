import { PROTOCOLS } from '@peerwatch/wire'
import { backOff, BoundedMap, peerIdText, ServicesError, toPeerId } from '@peerwatch/link'
import { decideDials, decideForgets, decidePrunes } from './degree.ts'
import { dials } from './dials.ts'
import { answerPings, MOST_INBOUND_PINGS } from './ping.ts'
import { probes, redialTimes } from './probes.ts'
import { topUps } from './top-ups.ts'
import { unwilling } from './unwilling.ts'
import { wards } from './wards.ts'
import { toNeighbour } from './watched.ts'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, KnownPeer, NeighboursView, Part, PeerwatchEvents, RegistryView } from '@peerwatch/link'
import type { Probing } from './probes.ts'
import type { Watched } from './watched.ts'

/** How many links a node makes and keeps; undefined is the default. */
export interface Degree {
  readonly targetDegree?: number | undefined
  readonly maxDegree?: number | undefined
}

export interface NeighboursInit {
  readonly registry: Pick<RegistryView, 'list' | 'find' | 'reportDead' | 'hasLeft'>
  /** Whom this node has nothing to do with: evicted or cut. */
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
/** A lost neighbour that neither answers nor is removed is watched no longer. */
const WATCHED_WINDOWS = 30
/** A peer that ends the link again so soon after a redial, with no ping unanswered in between, is alive and wants none. */
const UNWANTED_WITHIN_WINDOWS = 2

/** Keeps the number of links, pings the neighbours, and watches lost links until it is known why they were lost. */
export function neighbours(core: Core, init: NeighboursInit): Part & NeighboursView & Probing & { readonly setDegree: (degree: Degree) => void } {
  const { registry, refuses, dial, watch = true } = init
  const { connectionManager, events, registrar } = core.components
  const all = new Map<PeerIdString, Watched>()
  const held = new Set<PeerIdString>()
  /** Links that this node itself is ending. */
  const letGo = new Set<PeerIdString>()
  /** Who speaks no Peerwatch, as far as the registry told. */
  const guests = new BoundedMap<PeerIdString, boolean>(GUESTS_REMEMBERED)
  const ends: (() => void)[] = []
  const guarding = wards(core, { peersCount: init.peersCount ?? (() => 1) })
  const dialling = dials(core)
  const wantNone = unwilling(core)
  let isRunning = false
  let targetDegree = init.targetDegree ?? DEFAULT_TARGET_DEGREE
  let mostLinks = init.maxDegree ?? Infinity

  const preset = () => core.roster.current().preset
  const maxDegree = (): number => Math.min(mostLinks, core.roster.current().maxDegree)
  const isSubject = (peer: PeerIdString): boolean => peer !== core.self && !core.roster.isSeed(peer) && !core.roster.isTrusted(peer)
  const linked = (): Watched[] => [...all.values()].filter(({ isLinked, peer }) => isLinked && isSubject(peer))

  const drop = (watched: Watched): void => {
    watched.callOff?.()
    if (all.get(watched.peer) === watched) all.delete(watched.peer)
  }
  const hangUp = (peer: PeerIdString): void => {
    letGo.add(peer)
    connectionManager.closeConnections(toPeerId(peer)).catch(() => {})
  }
  const prune = (): void => {
    if (!watch) return
    const links = linked().filter(({ peer }) => !letGo.has(peer))
    for (const peer of decidePrunes(
      links.map(link => ({ ...link, held: held.has(link.peer) })),
      maxDegree()
    )) {
      core.log('too many links: ends the one to %s', peer)
      hangUp(peer)
    }
  }
  const forget = (): void => {
    const lost = [...all.values()].filter(({ isLinked }) => !isLinked)
    for (const peer of decideForgets(
      lost.map(({ peer: id, sinceMs }) => ({ peer: id, sinceMs, held: held.has(id) })),
      maxDegree()
    )) {
      drop(all.get(peer)!)
    }
  }
  const note = ({ peer, guest }: KnownPeer): void => {
    if (guest) guests.set(peer, true)
    else guests.delete(peer)
  }
  const isNew = ({ peer }: KnownPeer): boolean =>
    isSubject(peer) &&
    !all.has(peer) &&
    !dialling.isUnderWay(peer) &&
    !wantNone.isLeftAlone(peer) &&
    !refuses(peer) &&
    !registry.hasLeft(peer) &&
    connectionManager.getConnections(toPeerId(peer)).length === 0
  const topUp = topUps(core, {
    attempt: async () => {
      const count = linked().length
      // a target above the maximum would end what it makes
      const coming = count + dialling.hopefulCount()
      const missing = Math.min(targetDegree, maxDegree()) - coming
      const room = maxDegree() - coming
      if (!dial || targetDegree === 0 || room <= 0 || (missing <= 0 && !guarding.isDue())) return true
      if (!core.budgets.take('top-ups')) return false
      const listed = await registry.list(4 * targetDegree)
      for (const each of listed) note(each)
      const known = listed.filter(isNew)
      const chosen = decideDials(known, missing, core.rng)
      const others = known.filter(each => !chosen.includes(each))
      const linkedUp = await dialling.dialAll([...chosen, ...guarding.among(others, room - chosen.length)])
      return missing <= 0 || linkedUp
    },
    onError: error => {
      core.log('no peers to dial: %e', error)
    }
  })
  const probing = probes(core, { all, refuses, drop, isLinkedWithin: dialling.isLinkedWithin, reportDead: registry.reportDead })
  const onConnect = ({ detail }: CustomEvent<PeerId>): void => {
    const peer = peerIdText(detail)
    if (!isSubject(peer) || refuses(peer)) return
    const direction = connectionManager.getConnections(detail)[0]?.direction ?? 'inbound'
    const { window } = core.windows.now()
    const known = all.get(peer)
    if (known != null) Object.assign(known, { isLinked: true, direction, redialledWindow: window, missesWhenBack: known.misses })
    else {
      const watched: Watched = {
        peer,
        sinceWindow: window,
        sinceMs: core.clock.monotonicMs(),
        direction,
        isLinked: true,
        lostAtMs: core.clock.monotonicMs(),
        redialledWindow: undefined,
        missesWhenBack: 0,
        misses: 0,
        wasOver: false,
        lastAnswerMs: undefined,
        isDead: false,
        callOff: undefined,
        tries: backOff(core, redialTimes(preset()))
      }
      all.set(peer, watched)
      if (watch) probing.schedule(watched, preset().pingEveryMs * core.rng())
    }
    core.emit('neighbour:connected', { peer: detail, direction })
    prune()
  }
  const onDisconnect = ({ detail }: CustomEvent<PeerId>): void => {
    const peer = peerIdText(detail)
    const isOurs = letGo.delete(peer)
    const watched = all.get(peer)
    if (watched == null) return
    const { window } = core.windows.now()
    const isUnwanted = watched.redialledWindow != null && watched.misses <= watched.missesWhenBack && window - watched.redialledWindow < UNWANTED_WITHIN_WINDOWS
    const isOver = isOurs || registry.hasLeft(peer)
    if (isUnwanted && !isOver) wantNone.hungUp(peer)
    Object.assign(watched, { isLinked: false, lostAtMs: core.clock.monotonicMs() })
    if (isOver || refuses(peer) || !dial || !watch || (isUnwanted && !held.has(peer))) drop(watched)
    else forget()
    core.emit('neighbour:lost', { peer: detail, goodbye: isOver })
    topUp.soon()
  }
  const onGone = ({ detail }: PeerwatchEvents['peer:goodbye'] | PeerwatchEvents['peer:removed']): void => {
    const watched = all.get(peerIdText(detail.peer))
    if (watched == null) return
    if (!watched.isLinked) drop(watched)
    else if (watched.isDead) hangUp(watched.peer)
  }
  const onWindow = (): void => {
    const silentBeforeMs = core.windows.silentBeforeMs(WATCHED_WINDOWS * core.windows.windowMs)
    for (const watched of all.values()) {
      if (refuses(watched.peer) || (!watched.isLinked && watched.lostAtMs < silentBeforeMs)) drop(watched)
    }
    prune()
  }
  const onRegistry = (): void => {
    topUp.soon()
  }
  const answerPingsIfNobodyDoes = (): void => {
    if (!isRunning || registrar.getProtocols().includes(PROTOCOLS.ping)) return
    registrar.handle(PROTOCOLS.ping, answerPings(core.clock), { maxInboundStreams: MOST_INBOUND_PINGS, runOnLimitedConnection: true }).catch(() => {})
    ends.push(() => {
      registrar.unhandle(PROTOCOLS.ping).catch(() => {})
    })
  }
  return {
    onProbe: probing.onProbe,
    wasOffline: probing.wasOffline,
    setDegree: degree => {
      if ('targetDegree' in degree) targetDegree = degree.targetDegree ?? DEFAULT_TARGET_DEGREE
      if ('maxDegree' in degree) mostLinks = degree.maxDegree ?? Infinity
      if (!isRunning) return
      prune()
      topUp.soon()
    },
    list: () => [...all.values()].filter(({ peer }) => isSubject(peer) && !refuses(peer)).map(watched => toNeighbour(watched, guests.has(watched.peer))),
    isNeighbour: peer => all.has(peer) && isSubject(peer) && !refuses(peer),
    hold: async peer => {
      held.add(peer)
      if (connectionManager.getConnections(toPeerId(peer)).length > 0) return
      const [known] = refuses(peer) ? [] : await registry.find([peer])
      if (known != null) note(known)
      if (known != null && (await dialling.dial(known))) return
      held.delete(peer)
      throw new ServicesError('no-route', `no link to ${peer}`)
    },
    release: peer => {
      if (held.delete(peer) && all.get(peer)?.isLinked === true && linked().length > targetDegree) hangUp(peer)
    },
    beforeStart: () => {
      isRunning = true
      dialling.start()
      events.addEventListener('peer:connect', onConnect)
      events.addEventListener('peer:disconnect', onDisconnect)
      core.events.addEventListener('peer:removed', onGone)
      core.events.addEventListener('peer:goodbye', onGone)
      core.events.addEventListener('registry:state', onRegistry)
      ends.push(core.windows.onWindow(onWindow))
    },
    start: () => {
      // the application's own ping service may register in this very turn
      setImmediate(answerPingsIfNobodyDoes)
      topUp.start()
    },
    stop: () => {
      isRunning = false
      dialling.stop()
      topUp.stop()
      events.removeEventListener('peer:connect', onConnect)
      events.removeEventListener('peer:disconnect', onDisconnect)
      core.events.removeEventListener('peer:removed', onGone)
      core.events.removeEventListener('peer:goodbye', onGone)
      core.events.removeEventListener('registry:state', onRegistry)
      for (const end of ends.splice(0)) end()
      for (const { callOff } of all.values()) callOff?.()
      all.clear()
    }
  }
}
