import { STAMP_TOLERANCE_WINDOWS } from '@peerwatch/model'
import { LIMITS, messages, PROTOCOLS, WireError } from '@peerwatch/wire'
import { openSigned, peekSigned, peerIdFromBytes, ServicesError, toPeerId } from '@peerwatch/link'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

interface KeptStamp {
  readonly encoded: Uint8Array
  readonly seed: PeerIdString
  readonly firstWindow: WindowNumber
}

/** The stamps that seeds signed for this node's registrations. */
export interface Stamps {
  /** Throws for a stamp that the seed did not sign for this node, and blames it. */
  readonly keep: (seed: PeerIdString, encoded: Uint8Array) => Promise<void>
  /** The newest that holds for this window, or the newest of all. */
  readonly find: (window?: WindowNumber) => Uint8Array | undefined
}

/** Of several seeds, and of registrations before a removal. */
const STAMPS_KEPT = 8

export function stamps(core: Core): Stamps {
  /** Oldest first. A stamp holds from its first window on: a node that was removed and came back has the one before for what it saw before. */
  let kept: readonly KeptStamp[] = []

  const firstWindowOf = async (seed: PeerIdString, encoded: Uint8Array): Promise<WindowNumber> => {
    const { signer, firstWindow } = await openStamp(core, encoded, core.self)
    if (signer !== seed) throw new ServicesError('bad-signature', `a stamp that ${seed} did not sign`)
    return firstWindow
  }
  return {
    keep: async (seed, encoded) => {
      if (encoded.byteLength === 0) return
      try {
        const firstWindow = await firstWindowOf(seed, encoded)
        kept = [...kept.filter(known => known.firstWindow !== firstWindow), { encoded, seed, firstWindow }].slice(-STAMPS_KEPT)
      } catch (error) {
        core.emit('peer:fault', { peer: toPeerId(seed), protocol: PROTOCOLS.registry, what: 'bad-stamp' })
        throw error
      }
    },
    find: window => {
      // an entry takes no word of a seed that the roster has no more
      const current = kept.filter(({ seed }) => core.roster.isSeed(seed))
      return (window == null ? current.at(-1) : holdingAt(current, window, core.windows.now().window))?.encoded
    }
  }
}

/** The newest that holds for this window. */
function holdingAt(kept: readonly KeptStamp[], window: WindowNumber, nowWindow: WindowNumber): KeptStamp | undefined {
  return (
    kept.findLast(({ firstWindow }) => firstWindow <= window) ??
    kept.findLast(({ firstWindow }) => firstWindow <= window + STAMP_TOLERANCE_WINDOWS) ??
    // of a seed whose clock is ahead: entries know that it says nothing of this node
    kept.findLast(({ firstWindow }) => firstWindow > nowWindow + STAMP_TOLERANCE_WINDOWS)
  )
}

/** Opens what a seed signed about where a peer is. Throws for anything else than a stamp of this peer by a seed. */
export async function openStamp(
  core: Core,
  encoded: Uint8Array,
  about: PeerIdString
): Promise<{ readonly signer: PeerIdString; readonly group: string; readonly firstWindow: WindowNumber }> {
  if (encoded.byteLength > LIMITS.stampBytes) throw new WireError('too-long', `stamp of ${encoded.byteLength} bytes`)
  const { signer, payload } = peekSigned(encoded)
  const { peer, group, firstWindow } = messages.stamp.decode(payload)
  // of two rosters one is older: that is no fault of who hands it on
  if (!core.roster.isSeed(signer)) throw new ServicesError('refused', `a stamp by ${signer}, which is no seed here`)
  if (peerIdFromBytes(peer) !== about) throw new ServicesError('bad-signature', `a stamp of ${peerIdFromBytes(peer)}, not of ${about}`)
  await openSigned('stamp', core.network.id, encoded)
  return { signer, group, firstWindow }
}
