import { FIRST_PLACE, rangesOf, shareOf } from '@peerwatch/trust-tree'
import { ServicesError } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, Part } from '@peerwatch/link'
import type { TokenBook } from './token-book.ts'
import type { TrustedLinks } from './trusted-links.ts'

export interface JoiningInit {
  readonly tokens: TokenBook
  readonly links: Pick<TrustedLinks, 'link' | 'onUp'>
}

/** The share of the load of the node that it joins. */
const HALF = 0.5

/** Takes a range for a member of the roster that has none: half the load of the heaviest node. */
export function joining(core: Core, { tokens, links }: JoiningInit): Part {
  let isUnderWay = false
  let unsubscribe: (() => void)[] = []

  const isPlaced = (): boolean => !core.roster.isTrusted(core.self) || tokens.token(core.self)?.start != null
  /** The node in reach with the most reports. Among equal ones, the one with the most places. */
  const heaviest = (): PeerIdString | undefined => {
    const inReach = rangesOf(tokens.partition()).flatMap(range => {
      const link = links.link(range.node)
      return link?.isUp() === true ? [{ node: range.node, load: link.load() ?? 0, share: shareOf(range) }] : []
    })
    return inReach.toSorted((a, b) => b.load - a.load || b.share - a.share)[0]?.node
  }
  const join = async (): Promise<void> => {
    const { ring, formerRing } = tokens.partition()
    // nobody has one: the first of the roster begins
    if (ring.length === 0 && formerRing == null && core.roster.current().trusted.toSorted()[0] === core.self) return tokens.place(FIRST_PLACE)
    const node = heaviest()
    if (node == null || formerRing != null) return undefined
    const { place } = await links.link(node)!.call('split', HALF)
    // the answer may have told that this node has a token, or that another one moves
    if (!isPlaced() && tokens.partition().formerRing == null) await tokens.place(place, {})
    return undefined
  }
  const wake = (): void => {
    if (isUnderWay || isPlaced()) return
    isUnderWay = true
    join()
      .catch((error: unknown) => {
        if (!(error instanceof ServicesError)) core.log.error('taking a range: %e', error)
      })
      .finally(() => {
        isUnderWay = false
      })
  }
  return {
    start: () => {
      unsubscribe = [tokens.onChange(wake), links.onUp(wake), core.windows.onWindow(wake)]
      wake()
    },
    stop: () => {
      for (const end of unsubscribe.splice(0)) end()
    }
  }
}
