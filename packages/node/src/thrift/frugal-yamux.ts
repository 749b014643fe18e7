/* oxlint-disable no-underscore-dangle -- Yamux names so what makes its streams */
import { yamux } from '@chainsafe/libp2p-yamux'
import type { StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'

/** Fields of a Yamux stream that its types keep private. test/thrift/frugal-yamux.test.ts fails when a release moves one. */
interface StreamInsides {
  state: number
  readonly recvWindow: number
  readonly recvWindowCapacity: number
  sendWindowUpdate: () => void
}
interface MuxerInsides {
  _newStream: (...init: unknown[]) => StreamInsides
}

/** `StreamState.SYNReceived` and `Init` carry flags in their first window update. */
const FLAGGED_STATES = [0, 2]

/**
 * Yamux that widens a window when half of it is used, as Go's does, instead of with every frame that comes in.
 *
 * An answer to each frame of a few hundred bytes is a third of all frames, and each is encrypted, written, read and decrypted.
 */
export function frugalYamux(): () => StreamMuxerFactory {
  const make = yamux()
  return () => {
    const factory = make()
    const create = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = connection => {
      const muxer = create(connection)
      rarelyWiden(muxer)
      return muxer
    }
    return factory
  }
}

function rarelyWiden(muxer: StreamMuxer): void {
  const insides = muxer as unknown as MuxerInsides
  const newStream = insides._newStream.bind(muxer)
  insides._newStream = (...init) => {
    const stream = newStream(...init)
    const widen = stream.sendWindowUpdate.bind(stream)
    stream.sendWindowUpdate = () => {
      if (FLAGGED_STATES.includes(stream.state) || stream.recvWindowCapacity <= stream.recvWindow / 2) widen()
    }
    return stream
  }
}
