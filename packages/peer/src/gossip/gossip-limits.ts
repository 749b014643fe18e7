import { BoundedMap } from '@peerwatch/model'
import { costLimits, refuseUnknown, ServicesError, toPeerId } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, Part } from '@peerwatch/link'

/** One neighbour may hand over so much by gossip, including copies of known messages, and twice as much at once. */
export interface GossipLimitsOptions {
  /** Default 1,000. Higher: a busier network; lower: one neighbour costs less CPU. */
  readonly messagesPerSecond: number
  /** Of all that it sends over gossip's stream. Default 8 MiB. Higher: larger messages; lower: one neighbour takes less bandwidth to others. */
  readonly bytesPerSecond: number
}

export const GOSSIP_LIMITS_DEFAULTS: GossipLimitsOptions = Object.freeze({ messagesPerSecond: 1_000, bytesPerSecond: 8 * 2 ** 20 })

/** Throws ServicesError `bad-option` that names option, rule and value. */
export function resolveGossipLimits(given: Partial<GossipLimitsOptions> = {}): GossipLimitsOptions {
  refuseUnknown('gossip', Object.keys(GOSSIP_LIMITS_DEFAULTS), given)
  const options = { ...GOSSIP_LIMITS_DEFAULTS, ...given }
  for (const [name, value] of Object.entries(options)) {
    if (!(Number.isFinite(value) && value >= 1)) throw new ServicesError('bad-option', `gossip.${name}: expected a number from 1 on, found ${value}`)
  }
  return options
}

/** The messages that a neighbour sent in one piece. */
export interface GossipBatch<M> {
  readonly from: PeerIdString
  readonly messages: readonly M[]
  /** Of the whole piece, whatever fields they hide in. */
  readonly bytes: number
  /** Of a topic of Peerwatch itself. */
  readonly isOwn: (message: M) => boolean
}

export interface GossipLimitsInit {
  readonly options: GossipLimitsOptions
  /** `false`: what is beyond the limit is counted, and let through. */
  readonly enforce: boolean
}

export interface GossipLimits extends Part {
  /** Those messages that are within their sender's limit, in their order. */
  readonly admitted: <M>(batch: GossipBatch<M>) => readonly M[]
}

const MOST_NEIGHBOURS = 1_024
const BURST_SECONDS = 2
/** Certificates and rosters, apart: whoever fills an honest neighbour's share with other messages does not keep these out. */
const OWN_PER_SECOND = 50
const OWN_AT_ONCE = 500
/** A certificate has 4 KiB, a roster 64. */
const OWN_MOST_BYTES = 128 * 1024

/**
 * What a neighbour hands over beyond its limit is dropped before its signature is looked at, and nobody is cut or evicted for it: a busy network
 * may look like a flood, and what is worth having comes from other neighbours too.
 */
export function gossipLimits(core: Core, { options, enforce }: GossipLimitsInit): GossipLimits {
  const { messagesPerSecond, bytesPerSecond } = options
  const common = { mostKeys: MOST_NEIGHBOURS, clock: core.clock }
  const messages = costLimits({ ...common, perSecond: messagesPerSecond, burst: BURST_SECONDS * messagesPerSecond })
  const mostBytes = BURST_SECONDS * bytesPerSecond
  const bytes = costLimits({ ...common, perSecond: bytesPerSecond, burst: mostBytes })
  const own = costLimits({ ...common, perSecond: OWN_PER_SECOND, burst: OWN_AT_ONCE })
  const beyond = new BoundedMap<PeerIdString, { messages: number; bytes: number }>(MOST_NEIGHBOURS)
  let stopListening: (() => void) | undefined
  return {
    admitted: batch => {
      const { from, messages: given, isOwn } = batch
      // a piece larger than all that may come at once takes all of it
      const isWithin = bytes.take(from, Math.min(batch.bytes, mostBytes))
      const kept = given.filter(message => {
        if (isOwn(message) && batch.bytes <= OWN_MOST_BYTES && own.take(from, 1)) return true
        return isWithin && messages.take(from, 1)
      })
      if (kept.length === given.length) return given
      const before = beyond.get(from) ?? { messages: 0, bytes: 0 }
      beyond.set(from, { messages: before.messages + given.length - kept.length, bytes: before.bytes + (isWithin ? 0 : batch.bytes) })
      return enforce ? kept : given
    },
    beforeStart: () => {
      stopListening = core.windows.onWindow(window => {
        for (const [peer, dropped] of beyond.entries()) core.emit('gossip:limited', { peer: toPeerId(peer), window, ...dropped })
        beyond.clear()
      })
    },
    stop: () => stopListening?.()
  }
}
