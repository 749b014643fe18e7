import { PROTOCOLS } from '@peerwatch/wire'
import { BoundedMap } from '@peerwatch/model'
import { peerIdText, served } from '@peerwatch/link'
import { reportChecks } from './report-checks.ts'
import { reportStream } from './report-stream.ts'
import type { Connection } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { AnswerCode } from '@peerwatch/wire'
import type { Core, Part } from '@peerwatch/link'
import type { RegisteredPeers } from './registered-peers.ts'
import type { ReportStream } from './report-stream.ts'
import type { TrustTree } from '../tree/trust-tree.ts'

export interface EntryLimits {
  /** How many reports of one stream may wait for an answer. More: faster over long links, but more memory. */
  readonly credits: number
  /** One for reports, one that asks for the time, and one that has just ended on the other side. */
  readonly streamsPerPeer: number
  readonly streams: number
  /** How many reports may be under way over all streams. The answer to any further one is `busy`. */
  readonly underWay: number
  /** After so many faults the entry cuts the sender's stream and refuses further ones. It forgets one fault per window. */
  readonly faults: number
}

export const ENTRY_LIMITS: EntryLimits = Object.freeze({ credits: 512, streamsPerPeer: 3, streams: 2_048, underWay: 8_192, faults: 32 })

export interface EntryInit {
  readonly tree: Pick<TrustTree, 'parser' | 'stamps' | 'clocks' | 'write' | 'onErased'>
  readonly registered: RegisteredPeers
  readonly limits?: Partial<EntryLimits>
}

const OFFENDERS = 10_000

/** Where peers bring their reports. */
export function reportEntry(core: Core, init: EntryInit): Part {
  const limits = { ...ENTRY_LIMITS, ...init.limits }
  const { parser, stamps, clocks, write, onErased } = init.tree
  const check = reportChecks(core, { parser, stamps, clocks, write, onErased, registered: init.registered })
  const offences = new BoundedMap<PeerIdString, { count: number; window: number }>(OFFENDERS)
  let underWay = 0
  onErased(peer => {
    offences.delete(peer)
  })

  const offencesOf = (peer: PeerIdString): number => {
    const found = offences.get(peer)
    return found == null ? 0 : Math.max(0, found.count - (core.windows.now().window - found.window))
  }
  /** Returns true if that was one fault too many. */
  const fault = (connection: Connection, what: string): boolean => {
    const peer = peerIdText(connection.remotePeer)
    core.emit('peer:fault', { peer: connection.remotePeer, protocol: PROTOCOLS.report, what })
    const count = offencesOf(peer) + 1
    offences.set(peer, { count, window: core.windows.now().window })
    return count > limits.faults
  }
  const checked = async (peer: PeerIdString, encoded: Uint8Array): Promise<AnswerCode> => {
    if (underWay >= limits.underWay) return 'busy'
    underWay++
    try {
      return await check(peer, encoded)
    } finally {
      underWay--
    }
  }
  const { start, stop } = served<ReportStream>(core, {
    protocol: PROTOCOLS.report,
    streamsPerPeer: limits.streamsPerPeer,
    streams: limits.streams,
    newest: 'refused',
    admits: peer => offencesOf(peer) < limits.faults,
    onFault: fault,
    serve: ({ stream, peer, connection, onEnd }) =>
      reportStream(core, stream, {
        peer: connection.remotePeer,
        credits: limits.credits,
        check: async encoded => checked(peer, encoded),
        fault: what => fault(connection, what),
        onEnd
      })
  })
  // it starts once the tree can take reports
  return { start, stop }
}
