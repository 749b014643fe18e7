import { APPEAL_STATUS, messages, PROTOCOLS } from '@peerwatch/wire'
import { answerer, costLimits, groupOf, served } from '@peerwatch/link'
import type { Connection } from '@libp2p/interface'
import type { AppealRequest, AppealResponse } from '@peerwatch/wire'
import type { Answerer, Core, CostLimitsInit, Part } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'

/** How often one group may ask. */
const QUESTION_EVERY_MS = 10_000
const QUESTIONS: Questions = { perSecond: 1_000 / QUESTION_EVERY_MS, burst: 12, mostKeys: 4_096 }
const MOST_STREAMS = 64

type Questions = Omit<CostLimitsInit, 'clock'>

/** Tells a peer whether it is evicted here, and shows it the certificate. The answer is about the asker alone, never about another peer. */
export function appealServer(core: Core, questions: Questions = QUESTIONS): Part {
  const limits = costLimits({ ...questions, clock: core.clock })
  const answer = (peer: PeerIdString, { remoteAddr }: Connection): Partial<Omit<AppealResponse, 'id'>> => {
    const { encoded, scope } = core.roster.current()
    if (!limits.take(groupOf(remoteAddr, scope, peer), 1)) return { status: APPEAL_STATUS.tooFast }
    const held = core.certificates.inForce(peer)
    if (held == null || core.certificates.evicted(peer) == null) return { status: APPEAL_STATUS.notEvicted, roster: encoded }
    return { status: APPEAL_STATUS.evicted, certificate: held.encoded, roster: encoded }
  }
  const { start, stop } = served<Answerer<AppealResponse>>(core, {
    protocol: PROTOCOLS.appeal,
    streamsPerPeer: 1,
    streams: MOST_STREAMS,
    newest: 'refused',
    serve: ({ stream, peer, connection, onEnd }) =>
      answerer<AppealRequest, AppealResponse>(stream, {
        clock: core.health,
        request: messages.appealRequest,
        response: messages.appealResponse,
        answer: async () => answer(peer, connection),
        onEnd
      })
  })
  return { beforeStart: start, stop }
}
