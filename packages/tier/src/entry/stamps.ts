import { messages } from '@peerwatch/wire'
import { BoundedMap } from '@peerwatch/model'
import { isSignedBy, peekSigned, peerIdFromBytes } from '@peerwatch/link'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

/** What a seed vouched for. */
export interface Stamp {
  readonly peer: PeerIdString
  readonly group: string
  readonly firstWindow: WindowNumber
}

type CheckedStamp = Stamp | 'unknown-seed' | undefined

/** Stamps by their bytes. Every report carries one, but the node checks each only once. */
export interface StampBook {
  /**
   * The stamp, if its signer is a seed of the current roster or was one in this window of its report. Otherwise `unknown-seed`, which blames nobody: one
   * of the two nodes has an older roster. Answers at once for a stamp that was checked before.
   */
  readonly check: (encoded: Uint8Array, window: WindowNumber) => CheckedStamp | Promise<CheckedStamp>
  /** Reads a stamp that was checked before it was stored. */
  readonly read: (encoded: Uint8Array) => Stamp | undefined
  /** Forgets the stamps of this peer. */
  readonly forget: (peer: PeerIdString) => void
}

const REMEMBERED = 20_000
const GROUP_MOST = 64

export function stampBook(core: Core): StampBook {
  const checked = new BoundedMap<string, Pick<OpenedStamp, 'signer' | 'stamp'>>(REMEMBERED)
  return {
    check: (encoded, window) => {
      const key = keyOf(encoded)
      const known = checked.peek(key)
      if (known != null) return core.roster.isStampedBy(known.signer, window) ? known.stamp : 'unknown-seed'
      const opened = open(encoded)
      if (opened == null) return undefined
      const { signer, payload, signature, stamp } = opened
      if (!core.roster.isStampedBy(signer, window)) return 'unknown-seed'
      return isSignedBy(signer, 'stamp', core.network.id, payload, signature).then(isRight => {
        if (!isRight) return undefined
        checked.set(key, { signer, stamp })
        return stamp
      })
    },
    forget: peer => {
      for (const [key, { stamp }] of checked.entries()) if (stamp.peer === peer) checked.delete(key)
    },
    read: encoded => (checked.peek(keyOf(encoded)) ?? open(encoded))?.stamp
  }
}

function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

interface OpenedStamp {
  readonly signer: PeerIdString
  readonly payload: Uint8Array
  readonly signature: Uint8Array
  readonly stamp: Stamp
}

function open(encoded: Uint8Array): OpenedStamp | undefined {
  try {
    const { signer, payload, signature } = peekSigned(encoded)
    const { peer, group, firstWindow } = messages.stamp.decode(payload)
    if (group.length === 0 || group.length > GROUP_MOST) return undefined
    return { signer, payload, signature, stamp: { peer: peerIdFromBytes(peer), group, firstWindow } }
  } catch {
    return undefined
  }
}
