import { within } from '@peerwatch/model'
import { TREE_STATUS } from '@peerwatch/wire'
import { backOff, caller, makeCall, ServicesError, toPeerId } from '@peerwatch/link'
import { batcher } from './batcher.ts'
import { recordMessage } from './tree-record.ts'
import type { Stream } from '@libp2p/interface'
import type { CallOff, PeerIdString } from '@peerwatch/model'
import type { TreeRequest, TreeResponse } from '@peerwatch/wire'
import type { AnswerOf, AskOf, Caller, Core, RegistryView } from '@peerwatch/link'
import type { Batcher } from './batcher.ts'
import type { TierCalls, TierTable } from './calls.ts'
import type { TreeRecord, WriteOutcome } from './tree-record.ts'

/** A request before the view goes in. */
export type BareRequest = Partial<Omit<TreeRequest, 'id' | 'view'>>

export interface LinkTimes {
  /** A hello goes this often; it carries the load and is the ping. */
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
  /** Puts in the view, and, where asked to, the whole of roster and tokens. */
  readonly withView: (request: BareRequest, isWhole: boolean) => Partial<Omit<TreeRequest, 'id'>>
  /** Merges what the other side knows. */
  readonly merge: (hello: TreeResponse['hello']) => Promise<void>
  readonly onUp: () => void
  readonly onDown: () => void
}

/** The asking side of the long-lived stream to one other trusted node; dials again whenever it ends. */
export interface TrustedLink<Rows extends TierCalls = TierCalls> {
  readonly peer: PeerIdString
  /** False once the stream ended or a call went unanswered, until the next answer. */
  readonly isUp: () => boolean
  /**
   * Makes a call of the table; where the other side has another view, merges, shows it ours and asks once more. Rejects with ServicesError:
   * `refused` where the other side says no, else where no answer came.
   */
  readonly call: <Name extends keyof Rows & string>(name: Name, ask: AskOf<Rows, Name>) => Promise<AnswerOf<Rows, Name>>
  /** Writes one record there; many go in one frame. */
  readonly put: (record: TreeRecord, asOwner: boolean) => Promise<WriteOutcome>
  readonly load: () => number | undefined
  /** Dials now rather than after the pause: the other side was heard of. */
  readonly nudge: () => void
  readonly start: () => void
  readonly stop: () => Promise<void>
}

const FRAME_RECORDS = 256
const FRAME_BYTES = 400 * 1024
/** Of each record, beside its payload. */
const RECORD_OVERHEAD_BYTES = 60
const FRAMES_UNDER_WAY = 8
const QUEUED_MOST = 16_384
const CALLS_UNDER_WAY = 1024

export function trustedLink<Rows extends TierCalls>(core: Core, peer: PeerIdString, init: LinkInit<Rows>): TrustedLink<Rows> {
  const { table, times } = init
  let asking: Caller<TreeRequest, TreeResponse> | undefined
  let isUp = false
  let hasSilence = false
  let load: number | undefined
  const tries = backOff(core, { leastMs: times.leastBackoffMs, mostMs: times.mostBackoffMs })
  let callOffRetry: CallOff | undefined
  let callOffPing: CallOff | undefined
  let dialling: AbortController | undefined
  let isStopped = true

  const setUp = (next: boolean): void => {
    if (isUp === next) return
    isUp = next
    if (next) init.onUp()
    else init.onDown()
  }
  const ask = async (request: BareRequest, isWhole: boolean): Promise<TreeResponse> => {
    const open = asking
    if (open == null) throw new ServicesError('closed', `no link to ${peer}`)
    try {
      const response = await open.call(init.withView(request, isWhole))
      if (open === asking) {
        hasSilence = false
        setUp(true)
      }
      if (response.hello != null) {
        load = response.hello.reportsPerSecond
        await init.merge(response.hello)
      }
      return response
    } catch (error) {
      if (open === asking && error instanceof ServicesError && error.code === 'timeout') {
        // two silences in a row and the stream is worth nothing: a stopped process keeps it open for ever
        if (hasSilence) void open.close()
        hasSilence = true
        setUp(false)
      }
      throw error
    }
  }
  const exchange = async (request: BareRequest): Promise<TreeResponse> => {
    const first = await ask(request, false)
    return first.status === TREE_STATUS.view ? ask(request, true) : first
  }
  const tierRows: TierTable = table
  const putBatch = async (records: readonly TreeRecord[], asOwner: boolean): Promise<WriteOutcome[]> =>
    makeCall(core, tierRows, { peer, exchange }, 'write', { records: records.map(recordMessage), asOwner })
  const puts = (asOwner: boolean): Batcher<TreeRecord, WriteOutcome> =>
    batcher({
      mostItems: FRAME_RECORDS,
      mostBytes: FRAME_BYTES,
      bytesOf: ({ stored }) => stored.payload.byteLength + RECORD_OVERHEAD_BYTES,
      concurrency: FRAMES_UNDER_WAY,
      mostQueued: QUEUED_MOST,
      run: async records => putBatch(records, asOwner)
    })
  const byOwner = puts(true)
  const byCopy = puts(false)

  const ping = (): void => {
    callOffPing = core.clock.after(times.pingEveryMs, () => {
      if (asking == null) return
      // what it answers, or that it does not, is noted by `ask`
      exchange({ hello: { roster: new Uint8Array(), tokens: [], reportsPerSecond: 0 } }).then(ping, ping)
    })
  }
  const ended = (): void => {
    asking = undefined
    callOffPing?.()
    setUp(false)
    // what it ended for is over first, and goes on to the pause by itself
    if (dialling == null) later()
  }
  const later = (): void => {
    callOffRetry?.()
    if (isStopped || asking != null) return
    callOffRetry = core.clock.after(tries.pauseMs(), dial)
  }
  const openStream = async (signal: AbortSignal): Promise<Stream> => {
    core.budgets.spend('redials')
    const { connectionManager } = core.components
    // Where no seed answers, the peer store may know the address from an earlier run.
    if (connectionManager.getConnections(toPeerId(peer)).length === 0) await init.registry.find([peer]).catch(() => [])
    signal.throwIfAborted()
    return connectionManager.openStream(toPeerId(peer), table.protocol, { signal })
  }
  const connect = async (): Promise<void> => {
    dialling = new AbortController()
    const stream = await within(core.health, times.dialTimeoutMs, openStream, dialling.signal)
    if (isStopped) {
      stream.abort(new Error('stopped'))
      return
    }
    const opened: Caller<TreeRequest, TreeResponse> = caller(stream, {
      clock: core.health,
      request: table.request,
      response: table.response,
      mostUnderWay: CALLS_UNDER_WAY,
      timeoutMs: times.callTimeoutMs,
      onEnd: fault => {
        if (fault != null && fault !== 'reset') core.emit('peer:fault', { peer: toPeerId(peer), protocol: table.protocol, what: fault })
        if (asking === opened) ended()
      }
    })
    asking = opened
    hasSilence = false
    await ask({}, true).catch(() => undefined)
    if (asking !== opened) return
    if (isUp) tries.opened()
    ping()
  }
  const dial = (): void => {
    callOffRetry?.()
    if (isStopped || asking != null || dialling != null) return
    connect()
      .catch((error: unknown) => {
        core.log('tree link to %s: %s', peer, error)
      })
      .finally(() => {
        dialling = undefined
        if (asking == null) later()
      })
  }
  return {
    peer,
    isUp: () => isUp,
    call: async (name, value) => makeCall(core, table, { peer, exchange }, name, value),
    put: async (record, asOwner) => (asOwner ? byOwner : byCopy).push(record),
    load: () => load,
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
      const open = asking
      asking = undefined
      setUp(false)
      await open?.close()
    }
  }
}
