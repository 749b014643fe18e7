import { within } from '@peerwatch/model'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { backOff, caller, ServicesError, toPeerId } from '@peerwatch/link'
import { batcher } from './batcher.ts'
import { OUTCOMES, recordMessage } from './tree-record.ts'
import type { Stream } from '@libp2p/interface'
import type { CallOff, PeerIdString } from '@peerwatch/model'
import type { TreeRequest, TreeResponse } from '@peerwatch/wire'
import type { Caller, Core, RegistryView } from '@peerwatch/link'
import type { Batcher } from './batcher.ts'
import type { TreeRecord, WriteOutcome } from './tree-record.ts'

/** `TreeResponse.status`. */
export const TREE_STATUS = Object.freeze({ done: 0, view: 1, refused: 2, notReady: 3, failed: 4 })

export type TreeCall = Partial<Omit<TreeRequest, 'id' | 'view'>>

export interface LinkTimes {
  /** A hello goes this often; it carries the load and is the ping. */
  readonly pingEveryMs: number
  readonly callTimeoutMs: number
  readonly dialTimeoutMs: number
  readonly leastBackoffMs: number
  readonly mostBackoffMs: number
}

/** What a link needs of the tier around it. */
export interface LinkInit {
  readonly registry: Pick<RegistryView, 'find'>
  readonly times: LinkTimes
  /** Puts in the view, and, where asked to, the whole of roster and tokens. */
  readonly withView: (request: TreeCall, isWhole: boolean) => Partial<Omit<TreeRequest, 'id'>>
  /** Merges what the other side knows. */
  readonly merge: (hello: TreeResponse['hello']) => Promise<void>
  readonly onUp: () => void
  readonly onDown: () => void
}

/** The asking side of the long-lived stream to one other trusted node; dials again whenever it ends. */
export interface TreeLink {
  readonly peer: PeerIdString
  /** False once the stream ended or a call went unanswered, until the next answer. */
  readonly isUp: () => boolean
  /** Sends a request with the view; where the other side knows another one, merges, shows it ours and asks once more. */
  readonly call: (request: TreeCall) => Promise<TreeResponse>
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

const outcomeNames = new Map<number, WriteOutcome>(Object.entries(OUTCOMES).map(([name, number]) => [number, name as WriteOutcome]))

export function treeLink(core: Core, peer: PeerIdString, init: LinkInit): TreeLink {
  const { times } = init
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
  const ask = async (request: TreeCall, isWhole: boolean): Promise<TreeResponse> => {
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
  const call = async (request: TreeCall): Promise<TreeResponse> => {
    const first = await ask(request, false)
    return first.status === TREE_STATUS.view ? ask(request, true) : first
  }
  const putBatch = async (records: readonly TreeRecord[], asOwner: boolean): Promise<WriteOutcome[]> => {
    const { status, reason, outcomes } = await call({ write: { records: records.map(recordMessage), asOwner } })
    if (status !== TREE_STATUS.done) throw new ServicesError('refused', `${peer} refused a write: ${reason}`)
    return outcomes.map(outcome => outcomeNames.get(outcome) ?? 'refused')
  }
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
      call({ hello: { roster: new Uint8Array(), tokens: [], reportsPerSecond: 0 } }).then(ping, ping)
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
    return connectionManager.openStream(toPeerId(peer), PROTOCOLS.tree, { signal })
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
      request: messages.treeRequest,
      response: messages.treeResponse,
      mostUnderWay: CALLS_UNDER_WAY,
      timeoutMs: times.callTimeoutMs,
      onEnd: fault => {
        if (fault != null && fault !== 'reset') core.emit('peer:fault', { peer: toPeerId(peer), protocol: PROTOCOLS.tree, what: fault })
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
    call,
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
