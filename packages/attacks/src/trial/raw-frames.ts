import { muxerOf } from '../attackable.ts'
import type { Connection } from '@libp2p/interface'

/** A header of Yamux. `type`: 0 data, 1 window update, 2 ping. */
export interface RawHeader {
  readonly type: number
  readonly flag: number
  readonly streamID: number
  readonly length: number
}

interface YamuxInsides {
  readonly sendFrame: (header: RawHeader, data?: Uint8Array) => boolean
  handlePingResponse: () => void
}

const FRAMES_A_TURN = 200

/**
 * Sends frames of the multiplexer as they are, at most so many, until the other side has ended the connection.
 *
 * @returns how many were sent
 */
export async function sendRawFrames(connection: Connection, most: number, frameAt: (at: number) => readonly [RawHeader, Uint8Array?]): Promise<number> {
  const muxer = muxerOf(connection) as unknown as YamuxInsides
  // Yamux would end the connection itself at an answer to a ping that it knows nothing of
  muxer.handlePingResponse = () => {}
  let sent = 0
  for (; sent < most && connection.status === 'open'; sent++) {
    muxer.sendFrame(...frameAt(sent))
    if (sent % FRAMES_A_TURN === 0) await new Promise(setImmediate)
  }
  return sent
}
