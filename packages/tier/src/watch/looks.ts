import { peerIdFromBytes } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Look } from '@peerwatch/wire'
import type { Core, NeighboursView, RegistryView, SeenView } from '@peerwatch/link'
import type { LookOrder } from './watcher-owner.ts'

export interface LooksInit {
  readonly seen: Pick<SeenView, 'cuts'>
  readonly neighbours: Pick<NeighboursView, 'list' | 'hold' | 'release'>
  readonly registry: Pick<RegistryView, 'find'>
  /** Asks a suspect for its copies: by GRAFT, or by IWANT if the suspect's mesh is full. */
  readonly graft: ((peer: PeerIdString) => void) | undefined
  /** Called when a link to a suspect has come. */
  readonly onLinked: () => void
}

/** The suspects that this watcher is to look at, and the links that it holds to them for that. */
export interface Looks {
  readonly list: () => LookOrder[]
  /** Follows the owner's orders, which replace those before. */
  readonly obey: (looks: readonly Look[]) => void
  /** Tries again whatever has failed. */
  readonly renew: () => void
  readonly linked: () => PeerIdString[]
  readonly start: () => void
  readonly stop: () => void
}

export function looks(core: Core, { seen, neighbours, registry, graft, onLinked }: LooksInit): Looks {
  const orders = new Map<string, LookOrder>()
  const held = new Set<PeerIdString>()
  const underWay = new Set<PeerIdString>()
  let isStopped = true

  const isConnected = (peer: PeerIdString): boolean => neighbours.list().some(neighbour => neighbour.peer === peer && neighbour.state === 'connected')
  const isWanted = (peer: PeerIdString): boolean => [...orders.values()].some(order => order.peer === peer)
  const look = async (peer: PeerIdString): Promise<void> => {
    // a peer that is refused has shown its evidence already
    if (underWay.has(peer) || seen.cuts().some(cut => cut.peer === peer)) return
    underWay.add(peer)
    try {
      if (!isConnected(peer)) await findAddresses(core, registry, peer)
      await neighbours.hold(peer)
      if (isStopped || !isWanted(peer)) neighbours.release(peer)
      else {
        held.add(peer)
        graft?.(peer)
        onLinked()
      }
    } catch (error) {
      // tried again at the end of the window, for as long as the look lasts
      core.log('no link to the suspect %s: %e', peer, error)
    } finally {
      underWay.delete(peer)
    }
  }
  const renew = (): void => {
    for (const { peer } of new Map([...orders.values()].map(order => [order.peer, order])).values()) {
      if (held.has(peer) && isConnected(peer)) graft?.(peer)
      else void look(peer)
    }
  }
  return {
    list: () => [...orders.values()],
    obey: ordered => {
      orders.clear()
      for (const { peer: bytes, dimension: number } of ordered) {
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
    },
    renew,
    linked: () => [...held].filter(isConnected),
    start: () => {
      isStopped = false
    },
    stop: () => {
      isStopped = true
      for (const peer of held) neighbours.release(peer)
      held.clear()
    }
  }
}

/** Without a seed, the addresses that are known already have to do. */
export async function findAddresses(core: Core, registry: Pick<RegistryView, 'find'>, peer: PeerIdString): Promise<void> {
  try {
    await registry.find([peer])
  } catch (error) {
    core.log('no seed tells where %s is: %e', peer, error)
  }
}
