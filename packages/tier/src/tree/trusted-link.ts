import { groupCommit, within } from '@peerwatch/model'
import { backOff, caller, makeCall, reachStream, ServicesError, toPeerId } from '@peerwatch/link'
import { exchange } from './exchange.ts'
import { recordMessage } from './tree-record.ts'
import type { Stream } from '@libp2p/interface'
import type { CallOff, PeerIdString } from '@peerwatch/model'
import type { RecordMessage, TreeHello, TreeRequest } from '@peerwatch/wire'
import type { AnswerOf, AskOf, Core, RegistryView } from '@peerwatch/link'
import type { TierCalls, TierTable } from './calls.ts'
import type { TreeCaller } from './exchange.ts'
import type { TreeRecord, WriteOutcome } from './tree-record.ts'
import type { Views } from './views.ts'

/** A request without the view, which goes in before it is sent. */
export type BareRequest = Partial<Omit<TreeRequest, 'id' | 'view'>>

export interface LinkTimes {
  /** How often a hello goes. It carries the load, and is the ping. */
  readonly pingEveryMs: number
  readonly callTimeoutMs: number
  readonly dialTimeoutMs: number
  readonly leastBackoffMs: number
  readonly mostBackoffMs: number
}

/** What a link needs of the tier around it. */
export interface LinkInit<Rows extends TierCalls> {
  readonly table: TierTable<Rows>
  readonly registry: Pick<RegistryView, 'find'>
  readonly times: LinkTimes
  readonly view: Pick<Views, 'withView' | 'merge'>
  readonly onUp: () => void
  readonly onDown: () => void
}

/** The asking side of the long-lived stream to one other trusted node. It dials again whenever the stream ends. */
export interface TrustedLink<Rows extends TierCalls = TierCalls> {
  readonly peer: PeerIdString
  /** False once the stream ended or a call got no answer, until the next answer. */
  readonly isUp: () => boolean
  /**
   * Makes a call of the table. If the other side has another view, the link merges that view, shows its own and asks once more. Rejects with
   * ServicesError: `refused` if the other side says no, another code if no answer came.
   */
  readonly call: <Name extends keyof Rows & string>(name: Name, ask: AskOf<Rows, Name>) => Promise<AnswerOf<Rows, Name>>
  /** Writes one record there; many records share a frame. `isCopy`: it was written before. */
  readonly put: (record: TreeRecord, isCopy?: boolean) => Promise<WriteOutcome>
  readonly load: () => number | undefined
  /** How long the other side took to answer the newest hello. Undefined: it has answered none. */
  readonly answerMs: () => number | undefined
  /** Says hello now, without waiting for the next ping. Resolves when it is answered, or is not. */
  readonly greet: () => Promise<void>
  /** Dials now, without waiting for the end of the pause: the other side was heard of. */
  readonly nudge: () => void
  readonly start: () => void
  readonly stop: () => Promise<void>
}

/** An empty hello: the sender fills in what is true at that time. */
const TO_FILL: TreeHello = { roster: new Uint8Array(), tokens: [], reportsPerSecond: 0, window: 0, windowOffsetMs: 0, settledRoster: 0 }
const FRAME_RECORDS = 256
const FRAME_BYTES = 400 * 1024
/** For each record, beside its payload. */
const RECORD_OVERHEAD_BYTES = 60
const FRAMES_UNDER_WAY = 8
const QUEUED_MOST = 16_384
const CALLS_UNDER_WAY = 1024

export function trustedLink<Rows extends TierCalls>(core: Core, peer: PeerIdString, init: LinkInit<Rows>): TrustedLink<Rows> {
  const { table, times } = init
  const exchanging = exchange(peer, { ...init.view, clock: core.clock, health: core.health, onUp: init.onUp, onDown: init.onDown })
  const tries = backOff(core, { leastMs: times.leastBackoffMs, mostMs: times.mostBackoffMs })
  let callOffRetry: CallOff | undefined
  let callOffPing: CallOff | undefined
  let dialling: AbortController | undefined
  let isStopped = true

  const tierRows: TierTable = table
  const byName = { peer, exchange: exchanging.ask }
  const put = recordPuts(async records => makeCall(core, tierRows, byName, 'write', { records }))

  const ping = (): void => {
    callOffPing = core.clock.after(times.pingEveryMs, () => {
      if (exchanging.current() == null) return
      // what it answers, or that it does not, is noted there
      exchanging.ask({ hello: TO_FILL }).then(ping, ping)
    })
  }
  const ended = (): void => {
    callOffPing?.()
    exchanging.leave()
    // what it ended for is over first, and goes on to the pause by itself
    if (dialling == null) later()
  }
  const later = (): void => {
    callOffRetry?.()
    if (isStopped || exchanging.current() != null) return
    callOffRetry = core.clock.after(tries.pauseMs(), dial)
  }
  const connect = async (): Promise<void> => {
    dialling = new AbortController()
    const stream = await within(core.health, times.dialTimeoutMs, async signal => openStream(core, peer, init, signal), dialling.signal)
    if (isStopped) {
      stream.abort(new Error('stopped'))
      return
    }
    const opened: TreeCaller = caller(stream, {
      clock: core.health,
      request: table.request,
      response: table.response,
      mostUnderWay: CALLS_UNDER_WAY,
      timeoutMs: times.callTimeoutMs,
      onEnd: fault => {
        if (fault != null && fault !== 'reset') core.emit('peer:fault', { peer: toPeerId(peer), protocol: table.protocol, what: fault })
        if (exchanging.current() === opened) ended()
      }
    })
    exchanging.use(opened)
    await exchanging.introduce().catch(() => undefined)
    if (exchanging.current() !== opened) return
    if (exchanging.isUp()) tries.opened()
    ping()
  }
  const dial = (): void => {
    callOffRetry?.()
    if (isStopped || exchanging.current() != null || dialling != null) return
    connect()
      .catch((error: unknown) => {
        core.log('tree link to %s: %s', peer, error)
      })
      .finally(() => {
        dialling = undefined
        if (exchanging.current() == null) later()
      })
  }
  return {
    peer,
    isUp: exchanging.isUp,
    call: async (name, value) => makeCall(core, table, byName, name, value),
    put,
    load: exchanging.load,
    answerMs: exchanging.answerMs,
    greet: async () => {
      if (exchanging.current() != null) await exchanging.ask({ hello: TO_FILL }).catch(() => {})
    },
    nudge: dial,
    start: () => {
      isStopped = false
      dial()
    },
    stop: async () => {
      isStopped = true
      callOffRetry?.()
      callOffPing?.()
      dialling?.abort()
      await exchanging.leave()?.close()
    }
  }
}

async function openStream(
  core: Core,
  peer: PeerIdString,
  { registry, table, times }: Pick<LinkInit<TierCalls>, 'registry' | 'table' | 'times'>,
  signal: AbortSignal
): Promise<Stream> {
  core.budgets.spend('redials')
  const { connectionManager } = core.components
  // Where no seed answers, the peer store may know the address from an earlier run.
  if (connectionManager.getConnections(toPeerId(peer)).length === 0) await registry.find([peer]).catch(() => [])
  signal.throwIfAborted()
  return reachStream(core, peer, table.protocol, { timeoutMs: times.dialTimeoutMs, signal })
}

/** Sends many records in one frame. */
function recordPuts(putBatch: (records: RecordMessage[]) => Promise<WriteOutcome[]>): TrustedLink['put'] {
  const puts = groupCommit<RecordMessage, WriteOutcome>({
    mostItems: FRAME_RECORDS,
    mostWeight: FRAME_BYTES,
    weightOf: ({ payload }) => payload.byteLength + RECORD_OVERHEAD_BYTES,
    concurrency: FRAMES_UNDER_WAY,
    mostQueued: QUEUED_MOST,
    full: queuedCount => new ServicesError('busy', `${queuedCount} records wait`),
    soon: setImmediate,
    commit: async records => putBatch([...records])
  })
  return async (record, isCopy) => puts.push(recordMessage(record, isCopy))
}
