import { inOrder } from '@peerwatch/model'
import { gainsOf, readsNeeded } from '@peerwatch/trust-tree'
import { backOff, ServicesError } from '@peerwatch/link'
import type { CallOff, PeerIdString } from '@peerwatch/model'
import type { Gain } from '@peerwatch/trust-tree'
import type { TreeHello } from '@peerwatch/wire'
import type { Core, Part } from '@peerwatch/link'
import type { RangeFetch } from './range-fetch.ts'
import type { TokenBook, ViewVersions } from './token-book.ts'
import type { TrustedLinks } from './trusted-links.ts'

export interface SettlingInit {
  readonly tokens: TokenBook
  readonly links: Pick<TrustedLinks, 'link' | 'others' | 'onUp'>
  readonly fetching: RangeFetch
  readonly copies: number
  readonly isCaughtUp: () => boolean
  /** Called when this node has read what it gains. */
  readonly onWhole?: () => void
}

/**
 * Ends moves. A node that gains places reads them from enough of the nodes that held them, and says so. The node that moved declares the move settled
 * once all that gain have said so. Until then writes go to both lists, and reads come from both.
 */
export interface Settling extends Part {
  /** For a hello. */
  readonly told: () => Pick<TreeHello, 'whole' | 'settledRoster'>
  readonly hear: (from: PeerIdString, told: Pick<TreeHello, 'whole' | 'settledRoster'>) => void
  /** The nodes that gain places and have not said yet that they hold them. Empty: all moves are settled. */
  readonly awaited: () => readonly PeerIdString[]
}

const RETRY_TIMES = { leastMs: 500, mostMs: 10_000 }
/** One member alone may be wrong. */
const WORDS_ENOUGH = 2

export function settling(core: Core, { tokens, links, fetching, copies, isCaughtUp, onWhole }: SettlingInit): Settling {
  /** For each gain, the nodes from which this node has read it in the present view. */
  const fetched = new Map<string, Set<PeerIdString>>()
  const said = whatMembersSaid(core)
  const tries = backOff(core, RETRY_TIMES)
  const inTurn = inOrder()
  let view = tokens.partition()
  let callOff: CallOff | undefined
  let unsubscribe: (() => void)[] = []
  let isStopped = true

  const gains = (): Gain[] => gainsOf(tokens.partition(), copies)
  const hasAll = (gain: Gain): boolean => {
    // what was read in another view is forgotten with the next step
    const from = tokens.partition() === view ? (fetched.get(placesOf(gain))?.size ?? 0) : 0
    return from + Number(gain.former.includes(core.self) && isCaughtUp()) >= readsNeeded(gain.former, copies)
  }
  const isWhole = (): boolean => gains().every(gain => gain.node !== core.self || hasAll(gain))
  const awaited = (): PeerIdString[] => {
    const versions = tokens.versions()
    const gaining = new Set(gains().map(({ node }) => node))
    return [...gaining].filter(node => (node === core.self ? !isWhole() : !said.isWholeAt(node, versions)))
  }
  /** Rejects if the other node does not answer. A read during which another view came does not count. */
  const fetch = async (gain: Gain, from: PeerIdString): Promise<void> => {
    const link = links.link(from)
    if (link?.isUp() !== true) throw new ServicesError('no-route', `${from} is out of reach`)
    await fetching.fetch(link, gain, 0, { isPaced: false, isWhole: true })
    if (isStopped || tokens.partition() !== view) return
    const key = placesOf(gain)
    fetched.set(key, (fetched.get(key) ?? new Set()).add(from))
  }
  const gain = async (): Promise<void> => {
    for (const each of gains().filter(({ node }) => node === core.self)) {
      for (const from of each.former) {
        if (isStopped || tokens.partition() !== view || hasAll(each)) break
        if (from === core.self || fetched.get(placesOf(each))?.has(from) === true) continue
        await fetch(each, from).catch((error: unknown) => {
          core.log('moving: %s does not give its records: %s', from, error)
        })
      }
    }
  }
  const settle = async (): Promise<void> => {
    const { version, leaving } = core.roster.current()
    const isOver = awaited().length === 0
    if (leaving.length > 0 && tokens.settledRoster() !== version && (isOver || said.isSettled(version))) await tokens.settleRoster()
    const own = tokens.token(core.self)
    if (isOver && own?.moved != null && core.roster.isTrusted(core.self)) await tokens.place(own.start)
  }
  const step = async (): Promise<void> => {
    if (isStopped) return
    callOff?.()
    if (tokens.partition() !== view) {
      view = tokens.partition()
      fetched.clear()
      fetching.stop()
      fetching.start()
    }
    const wasWhole = isWhole()
    await gain()
    if (isWhole() && tokens.partition() === view) onWhole?.()
    await settle()
    // whoever waits for this node should not wait for the next ping
    if (!wasWhole && isWhole()) for (const link of links.others()) void link.greet()
    if (isStopped) return
    if (isWhole() && tokens.partition() === view) tries.opened()
    else callOff = core.clock.after(tries.pauseMs(), wake)
  }
  const wake = (): void => {
    inTurn(step).catch((error: unknown) => {
      core.log.error('moving a start: %e', error)
      if (!isStopped) callOff = core.clock.after(tries.pauseMs(), wake)
    })
  }
  return {
    told: () => ({ ...(isWhole() && { whole: tokens.versions() }), settledRoster: tokens.settledRoster() }),
    hear: (from, told) => {
      said.hear(from, told)
      if (view.formerRing != null) wake()
    },
    awaited,
    start: () => {
      isStopped = false
      fetching.start()
      unsubscribe = [tokens.onChange(wake), links.onUp(wake)]
      wake()
    },
    stop: () => {
      isStopped = true
      for (const end of unsubscribe.splice(0)) end()
      fetching.stop()
      callOff?.()
    }
  }
}

interface Said extends Pick<Settling, 'hear'> {
  readonly isWholeAt: (node: PeerIdString, view: ViewVersions) => boolean
  /** Whether enough members say that the nodes that left with this roster are needed no more. */
  readonly isSettled: (rosterVersion: number) => boolean
}

/** The newest word of each member. */
function whatMembersSaid(core: Core): Said {
  const words = new Map<PeerIdString, Parameters<Settling['hear']>[1]>()
  const forget = (): void => {
    for (const node of words.keys()) if (!core.roster.isTrusted(node)) words.delete(node)
  }
  return {
    hear: (from, told) => {
      words.set(from, told)
      forget()
    },
    isWholeAt: (node, view) => isSame(words.get(node)?.whole, view),
    isSettled: version => {
      forget()
      const others = core.roster.current().trusted.filter(node => node !== core.self).length
      const sayingSo = [...words.values()].filter(({ settledRoster }) => settledRoster === version).length
      return others > 0 && sayingSo >= Math.min(WORDS_ENOUGH, others)
    }
  }
}

function placesOf({ from, to }: Gain): string {
  return `${from}-${to}`
}

function isSame(one: ViewVersions | undefined, other: ViewVersions): boolean {
  return one != null && one.rosterVersion === other.rosterVersion && Buffer.compare(one.tokens, other.tokens) === 0
}
