import { decideBalance, isWorth, rangesOf } from '@peerwatch/trust-tree'
import { ServicesError } from '@peerwatch/link'
import { AVERAGED_MS } from './load-meter.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { NodeRange } from '@peerwatch/trust-tree'
import type { Core, Part } from '@peerwatch/link'
import type { Cut, LoadMeter } from './load-meter.ts'
import type { TokenBook } from './token-book.ts'
import type { TrustedLinks } from './trusted-links.ts'

export interface BalancingInit {
  readonly tokens: TokenBook
  readonly links: Pick<TrustedLinks, 'link'>
  readonly load: LoadMeter
  readonly isCaughtUp: () => boolean
  /** Between two moves: until then loads are not known again. Default 20 s. */
  readonly coolDownMs?: number
}

const COOL_DOWN_MS = 20_000

/** Moves this node's start where that evens the loads out: each node decides by the same loads, and the one whose move helps most makes it. */
export function balancing(core: Core, { tokens, links, load, isCaughtUp, coolDownMs = COOL_DOWN_MS }: BalancingInit): Part {
  let view = tokens.partition()
  let range = ownRange()
  let changedAtMs = core.clock.monotonicMs()
  let isUnderWay = false
  let unsubscribe: (() => void)[] = []

  function ownRange(): NodeRange | undefined {
    return rangesOf(tokens.partition()).find(({ node }) => node === core.self)
  }
  const onChange = (): void => {
    if (tokens.partition() === view) return
    view = tokens.partition()
    changedAtMs = core.clock.monotonicMs()
    const now = ownRange()
    if (now?.from !== range?.from || now?.to !== range?.to) load.reset()
    range = now
  }
  const loads = (): ReadonlyMap<PeerIdString, number> =>
    new Map(
      tokens.partition().ring.flatMap(({ node }): [PeerIdString, number][] => {
        const link = links.link(node)
        const told = node === core.self ? load.perSecond() : link?.isUp() === true ? link.load() : undefined
        return told == null ? [] : [[node, told]]
      })
    )
  /** Where the range of `from` is cut, so that this share of its load lies behind. */
  const cut = async (from: PeerIdString, share: number): Promise<Cut | undefined> => {
    if (from !== core.self) return links.link(from)?.call('split', share)
    const own = ownRange()
    return own == null ? undefined : load.cut(own, share)
  }
  const balance = async (): Promise<void> => {
    const before = tokens.partition()
    const from = tokens.token(core.self)?.start
    const known = loads()
    const move = decideBalance(before, known, { averagedSeconds: Math.min(AVERAGED_MS, coolDownMs) / 1000 })
    if (from == null || move?.node !== core.self || !core.roster.isTrusted(core.self)) return
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
    if (isUnderWay || !isCaughtUp() || core.clock.monotonicMs() - changedAtMs < coolDownMs) return
    isUnderWay = true
    balance()
      .catch((error: unknown) => {
        if (!(error instanceof ServicesError)) core.log.error('balancing: %e', error)
      })
      .finally(() => {
        isUnderWay = false
      })
  }
  return {
    start: () => {
      unsubscribe = [tokens.onChange(onChange), core.windows.onWindow(wake)]
      onChange()
    },
    stop: () => {
      for (const end of unsubscribe.splice(0)) end()
    }
  }
}
