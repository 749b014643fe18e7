import { CLOCK_TOLERANCE_WINDOWS, toPeerId } from '@peerwatch/link'
import { offBy } from '@peerwatch/peer/parts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { TreeHello } from '@peerwatch/wire'
import type { Core, Part } from '@peerwatch/link'

export interface Span {
  /** This node's own clock and those of the quorum have passed the beginning of this window. */
  readonly passed: WindowNumber
  /** Neither this node's own clock nor those of the quorum are beyond this window. */
  readonly latest: WindowNumber
}

/**
 * What the clocks of the trusted nodes say.
 *
 * Each node goes by its own clock. But what cannot be taken back (a raised floor, a final refusal) waits until the clocks of a quorum have passed it,
 * and never goes beyond the node's own clock. So no single wrong clock deletes or refuses anything.
 */
export interface MemberClocks extends Part {
  readonly hear: (node: PeerIdString, hello: TreeHello) => void
  readonly hello: () => Pick<TreeHello, 'window' | 'windowOffsetMs'>
  /** Undefined while the node has heard fewer clocks than a quorum. */
  readonly span: () => Span | undefined
}

/** A node is named if its clock differs for so many windows without a break. */
const DIFFERS_FOR_WINDOWS = 3
/** A slow hello makes its sender's clock look behind, but none makes it look ahead. So the best of so many hellos counts. */
const HELLOS = 8

export function memberClocks(core: Core): MemberClocks {
  const { clock, windows } = core
  /** By how much the clock of each node is ahead of this node's monotonic one, by its last hellos. */
  const hellos = new Map<PeerIdString, readonly number[]>()
  const ends: (() => void)[] = []
  /** The nodes heard since the last look: the old word of a node that has fallen silent is no news. */
  const fresh = new Set<PeerIdString>()
  /** Every record that comes in asks for it: it is the same until somebody's window ends. */
  let last: { readonly own: WindowNumber; readonly quorum: number; readonly untilMs: number; readonly span: Span | undefined } | undefined
  let differing: ReadonlyMap<PeerIdString, number> = new Map()
  let alarmed = ''

  const others = (): [PeerIdString, number][] => [...hellos].map(([node, ms]) => [node, Math.max(...ms)])
  const look = (): void => {
    const far = others().filter(([, ms]) => Math.abs(ms - windows.aheadMs()) > CLOCK_TOLERANCE_WINDOWS * windows.windowMs)
    differing = new Map(far.map(([node]) => [node, (differing.get(node) ?? 0) + Number(fresh.has(node))]))
    fresh.clear()
    const named = far.filter(([node]) => differing.get(node)! >= DIFFERS_FOR_WINDOWS)
    const key = named
      .map(([node]) => node)
      .toSorted()
      .join(' ')
    if (key === alarmed) return
    alarmed = key
    if (named.length === 0) return
    const off = named.map(([node, ms]) => `trusted node ${toPeerId(node).toString()} is ${offBy(ms - windows.aheadMs())}`)
    core.emit('alarm', { code: 'clocks-differ', message: `clocks differ: ${off.join(', ')} of this node, which goes by its own clock` })
  }
  return {
    hear: (node, { window, windowOffsetMs }) => {
      // one that tells no time is older than that
      if (window === 0 || windowOffsetMs >= windows.windowMs || !core.roster.isTrusted(node)) return
      const aheadMs = window * windows.windowMs + windowOffsetMs - clock.monotonicMs()
      fresh.add(node)
      hellos.set(node, [...(hellos.get(node) ?? []), aheadMs].slice(-HELLOS))
      last = undefined
    },
    hello: () => {
      const { window, offsetMs } = windows.now()
      return { window, windowOffsetMs: Math.floor(offsetMs) }
    },
    span: () => {
      const { quorum } = core.roster.current()
      const own = windows.now().window
      const nowMs = clock.monotonicMs()
      if (last?.own === own && last.quorum === quorum && nowMs < last.untilMs) return last.span
      const aheads = others().map(([, ms]) => ms)
      const all = [own, ...aheads.map(ms => Math.floor((nowMs + ms) / windows.windowMs))].toSorted((a, b) => a - b)
      const found = { passed: Math.min(own, all.at(-quorum)!), latest: Math.max(own, all[quorum - 1]!) }
      const endsMs = aheads.map(ms => (Math.floor((nowMs + ms) / windows.windowMs) + 1) * windows.windowMs - ms)
      last = { own, quorum, untilMs: Math.min(...endsMs), span: all.length < quorum ? undefined : found }
      return last.span
    },
    start: () => {
      ends.push(
        windows.onWindow(look),
        // what was heard before was compared with a clock that may have stood still since
        windows.onJump(() => {
          hellos.clear()
          last = undefined
        }),
        core.roster.onChange(() => {
          for (const node of hellos.keys()) if (!core.roster.isTrusted(node)) hellos.delete(node)
          last = undefined
        })
      )
    },
    stop: () => {
      for (const end of ends.splice(0)) end()
    }
  }
}
