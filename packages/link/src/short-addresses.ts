import { LIMITS } from '@peerwatch/wire'
import { registry } from '@multiformats/multiaddr'

const P2P_CODE = 421
const bounded = new WeakSet<object>()

/**
 * Has this process refuse an address with a peer id longer than any key makes, before it is made text of.
 *
 * Base58 of 8 KB, as one message of libp2p's own identify may hold, takes half a second; its other parts cost no more than their length.
 */
export function refuseLongPeerIds(): void {
  const codec = registry.getProtocol(P2P_CODE)
  if (bounded.has(codec)) return
  const short = {
    ...codec,
    bytesToValue: (bytes: Uint8Array): string => {
      if (bytes.byteLength > LIMITS.peerIdBytes) throw new RangeError(`a peer id of ${bytes.byteLength} bytes, at most ${LIMITS.peerIdBytes}`)
      return codec.bytesToValue?.(bytes) ?? ''
    }
  }
  bounded.add(short)
  registry.addProtocol(short)
}
