import type { PeerIdString, Place } from '@peerwatch/model'

/** A report by its slot: of one author about one subject in one window there is but one. */
export interface Slot {
  readonly author: string
  readonly subject: string
  readonly window: number
}

/** What one trusted node has on its disk. */
export interface Disk {
  readonly node: PeerIdString
  /** Records by slot; none of epochs at or below the floor. */
  readonly held: ReadonlyMap<string, Stored>
  /** Records of epochs at or below it are gone, and are to be. */
  readonly floor: number
}

export interface Stored {
  readonly place: Place
  readonly epoch: number
  readonly ids: readonly string[]
}

/** What is acknowledged, by the slot that it has on disk. */
export interface Due {
  readonly slot: string
  readonly place: Place
  readonly epoch: number
}

export interface Compared {
  /** Acknowledged, and missing at too many candidates for every complete read to find it. */
  readonly lost: readonly string[]
  /** Held by one candidate, and not by an owner or first copy. */
  readonly unequal: readonly { readonly slot: string; readonly lacks: readonly PeerIdString[] }[]
  /** Held by a node that is no candidate. */
  readonly surplus: readonly { readonly slot: string; readonly node: PeerIdString }[]
}

export function slotText({ author, subject, window }: Slot): string {
  return `${author} ${subject} ${window}`
}

/**
 * Whether the candidates of each place hold what they should, and nobody else does.
 *
 * @param candidates - of a place, owner first
 * @param copies - the first so many hold all that any of them has
 */
export function compared(due: readonly Due[], disks: readonly Disk[], candidates: (place: Place) => readonly PeerIdString[], copies: number): Compared {
  const floor = Math.max(-1, ...disks.map(disk => disk.floor))
  const byNode = new Map(disks.map(disk => [disk.node, disk]))
  const has = (node: PeerIdString, slot: string): boolean => byNode.get(node)?.held.has(slot) === true
  const lost = due.filter(({ slot, place, epoch }) => {
    const list = candidates(place)
    // a complete read asks all but copies − 1 of them
    return epoch > floor && list.filter(node => has(node, slot)).length < Math.min(copies, list.length)
  })
  const all = new Map(disks.flatMap(({ held }) => [...held]))
  const unequal = [...all].flatMap(([slot, { place, epoch }]) => {
    const list = candidates(place)
    if (epoch <= floor || !list.some(node => has(node, slot))) return []
    const ids = new Set(list.flatMap(node => byNode.get(node)?.held.get(slot)?.ids ?? []))
    const lacks = list.slice(0, copies).filter(node => (byNode.get(node)?.held.get(slot)?.ids.length ?? 0) < Math.min(2, ids.size))
    return lacks.length === 0 ? [] : [{ slot, lacks }]
  })
  const surplus = disks.flatMap(({ node, held }) =>
    [...held].flatMap(([slot, { place, epoch }]) => (epoch <= floor || candidates(place).includes(node) ? [] : [{ slot, node }]))
  )
  return { lost: lost.map(({ slot }) => slot), unequal, surplus }
}
