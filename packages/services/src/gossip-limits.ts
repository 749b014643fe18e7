import { BoundedMap } from './bounded-map.ts'
import { costLimits } from './cost-limits.ts'
import { ServicesError } from './errors.ts'
import { toPeerId } from './peer-ids.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, Part } from './core.ts'

/** What one neighbour may hand over by gossip, copies of what is known among it. Twice as much at once. */
export interface GossipLimitsOptions {
  /** Default 1,000. Higher: a busier network; lower: one neighbour costs less CPU. */
  readonly messagesPerSecond: number
  /** Of the messages' data. Default 8 MiB. Higher: larger messages; lower: one neighbour takes less bandwidth to others. */
  readonly bytesPerSecond: number
}

export const GOSSIP_LIMITS_DEFAULTS: GossipLimitsOptions = Object.freeze({ messagesPerSecond: 1_000, bytesPerSecond: 8 * 2 ** 20 })

/** Throws ServicesError `bad-option` that names option, rule and value. */
export function resolveGossipLimits(given: Partial<GossipLimitsOptions> = {}): GossipLimitsOptions {
  const options = { ...GOSSIP_LIMITS_DEFAULTS, ...given }
  for (const [name, value] of Object.entries(options)) {
    if (!(value >= 1)) throw new ServicesError('bad-option', `gossip.${name}: expected a number from 1 on, found ${value}`)
  }
  return options
}

export interface GossipLimitsInit {
  readonly options: GossipLimitsOptions
  /** `false`: what is beyond the limit is counted, and let through. */
  readonly enforce: boolean
}

export interface GossipLimits extends Part {
  /** Those of a neighbour's messages that are within its limit, in their order. */
  readonly admitted: <M extends { readonly data?: Uint8Array }>(from: PeerIdString, messages: readonly M[]) => readonly M[]
}

const NO_DATA = new Uint8Array()
const MOST_NEIGHBOURS = 1_024
const BURST_SECONDS = 2
/** What gossipsub takes in one piece must fit. */
const LEAST_BURST_BYTES = 4 * 2 ** 20

/**
 * What a neighbour hands over beyond its limit is dropped before its signature is looked at, and blames nobody: a busy network may look like a
 * flood, and what is worth having comes from other neighbours too.
 */
export function gossipLimits(core: Core, { options, enforce }: GossipLimitsInit): GossipLimits {
  const { messagesPerSecond, bytesPerSecond } = options
  const { clock } = core
  const messages = costLimits({ perSecond: messagesPerSecond, burst: BURST_SECONDS * messagesPerSecond, mostPeers: MOST_NEIGHBOURS, clock })
  const burst = Math.max(LEAST_BURST_BYTES, BURST_SECONDS * bytesPerSecond)
  const bytes = costLimits({ perSecond: bytesPerSecond, burst, mostPeers: MOST_NEIGHBOURS, clock })
  const beyond = new BoundedMap<PeerIdString, { messages: number; bytes: number }>(MOST_NEIGHBOURS)

  const admits = (from: PeerIdString, { byteLength }: Uint8Array): boolean => {
    if (messages.take(from, 1) && bytes.take(from, byteLength)) return true
    const before = beyond.get(from) ?? { messages: 0, bytes: 0 }
    beyond.set(from, { messages: before.messages + 1, bytes: before.bytes + byteLength })
    return !enforce
  }
  let stopListening: (() => void) | undefined
  return {
    admitted: (from, given) => given.filter(({ data = NO_DATA }) => admits(from, data)),
    beforeStart: () => {
      stopListening = core.windows.onWindow(window => {
        for (const [peer, dropped] of beyond.entries()) core.emit('gossip:limited', { peer: toPeerId(peer), window, ...dropped })
        beyond.clear()
      })
    },
    stop: () => stopListening?.()
  }
}
