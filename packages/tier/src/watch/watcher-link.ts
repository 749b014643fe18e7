import { within } from '@peerwatch/model'
import { LIMITS, messages, PROTOCOLS } from '@peerwatch/wire'
import { backOff, frames, peerIdBytes, peerIdFromBytes, toPeerId } from '@peerwatch/link'
import type { CallOff, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Look } from '@peerwatch/wire'
import type { Core, Frames, NeighboursView, Part, RegistryView, SeenNeighbour, SeenView } from '@peerwatch/link'
import type { LookOrder } from './watcher-owner.ts'

export interface WatcherLinkInit {
  /** The trusted node that this watcher belongs to. */
  readonly owner: PeerIdString
  readonly seen: Pick<SeenView, 'onSeen' | 'cuts'>
  readonly neighbours: Pick<NeighboursView, 'list' | 'hold' | 'release'>
  readonly registry: Pick<RegistryView, 'find'>
  /** Asks a suspect for its copies: GRAFT, or IWANT where its mesh is full. */
  readonly graft?: (peer: PeerIdString) => void
}

export interface WatcherLink extends Part {
  readonly isLinked: () => boolean
  readonly looks: () => LookOrder[]
  readonly start: () => void
  readonly stop: () => Promise<void>
}

const REDIAL_TIMES = { leastMs: 500, mostMs: 30_000 }
const DIAL_TIMEOUT_MS = 10_000

/** A watcher's side: keeps the stream to its owner, tells it what was seen, and follows its orders. */
export function watcherLink(core: Core, init: WatcherLinkInit): WatcherLink {
  const { owner, seen, neighbours, registry } = init
  const orders = new Map<string, LookOrder>()
  const held = new Set<PeerIdString>()
  const underWay = new Set<PeerIdString>()
  const unsubscribe: (() => void)[] = []
  /** Windows that a new link is told of, those first that the one before it may have lost on the way; older ones are beyond any finding. */
  const keptWindows = core.dimensions.evidenceWindows
  const kept: { window: WindowNumber; what: readonly SeenNeighbour[] }[] = []
  /** Of those kept, on this link. */
  let toldCount = 0
  let link: Frames | undefined
  const tries = backOff(core, REDIAL_TIMES)
  let callOff: CallOff | undefined
  let isStopped = true

  const isConnected = (peer: PeerIdString): boolean => neighbours.list().some(neighbour => neighbour.peer === peer && neighbour.state === 'connected')
  const isWanted = (peer: PeerIdString): boolean => [...orders.values()].some(order => order.peer === peer)
  const linked = (): Uint8Array[] => [...held].filter(isConnected).map(peerIdBytes)
  const send = (window: WindowNumber, what: readonly SeenNeighbour[]): boolean => {
    if (link == null) return false
    const entries = what.map(entry => ({ ...entry, peer: peerIdBytes(entry.peer), dimension: core.dimensions.row(entry.dimension).number }))
    for (let from = 0; from === 0 || from < entries.length; from += LIMITS.seen) {
      if (!link.send(messages.watcherUp.encode({ window, seen: entries.slice(from, from + LIMITS.seen), linked: linked() } as never))) return false
    }
    return true
  }
  const tellKept = (): void => {
    const oldest = core.windows.now().window - keptWindows
    while (kept.length > keptWindows || (kept.length > 0 && kept[0]!.window < oldest)) {
      kept.shift()
      toldCount = Math.max(0, toldCount - 1)
    }
    while (toldCount < kept.length && send(kept[toldCount]!.window, kept[toldCount]!.what)) toldCount++
  }
  /** Without a seed the addresses known already have to do. */
  const findAddresses = async (peer: PeerIdString): Promise<void> => {
    try {
      await registry.find([peer])
    } catch (error) {
      core.log('no seed tells where %s is: %e', peer, error)
    }
  }
  const look = async (peer: PeerIdString): Promise<void> => {
    // a peer that is refused has shown its evidence already
    if (underWay.has(peer) || seen.cuts().some(cut => cut.peer === peer)) return
    underWay.add(peer)
    try {
      if (!isConnected(peer)) await findAddresses(peer)
      await neighbours.hold(peer)
      if (isStopped || !isWanted(peer)) neighbours.release(peer)
      else {
        held.add(peer)
        init.graft?.(peer)
        send(core.windows.now().window, [])
      }
    } catch (error) {
      // tried again at the end of the window, for as long as the look lasts
      core.log('no link to the suspect %s: %e', peer, error)
    } finally {
      underWay.delete(peer)
    }
  }
  const obey = (looks: readonly Look[]): void => {
    orders.clear()
    for (const { peer: bytes, dimension: number } of looks) {
      const dimension = core.dimensions.findEvictable(number)
      const peer = peerIdFromBytes(bytes)
      if (dimension != null && peer !== core.self) orders.set(`${number} ${peer}`, { peer, dimension })
    }
    for (const peer of held) {
      if (isWanted(peer)) continue
      held.delete(peer)
      neighbours.release(peer)
    }
    renew()
  }
  const renew = (): void => {
    for (const { peer } of new Map([...orders.values()].map(order => [order.peer, order])).values()) {
      if (held.has(peer) && isConnected(peer)) init.graft?.(peer)
      else void look(peer)
    }
  }
  const connect = async (): Promise<void> => {
    core.budgets.spend('redials')
    const stream = await within(core.health, DIAL_TIMEOUT_MS, async signal => {
      await findAddresses(owner)
      const connection = await core.components.connectionManager.openConnection(toPeerId(owner), { signal })
      return connection.newStream(PROTOCOLS.watch, { signal })
    })
    if (isStopped) {
      stream.abort(new Error('stopped'))
      return
    }
    const opened: Frames = frames(stream, {
      clock: core.clock,
      maxFrameBytes: messages.watcherDown.maxBytes,
      onFrame: frame => {
        // only the owner's first orders show that it takes us
        tries.opened()
        obey(messages.watcherDown.decode(frame).looks)
      },
      onEnd: () => {
        if (link !== opened) return
        link = undefined
        reconnect()
      }
    })
    link = opened
    toldCount = 0
    tellKept()
  }
  const reconnect = (): void => {
    if (isStopped) return
    callOff?.()
    callOff = core.clock.after(tries.pauseMs(), () => {
      connect().catch((error: unknown) => {
        core.log('no link to the owner: %e', error)
        reconnect()
      })
    })
  }
  return {
    isLinked: () => link?.isOpen() === true,
    looks: () => [...orders.values()],
    start: () => {
      isStopped = false
      unsubscribe.push(
        seen.onSeen((window, what) => {
          kept.push({ window, what })
          tellKept()
          renew()
        })
      )
      reconnect()
    },
    stop: async () => {
      isStopped = true
      callOff?.()
      for (const end of unsubscribe.splice(0)) end()
      for (const peer of held) neighbours.release(peer)
      held.clear()
      const open = link
      link = undefined
      await open?.close()
    }
  }
}
