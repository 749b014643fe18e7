import type { Stream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface TakeOverInit {
  readonly onMessage: (data: Uint8Array | Uint8ArrayList) => void
  /** Called once, when nothing more will come. With `isReset` the stream did not end in order. */
  readonly onOver: (isReset: boolean) => void
}

/** Whether nothing more will come on a stream but what has arrived. Ask it, and no event, of a stream that was open a moment ago. */
export function isOver({ status, remoteWriteStatus }: Pick<Stream, 'status' | 'remoteWriteStatus'>): boolean {
  return status !== 'open' || remoteWriteStatus !== 'writable'
}

/**
 * The one way in which a protocol takes over a stream, dialled or handed in.
 *
 * Such a stream may be over already: libp2p itself waits between the negotiation and the handing over, and no event comes for what is past.
 * So whoever takes over a stream learns at once, and once, that it is over: after what had arrived, and never within this call, so that whoever
 * keeps what is made of the stream has it in hand by then.
 *
 * @returns lets the stream go: nothing is called any more
 */
export function takeOver(stream: Stream, { onMessage, onOver }: TakeOverInit): () => void {
  let isTold = false
  const letGo = (): void => {
    isTold = true
    stream.removeEventListener('message', message)
    stream.removeEventListener('close', close)
    stream.removeEventListener('remoteCloseWrite', remoteCloseWrite)
  }
  const tell = (isReset: boolean): void => {
    if (isTold) return
    letGo()
    onOver(isReset)
  }
  const message = ({ data }: { data: Uint8Array | Uint8ArrayList }): void => {
    onMessage(data)
  }
  const close = ({ error }: { error?: Error }): void => {
    tell(error != null)
  }
  const remoteCloseWrite = (): void => {
    tell(false)
  }
  // the first of the three makes libp2p hand over what has arrived, in a microtask that is before ours
  stream.addEventListener('message', message)
  stream.addEventListener('close', close)
  stream.addEventListener('remoteCloseWrite', remoteCloseWrite)
  if (isOver(stream)) {
    queueMicrotask(() => {
      tell(stream.status === 'aborted' || stream.status === 'reset')
    })
  }
  return letGo
}

/** What became of bytes for a stream. `over`: nobody reads them any more. `full`: they were taken, but the other side reads too slowly. */
export type Sent = 'taken' | 'full' | 'over'

/**
 * The one way in which a protocol sends on a stream that may be over.
 *
 * libp2p throws then, and in a listener, where nobody catches, that would end the process.
 */
export function sendOn(stream: Pick<Stream, 'send' | 'writeStatus'>, data: Uint8Array | Uint8ArrayList): Sent {
  if (stream.writeStatus === 'closed' || stream.writeStatus === 'closing') return 'over'
  try {
    return stream.send(data) ? 'taken' : 'full'
  } catch {
    return 'over'
  }
}
