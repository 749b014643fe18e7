import { createHash } from 'node:crypto'
import { peerIdBytes } from '@peerwatch/link'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core, KnownPeer } from '@peerwatch/link'

/** Guests look for nobody. So some nodes take each of them on, beside the links they want: this node's are its wards. */
export interface Wards {
  /** Whether this guest is one of them, listed or not. */
  readonly has: (guest: PeerIdString) => boolean
  /** Whether to look at a list for them, though no link is missing. */
  readonly isDue: () => boolean
  /** This node's among the listed peers, as many as there is room for. */
  readonly among: (listed: readonly KnownPeer[], room: number) => KnownPeer[]
}

export interface WardsInit {
  /** Registered peers, without roster members. */
  readonly peersCount: () => number
}

/** Nodes that take on a guest. More: it is seen by more from the start, at a link each. With 8 chosen by hash, none is chosen for 1 guest in 3,000. */
const CARERS_COUNT = 8
/** Links may end and guests come late; a list costs a signature for each entry. */
const LOOKED_AFTER_WINDOWS = { least: 5, most: 10 }

export function wards(core: Core, { peersCount }: WardsInit): Wards {
  const { least, most } = LOOKED_AFTER_WINDOWS
  let lookedWindow: WindowNumber = core.windows.now().window
  /** Drawn anew each time: what befell all at once made all of them look, and they would look together ever after. */
  let pauseWindows = Math.ceil(core.rng() * most)
  return {
    has: guest => isWard(core.self, guest, peersCount()),
    // a clock that was far ahead is set back
    isDue: () => Math.abs(core.windows.now().window - lookedWindow) >= pauseWindows,
    among: (listed, room) => {
      lookedWindow = core.windows.now().window
      pauseWindows = least + Math.floor(core.rng() * (most - least + 1))
      return listed.filter(({ peer, guest }) => guest && isWard(core.self, peer, peersCount())).slice(0, Math.max(0, room))
    }
  }
}

/** Whether this guest falls to that node: the same answer every time, and yes for about 8 nodes of all. Nobody has to ask who the others are. */
export function isWard(node: PeerIdString, guest: PeerIdString, peersCount: number): boolean {
  const hash = createHash('sha256').update(peerIdBytes(node)).update(peerIdBytes(guest)).digest()
  return hash.readUInt32BE(0) * Math.max(1, peersCount) < CARERS_COUNT * 2 ** 32
}
