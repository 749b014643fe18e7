import { PROTOCOLS } from '@peerwatch/wire'
import { within } from '@peerwatch/model'
import { takeOver } from '@peerwatch/link'
import { answerTo, ANSWERED_FOR_MS } from './ping.ts'
import type { Connection, Stream } from '@libp2p/interface'
import type { Clock, Timers } from '@peerwatch/model'
import type { Pinged } from './ping.ts'

/** The other side ends a stream by a clock of its own. */
const KEPT_FOR_MS = ANSWERED_FOR_MS - 2_000

/** Errors of libp2p, by name: an application may bring another copy of its classes. */
const LINK_IS_OVER: ReadonlySet<string> = new Set(['ConnectionClosedError', 'MuxerClosedError'])

export interface PingStreamsInit {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly timers: Timers
  /** Whether a stream may stay open between two pings: not where the application's own pings would find no room beside it. */
  readonly mayKeep: () => boolean
  /** The next ping over the same link comes within this time. */
  readonly everyMs: () => number
}

interface Kept {
  readonly stream: Stream
  readonly openedAtMs: number
  readonly letGo: () => void
}

/** Pings as `ping()` does, and where pings come often several over one stream: to agree on a new one costs nine times the ping. */
export function pingStreams(init: PingStreamsInit): (connection: Connection, timeoutMs: number) => Promise<Pinged> {
  const { clock, timers, mayKeep, everyMs } = init
  const streams = new WeakMap<Connection, Kept>()
  const toldOver = new WeakSet<Connection>()

  const keep = (connection: Connection, stream: Stream, openedAtMs: number): void => {
    const letGo = takeOver(stream, {
      onMessage: () => {
        streams.delete(connection)
        letGo()
        stream.abort(new Error('an answer without a ping'))
      },
      onOver: () => {
        streams.delete(connection)
        void stream.close().catch(() => {})
      }
    })
    streams.set(connection, { stream, openedAtMs, letGo })
  }
  const taken = (connection: Connection): Kept | undefined => {
    const kept = streams.get(connection)
    streams.delete(connection)
    kept?.letGo()
    return kept
  }
  const ask = async (connection: Connection, stream: Stream, openedAtMs: number, signal: AbortSignal): Promise<Pinged> => {
    try {
      const answer = await answerTo(stream, signal)
      if (answer !== 'answered') stream.abort(new Error('no answer to a ping'))
      else if (mayKeep() && clock.monotonicMs() - openedAtMs + everyMs() < KEPT_FOR_MS) keep(connection, stream, openedAtMs)
      else void stream.close().catch(() => {})
      return answer
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error('ping failed'))
      return signal.aborted ? 'silent' : 'over'
    }
  }
  const pingUntil = async (signal: AbortSignal, connection: Connection): Promise<Pinged> => {
    const kept = taken(connection)
    const answer = kept == null ? 'over' : await ask(connection, kept.stream, kept.openedAtMs, signal)
    // the other side may have ended the stream: only a new one says whether somebody is there
    if (answer !== 'over') return answer
    try {
      const stream = await connection.newStream(PROTOCOLS.ping, { signal, runOnLimitedConnection: true })
      return await ask(connection, stream, clock.monotonicMs(), signal)
    } catch (error) {
      if (signal.aborted) return 'silent'
      if (!(error instanceof Error) || !LINK_IS_OVER.has(error.name)) return 'over'
      // the peer says that it ends the link; this node does not wait until it does
      connection.abort(error)
      return toldOver.has(connection) ? 'ending' : 'over'
    }
  }
  return async (connection, timeoutMs) => {
    const answer = await within(timers, timeoutMs, async signal => pingUntil(signal, connection))
    if (answer === 'over') toldOver.add(connection)
    return answer
  }
}
