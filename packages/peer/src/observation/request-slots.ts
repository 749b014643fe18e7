import { isFlooded, resource as row, RESOURCE_SLOT_MS } from '@peerwatch/detection'
import { BoundedMap } from '@peerwatch/model'
import type { Stream } from '@libp2p/interface'
import type { Counts, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

const { windows: windowsNeeded, timesLimit, withinWindows } = row.evidence
const MOST_SUBJECTS = 1024
/** After this node stood still it takes at once what came meanwhile, of so many slots at most. */
const MOST_SPARE_SLOTS = 20
/** The protocols that Peerwatch needs of every host. A protocol of the application is counted only if the network gives it a limit. */
const COUNTED_PROTOCOLS = ['/peerwatch/', '/ipfs/ping/', '/ipfs/id/']
const MANY_REQUESTS = `${windowsNeeded} windows with at least half of the slots at ${timesLimit} times the limit`

/** Of one neighbour. */
export interface Requests {
  /** Number of the slot that is being counted, by the monotonic clock. */
  slot: number
  /** In which the slot began. */
  window: WindowNumber
  count: number
  /** Streams of the protocols that the network gives a limit of their own. */
  countByProtocol: Map<string, number>
  /** How long this node had stood still in all when the slot began. */
  lostMs: number
  /** Slots whose requests may come in this one: nobody was here to take them. */
  spareSlots: number
  /** Streams that were let in and have not said what they are for, with the slot in which they came. */
  unsaid: { readonly stream: Stream; readonly slot: number }[]
  /** Slots of the newest window at `timesLimit` times the limit or above. */
  flooded: { readonly slot: number; readonly window: WindowNumber }[]
  floodedWindows: WindowNumber[]
  isLinked: boolean
}

export interface RequestSlotsInit {
  /** A slot is settled: it kept the limit, or broke it. */
  readonly onSlots: (peer: PeerIdString, counts: Counts) => void
  readonly onFlood: (peer: PeerIdString, evidence: string) => void
}

/** Counts the requests of each neighbour, slot by slot. */
export interface RequestSlots {
  /** Of the slot that is now; whatever passed before is settled. */
  readonly of: (peer: PeerIdString) => Requests
  readonly subjects: BoundedMap<PeerIdString, Requests>
  /** The limit of this slot. */
  readonly limitOf: (requests: Requests) => number
  /** How many requests this node serves in this slot. After a slot that was a flood it serves none for one slot. */
  readonly allowed: (requests: Requests) => number
  /** Asks whether this slot makes a flood. */
  readonly judge: (peer: PeerIdString, requests: Requests, evidence?: string) => void
  readonly advance: (peer: PeerIdString, requests: Requests) => void
}

export function requestSlots(core: Core, { onSlots, onFlood }: RequestSlotsInit): RequestSlots {
  const subjects = new BoundedMap<PeerIdString, Requests>(MOST_SUBJECTS)
  const slotNow = (): number => Math.floor(core.clock.monotonicMs() / RESOURCE_SLOT_MS)
  const perSlot = (perSecond: number, { spareSlots }: Requests): number => Math.max(1, Math.floor((perSecond * RESOURCE_SLOT_MS) / 1000)) * (1 + spareSlots)
  const limitOf = (requests: Requests): number => perSlot(core.roster.current().requestsPerSecond, requests)

  const allowed = (requests: Requests): number => (requests.flooded.some(each => each.slot === requests.slot - 1) ? 0 : limitOf(requests))

  /** How many times its limit the busiest of what is counted has reached. */
  const timesOf = (requests: Requests): number => {
    const { requestLimits } = core.roster.current()
    const named = [...requests.countByProtocol].map(([protocol, count]) => count / perSlot(requestLimits.get(protocol) ?? Infinity, requests))
    return Math.max(requests.count / limitOf(requests), ...named)
  }
  /** Sorts out the streams that have said what they are for, or ended without. */
  const sortOut = (requests: Requests): void => {
    const { requestLimits } = core.roster.current()
    requests.unsaid = requests.unsaid.filter(({ stream: { protocol, status } }) => {
      if (protocol === '' && status === 'open') return true
      if (requestLimits.has(protocol)) requests.countByProtocol.set(protocol, 1 + (requests.countByProtocol.get(protocol) ?? 0))
      else if (protocol === '' || COUNTED_PROTOCOLS.some(prefix => protocol.startsWith(prefix))) requests.count++
      return false
    })
  }
  const judge = (peer: PeerIdString, requests: Requests, evidence = MANY_REQUESTS): void => {
    if (timesOf(requests) >= timesLimit && floods(requests, requests.window, core.windows.windowMs)) onFlood(peer, evidence)
  }
  /** Settles the slots that have passed since this one was begun; without a link there is nothing to settle but what came before it ended. */
  const advance = (peer: PeerIdString, requests: Requests): void => {
    sortOut(requests)
    const now = slotNow()
    if (now === requests.slot) return
    const lostMs = core.health.lostMs()
    const missedSlots = Math.floor((lostMs - requests.lostMs) / RESOURCE_SLOT_MS)
    // a stream that names no protocol for a whole slot counts as a request; the name of a new stream may still be on its way
    const unsaid = requests.unsaid.filter(({ slot }) => slot >= now - 1 - missedSlots)
    requests.count += requests.unsaid.length - unsaid.length
    judge(peer, requests)
    const isBeyond = timesOf(requests) > 1
    const quiet = requests.isLinked ? Math.max(0, now - requests.slot - 1 - missedSlots) : 0
    const kept = !isBeyond && (requests.isLinked || requests.count > 0) ? 1 : 0
    onSlots(peer, { ok: kept + quiet, bad: isBeyond ? 1 : 0 })
    // this node may need more than one slot to read what came meanwhile
    const spareSlots = Math.min(MOST_SPARE_SLOTS, missedSlots + (now - requests.slot === 1 ? Math.floor(requests.spareSlots / 2) : 0))
    Object.assign(requests, { slot: now, window: core.windows.now().window, count: 0, countByProtocol: new Map(), lostMs, spareSlots, unsaid })
  }
  const of = (peer: PeerIdString): Requests => {
    const requests: Requests = subjects.get(peer) ?? {
      slot: slotNow(),
      window: core.windows.now().window,
      count: 0,
      countByProtocol: new Map(),
      lostMs: core.health.lostMs(),
      spareSlots: 0,
      unsaid: [],
      flooded: [],
      floodedWindows: [],
      isLinked: false
    }
    subjects.set(peer, requests)
    advance(peer, requests)
    return requests
  }
  return { of, subjects, limitOf, allowed, judge, advance }
}

/** Notes a slot that has reached `timesLimit` times the limit; true where this makes one flooded window too many. */
function floods(requests: Requests, window: WindowNumber, windowMs: number): boolean {
  if (requests.flooded.some(({ slot }) => slot === requests.slot)) return false
  requests.flooded = [...requests.flooded.filter(each => each.window === window), { slot: requests.slot, window }]
  if (!isFlooded(requests.flooded.length, windowMs) || requests.floodedWindows.includes(window)) return false
  requests.floodedWindows = [...requests.floodedWindows.filter(each => each > window - withinWindows), window]
  return requests.floodedWindows.length >= windowsNeeded
}
