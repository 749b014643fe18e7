import { within } from '@peerwatch/model'
import { messages, PROTOCOLS, QUERY_STATUS } from '@peerwatch/wire'
import { caller, peerIdBytes, reachStream, ServicesError, toPeerId } from '@peerwatch/link'
import { chooseEntries } from '../reporting/entries.ts'
import { toldFrom } from './standing-message.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { QueryRequest, QueryResponse } from '@peerwatch/wire'
import type { Caller, CoarseStanding, Core, Part, RegistryView, Roster } from '@peerwatch/link'

export interface QueryClientInit {
  readonly registry: Pick<RegistryView, 'find'>
  readonly timeoutMs?: number
}

/** Asks the trusted tier over one long-lived stream, to whichever trusted node answers. */
export interface QueryClient extends Part {
  /** Rejects with ServicesError `no-route` where no trusted node answers; one that says that it is busy is not asked again for a second. */
  readonly standing: (peer: PeerIdString) => Promise<CoarseStanding>
  /** Whether this node says that nobody holds a report of ours; undefined where it cannot tell. Keeps no stream: others need it. */
  readonly misses: (node: PeerIdString, subject: PeerIdString, window: WindowNumber) => Promise<boolean | undefined>
}

/** `held` of an answer: nobody has the report. */
const ABSENT = 2
const UNDER_WAY_MOST = 256
const TIMEOUT_MS = 5_000
/** A trusted node that is busy is left alone for so long: asked all the same it would take this node for a flooder, and refuse its reports too. */
const BUSY_PAUSE_MS = 1_000

export function queryClient(core: Core, { registry, timeoutMs = TIMEOUT_MS }: QueryClientInit): QueryClient {
  let order: { readonly roster: Roster | undefined; readonly nodes: readonly PeerIdString[] } = { roster: undefined, nodes: [] }
  const notBeforeMs = new Map<PeerIdString, number>()
  const callers = new Map<PeerIdString, Promise<Caller<QueryRequest, QueryResponse>>>()

  const open = async (node: PeerIdString, onEnd: () => void): Promise<Caller<QueryRequest, QueryResponse>> => {
    const { connectionManager } = core.components
    const stream = await within(core.health, timeoutMs, async signal => {
      if (connectionManager.getConnections(toPeerId(node)).length === 0) await registry.find([node]).catch(() => [])
      signal.throwIfAborted()
      return reachStream(core, node, PROTOCOLS.query, { timeoutMs, signal })
    })
    return caller<QueryRequest, QueryResponse>(stream, {
      clock: core.health,
      request: messages.queryRequest,
      response: messages.queryResponse,
      mostUnderWay: UNDER_WAY_MOST,
      timeoutMs,
      onEnd: fault => {
        if (fault != null && fault !== 'reset') core.emit('peer:fault', { peer: toPeerId(node), protocol: PROTOCOLS.query, what: fault })
        onEnd()
      }
    })
  }
  const callerOf = async (node: PeerIdString): Promise<Caller<QueryRequest, QueryResponse>> => {
    const known = callers.get(node)
    if (known != null) return known
    const forget = (): void => {
      if (callers.get(node) === opening) callers.delete(node)
    }
    const opening = open(node, forget)
    callers.set(node, opening)
    opening.catch(forget)
    return opening
  }
  /** A stream may have ended before it brought the answer; a question can be asked again. */
  const askOne = async (node: PeerIdString, request: Partial<Omit<QueryRequest, 'id'>>): Promise<QueryResponse> => {
    try {
      return await (await callerOf(node)).call(request)
    } catch (error) {
      if (!(error instanceof ServicesError && error.code === 'closed')) throw error
      return (await callerOf(node)).call(request)
    }
  }
  /** Worked out once per roster: the hashes cost more than a question. */
  const inOrder = (): readonly PeerIdString[] => {
    const roster = core.roster.current()
    if (order.roster !== roster) {
      order = { roster, nodes: chooseEntries(core.self, roster.version, roster.trusted, roster.trusted.length) }
      notBeforeMs.clear()
    }
    return order.nodes
  }
  const ask = async (request: Partial<Omit<QueryRequest, 'id'>>): Promise<QueryResponse> => {
    let last: unknown
    for (const node of inOrder()) {
      if ((notBeforeMs.get(node) ?? -Infinity) > core.clock.monotonicMs()) {
        last ??= new ServicesError('refused', 'busy')
        continue
      }
      try {
        const response = await askOne(node, request)
        if (response.status === QUERY_STATUS.done) return response
        if (response.status === QUERY_STATUS.busy) notBeforeMs.set(node, core.clock.monotonicMs() + BUSY_PAUSE_MS)
        last = new ServicesError('refused', response.reason)
      } catch (error) {
        last = error
      }
    }
    throw new ServicesError('no-route', `none of ${order.nodes.length} trusted nodes answered a query`, { cause: last })
  }
  return {
    misses: async (node, subject, heldWindow) => {
      try {
        const asking = await open(node, () => {})
        const { held } = await asking.call({ heldSubject: peerIdBytes(subject), heldWindow }).finally(() => void asking.close())
        return held === 0 ? undefined : held === ABSENT
      } catch {
        return undefined
      }
    },
    standing: async peer => toldFrom(await ask({ standingOf: peerIdBytes(peer) })),
    stop: async () => {
      for (const opening of callers.values()) await opening.then(async asking => asking.close()).catch(() => undefined)
    }
  }
}
