import { PROTOCOLS } from '@peerwatch/wire'
import { randomBytes } from 'node:crypto'
import { within } from '@peerwatch/model'
import { Uint8ArrayList } from 'uint8arraylist'
import { sendOn, takeOver } from '@peerwatch/link'
import type { Connection, Stream } from '@libp2p/interface'
import type { Timers } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

/** The standard protocol, so that any libp2p peer can be watched without knowing us. */
export const PING_BYTES = 32
/** A ping stream lives no longer than this on the answering side. */
export const ANSWERED_FOR_MS = 10_000
export const MOST_INBOUND_PINGS = 4

/**
 * `over`: what the ping went over ended before there was an answer and before the time was up. That is no silence: the next one tells more.
 * `ending`: nothing can be sent over this link any more, as the ping before it has told. libp2p shows a link until its socket is closed.
 */
export type Pinged = 'answered' | 'silent' | 'over' | 'ending'

/**
 * Sends 32 random bytes over the link that is there and waits for them to come back.
 *
 * A client of our own: the connection monitor's aborts the link at the first silence, and what it pings cannot be counted.
 *
 * @returns `silent` also for a wrong answer; never rejects
 */
export async function ping(clock: Timers, connection: Connection, timeoutMs: number): Promise<Pinged> {
  return within(clock, timeoutMs, async signal => pingUntil(signal, connection))
}

async function pingUntil(signal: AbortSignal, connection: Connection): Promise<Pinged> {
  let stream: Stream | undefined
  try {
    stream = await connection.newStream(PROTOCOLS.ping, { signal, runOnLimitedConnection: true })
    const answer = await answerTo(stream, signal)
    if (answer === 'answered') void stream.close().catch(() => {})
    else stream.abort(new Error('no answer to a ping'))
    return answer
  } catch (error) {
    stream?.abort(error instanceof Error ? error : new Error('ping failed'))
    return signal.aborted ? 'silent' : 'over'
  }
}

/** One ping over a stream that is there; ends nothing. */
export async function answerTo(stream: Stream, signal: AbortSignal): Promise<Pinged> {
  // it may be so late by now that the signal tells nobody any more
  if (signal.aborted) return 'silent'
  const sent = randomBytes(PING_BYTES)
  const { promise, resolve } = Promise.withResolvers<Pinged>()
  const received = new Uint8ArrayList()
  const onAbort = (): void => {
    resolve('silent')
  }
  const letGo = takeOver(stream, {
    onMessage: data => {
      received.append(data)
      if (received.byteLength >= sent.byteLength) resolve(Buffer.compare(received.subarray(), sent) === 0 ? 'answered' : 'silent')
    },
    onOver: () => {
      resolve('over')
    }
  })
  signal.addEventListener('abort', onAbort)
  try {
    return sendOn(stream, sent) === 'over' ? 'over' : await promise
  } finally {
    letGo()
    signal.removeEventListener('abort', onAbort)
  }
}

/** The answering side, for nodes without a ping service of their own. */
export function answerPings(clock: Timers): (stream: Stream) => void {
  return stream => {
    const callOff = clock.after(ANSWERED_FOR_MS, () => {
      stream.abort(new Error('a ping stream was kept open'))
    })
    takeOver(stream, {
      onMessage: data => {
        // a peer that has gone reads no answer; one that does not read its answers fast enough sent no pings
        if (sendOn(stream, data) !== 'taken') stream.abort(new Error('a ping that is not read'))
      },
      onOver: () => {
        callOff()
        void stream.close().catch(() => {})
      }
    })
  }
}

/**
 * Answers pings where nothing else on this node does, until it is ended.
 *
 * It looks a turn later: the application's own ping service may register in this very turn.
 */
export function answerPingsIfNobodyDoes({ clock, components: { registrar } }: Pick<Core, 'clock' | 'components'>): () => void {
  let isOurs = false
  const callOff = setImmediate(() => {
    if (registrar.getProtocols().includes(PROTOCOLS.ping)) return
    isOurs = true
    registrar.handle(PROTOCOLS.ping, answerPings(clock), { maxInboundStreams: MOST_INBOUND_PINGS, runOnLimitedConnection: true }).catch(() => {})
  })
  return () => {
    clearImmediate(callOff)
    if (isOurs) registrar.unhandle(PROTOCOLS.ping).catch(() => {})
  }
}
