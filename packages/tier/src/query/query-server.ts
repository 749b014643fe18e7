import { BoundedMap, TOLD_AFTER_WINDOWS } from '@peerwatch/model'
import { messages, PROTOCOLS, QUERY_STATUS } from '@peerwatch/wire'
import { answerer, costLimits, peerIdFromBytes, served } from '@peerwatch/link'
import { standingMessage } from '@peerwatch/peer/parts'
import type { PeerIdString } from '@peerwatch/model'
import type { QueryRequest, QueryResponse } from '@peerwatch/wire'
import type { Answerer, CoarseStanding, Core, Part } from '@peerwatch/link'
import type { TrustTree } from '../tree/trust-tree.ts'

export interface QueryServerInit {
  readonly tree: Pick<TrustTree, 'standing'>
  /** Told of each question that a peer's allowance does not cover. */
  readonly onRefused: (peer: PeerIdString) => void
  /** Questions a peer may ask per second, over all its streams. */
  readonly perSecond?: number
  /** Questions it may ask at once after a pause. */
  readonly burst?: number
  readonly streamsPerPeer?: number
  readonly streams?: number
}

const ASKERS = 10_000
const REMEMBERED_STANDINGS = 20_000
const CERTIFICATES_BYTES = 400 * 1024
/** What a question counts as: what it is answered with may be 64 KB, or 400. */
const COSTS = { standing: 1, roster: 3, certificates: 100 }
/** A refused question costs little; so many in a row are an attack. */
const REFUSALS_MOST = 200

type QueryAnswer = Partial<Omit<QueryResponse, 'id'>>

/** Tells any peer the coarse standing of another, the roster and the certificates. */
export function queryServer(core: Core, init: QueryServerInit): Part & { readonly streams: () => number } {
  const { tree, perSecond = 500, burst = 4_000, streamsPerPeer = 2, streams: streamsMost = 2_048 } = init
  const limits = costLimits({ perSecond, burst, mostKeys: ASKERS, clock: core.clock })
  /** In a row. */
  const refusals = new BoundedMap<PeerIdString, number>(ASKERS)
  let standings = new BoundedMap<string, QueryAnswer>(REMEMBERED_STANDINGS)
  let standingsWindow = -1

  const allow = (peer: PeerIdString, cost: number): boolean => {
    const isGranted = limits.take(peer, cost)
    if (isGranted) refusals.delete(peer)
    else {
      refusals.set(peer, (refusals.get(peer) ?? 0) + 1)
      init.onRefused(peer)
    }
    return isGranted
  }
  const evicted = (): QueryAnswer => ({ ...standingMessage({ state: 'evicted', reputation: 0, window: core.windows.now().window - TOLD_AFTER_WINDOWS }) })
  const remember = (key: string, told: CoarseStanding | undefined): QueryAnswer => {
    if (told == null) return { status: QUERY_STATUS.notReady, reason: 'nobody who holds its reports can be reached' }
    const answer = standingMessage(told)
    standings.set(key, answer)
    return answer
  }
  /** At once where the answer is known here: this is what a query costs. */
  const standingOf = (bytes: Uint8Array): QueryAnswer | Promise<QueryAnswer> => {
    const { window } = core.windows.now()
    if (window !== standingsWindow) {
      standings = new BoundedMap(REMEMBERED_STANDINGS)
      standingsWindow = window
    }
    let subject: PeerIdString
    try {
      subject = peerIdFromBytes(bytes)
    } catch {
      return { status: QUERY_STATUS.malformed, reason: 'standingOf is no peer id' }
    }
    if (core.certificates.evicted(subject) != null) return evicted()
    const known = standings.get(subject)
    if (known != null) return known
    const told = tree.standing(subject)
    return told instanceof Promise ? told.then(found => remember(subject, found)) : remember(subject, told)
  }
  const answer = async (peer: PeerIdString, request: QueryRequest): Promise<QueryAnswer> => {
    if (!allow(peer, costOf(request))) return { status: QUERY_STATUS.busy, reason: `more than ${perSecond} questions per second` }
    const standing = request.standingOf.byteLength > 0 ? standingOf(request.standingOf) : {}
    const found = standing instanceof Promise ? await standing : standing
    if (!request.roster && !request.certificates) return found
    return {
      ...found,
      ...(request.roster && { roster: core.roster.current().encoded }),
      ...(request.certificates && { certificates: fitting(core.certificates.encoded()) })
    }
  }
  const { count, start, stop } = served<Answerer<QueryResponse>>(core, {
    protocol: PROTOCOLS.query,
    streamsPerPeer,
    streams: streamsMost,
    newest: 'refused',
    serve: ({ stream, peer, connection, onEnd }) => {
      const answering: Answerer<QueryResponse> = answerer<QueryRequest, QueryResponse>(stream, {
        clock: core.health,
        request: messages.queryRequest,
        response: messages.queryResponse,
        answer: async request => {
          const answered = await answer(peer, request)
          if ((refusals.get(peer) ?? 0) > REFUSALS_MOST) {
            core.emit('peer:fault', { peer: connection.remotePeer, protocol: PROTOCOLS.query, what: 'query-rate' })
            answering.abort('malformed')
          }
          return answered
        },
        onEnd
      })
      return answering
    }
  })
  return { streams: count, start, stop }
}

function costOf({ roster, certificates }: QueryRequest): number {
  return COSTS.standing + (roster ? COSTS.roster : 0) + (certificates ? COSTS.certificates : 0)
}

/** As many as go into one frame. */
function fitting(encoded: readonly Uint8Array[]): Uint8Array[] {
  let bytes = 0
  return encoded.slice(0, 100).filter(certificate => (bytes += certificate.byteLength) <= CERTIFICATES_BYTES)
}
