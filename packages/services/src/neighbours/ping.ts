import { randomBytes } from 'node:crypto'
import { within } from '@peerwatch/model'
import { Uint8ArrayList } from 'uint8arraylist'
import type { Connection, Stream } from '@libp2p/interface'
import type { Timers } from '@peerwatch/model'

/** The standard protocol, so that any libp2p peer can be watched without knowing us. */
export const PING_PROTOCOL = '/ipfs/ping/1.0.0'
const PING_BYTES = 32
/** A ping stream lives no longer than this on the answering side. */
const ANSWERED_FOR_MS = 10_000
export const MOST_INBOUND_PINGS = 4

/**
 * Sends 32 random bytes over the link that is there and waits for them to come back.
 *
 * A client of our own: the connection monitor's aborts the link at the first silence, and what it pings cannot be counted.
 *
 * @returns false for silence, a wrong answer or a stream that could not be opened; never rejects
 */
export async function ping(clock: Timers, connection: Connection, timeoutMs: number): Promise<boolean> {
  return within(clock, timeoutMs, async signal => pingUntil(signal, connection))
}

async function pingUntil(signal: AbortSignal, connection: Connection): Promise<boolean> {
  let stream: Stream | undefined
  try {
    stream = await connection.newStream(PING_PROTOCOL, { signal, runOnLimitedConnection: true })
    const answered = await answerTo(stream, randomBytes(PING_BYTES), signal)
    if (answered) void stream.close().catch(() => {})
    else stream.abort(new Error('no answer to a ping'))
    return answered
  } catch (error) {
    stream?.abort(error instanceof Error ? error : new Error('ping failed'))
    return false
  }
}

async function answerTo(stream: Stream, sent: Uint8Array, signal: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    const received = new Uint8ArrayList()
    const finish = (answered: boolean): void => {
      stream.removeEventListener('message', onMessage)
      stream.removeEventListener('close', onClose)
      signal.removeEventListener('abort', onClose)
      resolve(answered)
    }
    const onClose = (): void => {
      finish(false)
    }
    const onMessage = (event: { data: Uint8Array | Uint8ArrayList }): void => {
      received.append(event.data)
      if (received.byteLength >= sent.byteLength) finish(Buffer.compare(received.subarray(), sent) === 0)
    }
    stream.addEventListener('message', onMessage)
    stream.addEventListener('close', onClose)
    signal.addEventListener('abort', onClose)
    stream.send(sent)
  })
}

/** The answering side, for nodes without a ping service of their own. */
export function answerPings(clock: Timers): (stream: Stream) => void {
  return stream => {
    const callOff = clock.after(ANSWERED_FOR_MS, () => {
      stream.abort(new Error('a ping stream was kept open'))
    })
    stream.addEventListener('message', ({ data }) => {
      // what the other side does not read back fast enough was no ping
      if (!stream.send(data)) stream.abort(new Error('a ping that is not read'))
    })
    stream.addEventListener('close', callOff)
    stream.addEventListener('remoteCloseWrite', () => {
      void stream.close().catch(() => {})
    })
  }
}
