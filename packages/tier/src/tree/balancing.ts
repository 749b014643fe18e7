import { delay } from '@peerwatch/model'
import { decideBalance, isWorth, rangesOf } from '@peerwatch/trust-tree'
import { Refusal, ServicesError } from '@peerwatch/link'
import { countedSeconds } from './load-meter.ts'
import type { CallOff, PeerIdString } from '@peerwatch/model'
import type { Balancing, NodeRange, Partition } from '@peerwatch/trust-tree'
import type { Core, Part } from '@peerwatch/link'
import type { Cutting } from './cutting.ts'
import type { Cut, LoadMeter } from './load-meter.ts'
import type { TokenBook } from './token-book.ts'
import type { TrustedLinks } from './trusted-links.ts'

export interface BalancingInit {
  readonly tokens: TokenBook
  readonly links: Pick<TrustedLinks, 'link' | 'onUp' | 'onDown'>
  readonly load: Pick<LoadMeter, 'perSecond' | 'reset'>
  /** Cuts the range of this node. */
  readonly splitAt: Cutting
  readonly isCaughtUp: () => boolean
  /** The pause after a move, and after a node was out of reach. Until it is over, loads are not known again. Default 15 s. */
  readonly coolDownMs?: number
}

const COOL_DOWN_MS = 15_000
/** Of each that is to try, at least: by then the next one has heard of the move, if there was one. Shorter: a move comes sooner, and more often two at once. */
const TURN_MS = 500

/**
 * Moves this node's start where that evens the loads out. Where a move seems to help, each node asks all others for their loads of this moment, and finds
 * out by itself whose moves help most; who is first tries at once, and the others in turn while nothing has moved: no two know quite the same loads, so each
 * may think that another one is first, and who is first may be unable to move.
 */
export function balancing(core: Core, { tokens, links, load, splitAt, isCaughtUp, coolDownMs = COOL_DOWN_MS }: BalancingInit): Part {
  const loads = loadsOf(core, { tokens, links, load })
  let view = tokens.partition()
  let range = ownRange()
  let changedAtMs = core.clock.monotonicMs()
  let lostMs = core.health.lostMs()
  let isUnderWay = false
  let callOff: CallOff | undefined
  let unsubscribe: (() => void)[] = []
  let ending = new AbortController()

  function ownRange(): NodeRange | undefined {
    return rangesOf(tokens.partition()).find(({ node }) => node === core.self)
  }
  const onChange = (): void => {
    const before = view
    view = tokens.partition()
    // that a move is settled changes no range
    if (isSameRing(before, view)) return
    changedAtMs = core.clock.monotonicMs()
    const now = ownRange()
    if (now?.from !== range?.from || now?.to !== range?.to) load.reset()
    range = now
  }
  /** Other nodes took the reports of a node that was out of reach, so its load is not what it will be. */
  const holdOff = (): void => {
    changedAtMs = core.clock.monotonicMs()
  }
  const movesNow = (known: ReadonlyMap<PeerIdString, number>): readonly Balancing[] =>
    decideBalance(tokens.partition(), known, { averagedSeconds: countedSeconds(core.clock.monotonicMs() - changedAtMs) })
  /** Where to cut the range of `from`, so that this share of its load lies behind. */
  const cut = async (from: PeerIdString, share: number): Promise<Cut | undefined> => {
    if (from !== core.self) return links.link(from)?.call('split', share)
    const own = splitAt(share, core.self)
    return own instanceof Refusal ? undefined : own
  }
  const balance = async (): Promise<void> => {
    if (movesNow(loads.known()).length === 0) return
    const askedAtMs = core.clock.monotonicMs()
    await loads.ask()
    const before = tokens.partition()
    const from = tokens.token(core.self)?.start
    const known = loads.known()
    const moves = movesNow(known)
    const turn = moves.findIndex(({ node }) => node === core.self)
    const move = moves[turn]
    // who is late itself, or answered late, hears later of the move of another one
    const turnMs = turn * Math.max(core.health.stretched(TURN_MS), core.clock.monotonicMs() - askedAtMs)
    // with the next window it is decided anew
    if (from == null || move == null || turnMs >= core.windows.windowMs || !core.roster.isTrusted(core.self)) return
    if (turn > 0) await delay(core.clock, turnMs, ending.signal)
    if (tokens.partition() !== before) return
    // of its own load the first part goes to whoever is before it; of that one's the last part comes here
    const isGiving = move.from === core.self
    const found = await cut(move.from, isGiving ? 1 - move.share : move.share)
    if (found == null || tokens.partition() !== before) return
    // reports come in lumps, a subject each: what can be cut may not be worth it, and may be unknown
    if (!isWorth(before, known, { ...move, share: isGiving ? 1 - found.share : found.share })) return
    const { place } = found
    core.log('moving the start from %s to %s: %s of the load of %s', from, place, move.kind, move.from)
    await tokens.place(place, { from })
  }
  const wake = (): void => {
    // who stood still itself knows its load no better
    if (core.health.lostMs() - lostMs > core.windows.windowMs) holdOff()
    lostMs = core.health.lostMs()
    if (isUnderWay || !isCaughtUp() || core.clock.monotonicMs() - changedAtMs < coolDownMs) return
    isUnderWay = true
    balance()
      .catch((error: unknown) => {
        if (!(error instanceof ServicesError || ending.signal.aborted)) core.log.error('balancing: %e', error)
      })
      .finally(() => {
        isUnderWay = false
      })
  }
  /** Peers report at the beginning of a window, when a load is another one every moment. */
  const onWindow = (): void => {
    callOff?.()
    callOff = core.clock.after(core.windows.windowMs / 2, wake)
  }
  return {
    start: () => {
      ending = new AbortController()
      unsubscribe = [tokens.onChange(onChange), links.onUp(holdOff), links.onDown(holdOff), core.windows.onWindow(onWindow)]
      onChange()
    },
    stop: () => {
      ending.abort()
      callOff?.()
      for (const end of unsubscribe.splice(0)) end()
    }
  }
}

/** Of all nodes that are in reach. */
function loadsOf({ self }: Core, { tokens, links, load }: Pick<BalancingInit, 'tokens' | 'links' | 'load'>) {
  return {
    known: (): ReadonlyMap<PeerIdString, number> =>
      new Map(
        tokens.partition().ring.flatMap(({ node }): [PeerIdString, number][] => {
          const link = links.link(node)
          const told = node === self ? load.perSecond() : link?.isUp() === true ? link.load() : undefined
          return told == null ? [] : [[node, told]]
        })
      ),
    /** Reports come in bursts: only the loads of one moment compare. */
    ask: async (): Promise<void> => {
      await Promise.all(tokens.partition().ring.map(async ({ node }) => links.link(node)?.greet()))
    }
  }
}

function isSameRing({ ring }: Partition, { ring: other }: Partition): boolean {
  return ring.length === other.length && ring.every(({ node, start }, index) => node === other[index]!.node && start === other[index]!.start)
}
