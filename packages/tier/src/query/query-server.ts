import { BoundedMap, TOLD_AFTER_WINDOWS } from '@peerwatch/model'
import { messages, PROTOCOLS, QUERY_STATUS } from '@peerwatch/wire'
import { answerer, costLimits, peerIdFromBytes, served } from '@peerwatch/link'
import { standingMessage } from '@peerwatch/peer/parts'
import { HELD } from '../tree/held.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { QueryRequest, QueryResponse } from '@peerwatch/wire'
import type { Answerer, CoarseStanding, Core, Part } from '@peerwatch/link'
import type { TrustTree } from '../tree/trust-tree.ts'

export interface QueryServerInit {
  readonly tree: Pick<TrustTree, 'standing' | 'findReport' | 'onErased'>
  /** Called for each question that the peer's allowance does not cover. */
  readonly onRefused: (peer: PeerIdString) => void
  /** How many questions a peer may ask per second, over all its streams. */
  readonly perSecond?: number
  /** How many questions it may ask at once after a pause. */
  readonly burst?: number
  readonly streamsPerPeer?: number
  readonly streams?: number
}

const ASKERS = 10_000
const REMEMBERED_STANDINGS = 20_000
const CERTIFICATES_BYTES = 400 * 1024
/** What a question counts as. The answer may have 64 KB, or 400 KB. */
const COSTS = { standing: 1, roster: 3, certificates: 100, held: 250 }
/** Each asks up to three others, over the links that reports take too. */
const HELD_AT_ONCE = 16
/** A refused question costs little, but so many in a row are an attack. */
const REFUSALS_MOST = 200

type QueryAnswer = Partial<Omit<QueryResponse, 'id'>>

/** Tells any peer the coarse standing of another, the roster and the certificates; and whether what it reported itself is held. */
export function queryServer(core: Core, init: QueryServerInit): Part {
  const { tree, perSecond = 500, burst = 4_000, streamsPerPeer = 2, streams: streamsMost = 2_048 } = init
  const limits = costLimits({ perSecond, burst, mostKeys: ASKERS, clock: core.clock })
  /** How many refusals each peer got in a row. */
  const refusals = new BoundedMap<PeerIdString, number>(ASKERS)
  const heldOf = heldAnswers(tree)
  let standings = new BoundedMap<string, QueryAnswer>(REMEMBERED_STANDINGS)
  let standingsWindow = -1

  tree.onErased(peer => {
    standings.delete(peer)
  })
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
  /** Answers at once if this node knows the answer: this is what a query costs. */
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
    if (request.heldSubject.byteLength > 0) return heldOf(peer, request)
    const standing = request.standingOf.byteLength > 0 ? standingOf(request.standingOf) : {}
    const found = standing instanceof Promise ? await standing : standing
    if (!request.roster && !request.certificates) return found
    return {
      ...found,
      ...(request.roster && { roster: core.roster.current().encoded }),
      ...(request.certificates && { certificates: fitting(core.certificates.encoded()) })
    }
  }
  const { start, stop } = served<Answerer<QueryResponse>>(core, {
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
  return { start, stop }
}

/** Of the asker's own reports alone: nobody learns what others say. */
function heldAnswers(tree: Pick<TrustTree, 'findReport'>): (author: PeerIdString, asked: QueryRequest) => Promise<QueryAnswer> {
  let heldCount = 0
  return async (author, { heldSubject, heldWindow: window }) => {
    let subject: PeerIdString
    try {
      subject = peerIdFromBytes(heldSubject)
    } catch {
      return { status: QUERY_STATUS.malformed, reason: 'heldSubject is no peer id' }
    }
    if (heldCount >= HELD_AT_ONCE) return { status: QUERY_STATUS.busy, reason: 'others ask' }
    heldCount++
    try {
      const held = await tree.findReport({ subject, author, window })
      return held == null ? { status: QUERY_STATUS.notReady, reason: 'not all who are to hold it can tell' } : { held: HELD[held] }
    } finally {
      heldCount--
    }
  }
}

function costOf({ roster, certificates, heldSubject }: QueryRequest): number {
  return COSTS.standing + (heldSubject.byteLength > 0 ? COSTS.held : 0) + (roster ? COSTS.roster : 0) + (certificates ? COSTS.certificates : 0)
}

/** As many as fit into one frame. */
function fitting(encoded: readonly Uint8Array[]): Uint8Array[] {
  let bytes = 0
  return encoded.slice(0, 100).filter(certificate => (bytes += certificate.byteLength) <= CERTIFICATES_BYTES)
}
