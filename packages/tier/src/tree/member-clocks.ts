import { CLOCK_TOLERANCE_WINDOWS, toPeerId } from '@peerwatch/link'
import { offBy } from '@peerwatch/peer/parts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { TreeHello } from '@peerwatch/wire'
import type { Core, Part } from '@peerwatch/link'

export interface Span {
  /** This node's own clock and those of the quorum have passed its beginning. */
  readonly passed: WindowNumber
  /** Neither this node's own clock nor those of the quorum are beyond it. */
  readonly latest: WindowNumber
}

/**
 * What the clocks of the trusted nodes say. Each goes by its own; what cannot be taken back (a raised floor, a final refusal) waits until the clocks of
 * as many as must sign a verdict have passed it, and goes never beyond the own one: no single wrong clock deletes or refuses anything.
 */
export interface MemberClocks extends Part {
  readonly hear: (node: PeerIdString, hello: TreeHello) => void
  readonly hello: () => Pick<TreeHello, 'window' | 'windowOffsetMs'>
  /** Undefined while fewer than a quorum were heard. */
  readonly span: () => Span | undefined
}

/** A clock that differs for so many windows without a break is named. */
const DIFFERS_FOR_WINDOWS = 3
/** A hello that was long on its way, or waited here, makes its sender's clock look behind, and none makes it look ahead: the best of so many counts. */
const HELLOS = 8

export function memberClocks(core: Core): MemberClocks {
  const { clock, windows } = core
  /** What the clock of each is ahead of this node's monotonic one, by its last hellos. */
  const hellos = new Map<PeerIdString, readonly number[]>()
  const ends: (() => void)[] = []
  /** Heard since the last look: what one said that has fallen silent is no news. */
  const fresh = new Set<PeerIdString>()
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
    },
    hello: () => {
      const { window, offsetMs } = windows.now()
      return { window, windowOffsetMs: Math.floor(offsetMs) }
    },
    span: () => {
      const { quorum } = core.roster.current()
      const own = windows.now().window
      const all = [own, ...others().map(([, ms]) => Math.floor((clock.monotonicMs() + ms) / windows.windowMs))].toSorted((a, b) => a - b)
      if (all.length < quorum) return undefined
      return { passed: Math.min(own, all.at(-quorum)!), latest: Math.max(own, all[quorum - 1]!) }
    },
    start: () => {
      ends.push(
        windows.onWindow(look),
        // what was heard before was compared with a clock that may have stood still since
        windows.onJump(() => {
          hellos.clear()
        }),
        core.roster.onChange(() => {
          for (const node of hellos.keys()) if (!core.roster.isTrusted(node)) hellos.delete(node)
        })
      )
    },
    stop: () => {
      for (const end of ends.splice(0)) end()
    }
  }
}
