import { messages } from '@peerwatch/wire'
import { BoundedMap, openSigned, peekSigned, peerIdFromBytes, ServicesError } from '@peerwatch/link'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

/** Peers of which a trusted node signed that it saw them fail: no one is sent to them, and they are sent to no one. */
export interface Shunned {
  /** True where it shuns somebody, or for longer. Throws for what no trusted node signed just now. */
  readonly accept: (finding: Uint8Array) => Promise<boolean>
  readonly has: (peer: PeerIdString) => boolean
}

const FAILED = 1
/** Without a certificate it lapses after so many windows. Source: docs/design.md, "From observations to eviction". */
const SHUNNED_WINDOWS = 3
const AHEAD_WINDOWS = 2
const SHUNNED_MOST = 10_000

export function shunned(core: Core): Shunned {
  const until = new BoundedMap<PeerIdString, WindowNumber>(SHUNNED_MOST)
  return {
    accept: async encoded => {
      const { signer, payload } = peekSigned(encoded)
      if (!core.roster.isTrusted(signer)) throw new ServicesError('bad-signature', `a finding by ${signer}, which is no trusted node`)
      const { subject, outcome, window } = messages.finding.decode(payload)
      const now = core.windows.now().window
      if (outcome !== FAILED || window + SHUNNED_WINDOWS < now || window > now + AHEAD_WINDOWS) return false
      const peer = peerIdFromBytes(subject)
      if (core.roster.isMember(peer) || (until.get(peer) ?? 0) >= window + SHUNNED_WINDOWS) return false
      await openSigned('finding', core.network.id, encoded)
      until.set(peer, window + SHUNNED_WINDOWS)
      return true
    },
    has: peer => (until.get(peer) ?? -1) >= core.windows.now().window
  }
}
