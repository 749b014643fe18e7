import { PROTOCOLS } from '@peerwatch/wire'
import { listeners, toPeerId } from '@peerwatch/link'
import { pingStreams } from './ping-streams.ts'
import { mostAreSilent, probed } from './watched.ts'
import type { PeerIdString, Preset } from '@peerwatch/model'
import type { BackOffTimes, Core } from '@peerwatch/link'
import type { Pinged } from './ping.ts'
import type { Watched } from './watched.ts'

export interface ProbesInit {
  readonly all: ReadonlyMap<PeerIdString, Watched>
  readonly refuses: (peer: PeerIdString) => boolean
  readonly drop: (watched: Watched) => void
  /** Dials a lost neighbour, or waits for the dial that is under way; false where no link has come by then. */
  readonly isLinkedWithin: (peer: PeerIdString, timeoutMs: number) => Promise<boolean>
  readonly reportDead: (peer: PeerIdString) => void
}

export interface Probing {
  /** Called with the outcome of every ping and redial. */
  readonly onProbe: (listener: (peer: PeerIdString, answered: boolean) => void) => () => void
  /** Whether most neighbours were silent at once since this was last asked: then silence says nothing about them. */
  readonly wasOffline: () => boolean
}

export interface Probes extends Probing {
  /** Probes this neighbour after so long, and from then on at the network's interval for as long as it is watched. */
  readonly schedule: (watched: Watched, afterMs: number) => void
}

/** Pings of one node are spread by a tenth, or they come in step. */
const JITTER_RATIO = 0.1
/** One stream that is kept, and one for whoever else pings. */
const STREAMS_LEAST = 2

/** One that is dead is tried ever more rarely: the seeds know, and who lives on finds links of its own. */
export function redialTimes({ pingEveryMs }: Pick<Preset, 'pingEveryMs'>): BackOffTimes {
  return { leastMs: 2 * pingEveryMs, mostMs: 4 * pingEveryMs }
}

/** Pings linked neighbours and redials lost ones: failed dials and stream opens are misses too. */
export function probes(core: Core, { all, refuses, drop, isLinkedWithin, reportDead }: ProbesInit): Probes {
  const heard = listeners<[peer: PeerIdString, answered: boolean]>()
  let isSilent = false
  let wasSilent = false

  const preset = () => core.roster.current().preset
  /** libp2p's own ping service allows one outbound stream a link unless it is told otherwise: its monitor would end the link for want of it. */
  const mayKeep = (): boolean => {
    const { registrar } = core.components
    const isServed = registrar.getProtocols().includes(PROTOCOLS.ping)
    const { maxOutboundStreams = Infinity } = isServed ? registrar.getHandler(PROTOCOLS.ping).options : {}
    return maxOutboundStreams >= STREAMS_LEAST
  }
  const ping = pingStreams({ clock: core.clock, timers: core.health, mayKeep, everyMs: () => preset().pingEveryMs * (1 + JITTER_RATIO) })
  const reach = async ({ peer, isLinked }: Watched): Promise<Pinged> => {
    try {
      if (!isLinked && !(await isLinkedWithin(peer, preset().pingTimeoutMs))) return 'silent'
      const [connection] = core.components.connectionManager.getConnections(toPeerId(peer))
      return connection == null ? 'over' : await ping(connection, preset().pingTimeoutMs)
    } catch {
      return 'silent'
    }
  }
  const isWatched = (watched: Watched): boolean => all.get(watched.peer) === watched
  const noticeSilence = (): boolean => {
    const before = isSilent
    isSilent = mostAreSilent(all.values())
    wasSilent ||= isSilent
    if (isSilent && !before) core.emit('alarm', { code: 'offline', message: 'most neighbours fell silent at once: this node is probably offline' })
    return isSilent
  }
  const settle = (watched: Watched, answered: boolean, tookMs: number): void => {
    const { peer } = watched
    const result = probed(watched, answered, tookMs, noticeSilence, preset().pingMisses)
    noticeSilence()
    heard.tell(peer, answered)
    if (!answered) core.emit('neighbour:missed', { peer: toPeerId(peer), misses: watched.misses })
    if (answered) Object.assign(watched, { answeredAtMs: core.clock.monotonicMs() }).tries.opened()
    if (result === 'dead') core.emit('neighbour:dead', { peer: toPeerId(peer), misses: watched.misses })
    // silent strangers must not spend what this node may tell of others' deaths, nor have seeds knock anywhere
    const wasThere = watched.isOwn || watched.lastAnswerMs != null
    if (wasThere && (result === 'dead' || result === 'still-dead')) reportDead(peer)
  }
  const nextMs = (watched: Watched): number => (watched.isDead ? watched.tries.pauseMs() : preset().pingEveryMs * (1 + JITTER_RATIO * (2 * core.rng() - 1)))
  const probe = async (watched: Watched): Promise<void> => {
    const beganMs = core.clock.monotonicMs()
    if (!watched.isLinked && !core.budgets.take('redials')) {
      schedule(watched, nextMs(watched))
      return
    }
    let outcome: Pinged = 'silent'
    const answered = await core.health.fairly(preset().pingTimeoutMs, async () => {
      if (!isWatched(watched)) return true
      outcome = await reach(watched)
      return outcome === 'answered'
    })
    // it may have left, or this node stopped, in the meantime
    if (!isWatched(watched)) return
    if (refuses(watched.peer)) {
      drop(watched)
      return
    }
    // a ping that ended before its time says nothing about the peer, once: else a peer that ends every ping would never be missed
    const isEnding = (outcome as Pinged) === 'ending'
    const isOver = isEnding || (outcome as Pinged) === 'over'
    const isVoid = isEnding || (isOver && !watched.wasOver)
    watched.wasOver = isOver
    if (!isVoid) settle(watched, answered, core.clock.monotonicMs() - beganMs)
    // a late node has the end of the link still to read: over the same link again at once, one end would be two
    const spentMs = isOver ? 0 : core.clock.monotonicMs() - beganMs
    schedule(watched, Math.max(0, nextMs(watched) - spentMs))
  }
  const schedule = (watched: Watched, afterMs: number): void => {
    watched.callOff?.()
    watched.callOff = core.clock.after(afterMs, () => {
      probe(watched).catch((error: unknown) => {
        core.log.error('a probe of %s failed: %e', watched.peer, error)
      })
    })
  }
  return {
    schedule,
    onProbe: heard.add,
    wasOffline: () => {
      const was = wasSilent
      wasSilent = isSilent
      return was
    }
  }
}
