import { rangesOf } from '@peerwatch/trust-tree'
import { Refusal } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Partition } from '@peerwatch/trust-tree'
import type { Core } from '@peerwatch/link'
import type { Cut, LoadMeter } from './load-meter.ts'
import type { TokenBook } from './token-book.ts'

/** Where to cut the range of this node, so that this share of its load lies behind. `by`: who moves its start there. */
export type Cutting = (share: number, by: PeerIdString) => Cut | Refusal

export interface CuttingInit {
  readonly tokens: Pick<TokenBook, 'partition'>
  readonly load: Pick<LoadMeter, 'cut'>
}

/** So long whoever was granted a cut has to sign its token and show it here. Shorter: two may move at once. Longer: whoever dies holds up others. */
const GRANT_MS = 5_000

/** A range is cut for one node at a time: two that cut it at once would take the same part of its load. */
export function cutting(core: Pick<Core, 'self' | 'clock'>, { tokens, load }: CuttingInit): Cutting {
  let granted: { readonly by: PeerIdString; readonly view: Partition; readonly untilMs: number } | undefined
  return (share, by) => {
    const view = tokens.partition()
    const own = rangesOf(view).find(({ node }) => node === core.self)
    if (own == null || own.empty) return new Refusal('refused', 'no range to cut')
    // one at a time: a second one would cut what is not settled yet
    if (view.formerRing != null) return new Refusal('notReady', 'a move is under way')
    const nowMs = core.clock.monotonicMs()
    if (granted?.view !== view || nowMs >= granted.untilMs) granted = { by, view, untilMs: nowMs + GRANT_MS }
    return granted.by === by ? load.cut(own, share) : new Refusal('notReady', 'another node was granted a cut')
  }
}
