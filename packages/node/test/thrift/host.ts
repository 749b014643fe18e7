import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { frugalYamux } from '../../src/thrift/frugal-yamux.ts'
import { gatheringNoise } from '../../src/thrift/gathering-noise.ts'
import type { TestContext } from 'node:test'
import type { Connection, Libp2p, Stream, StreamMuxer } from '@libp2p/interface'

const PROTOCOL = '/test/bytes/1'

export interface Pair {
  readonly dialler: Libp2p
  readonly listener: Libp2p
  readonly connection: Connection
  /** From the one who dials. */
  readonly stream: Stream
  /** The same at the other end. */
  readonly far: Stream
}

async function host(t: TestContext, isThrifty: boolean): Promise<Libp2p> {
  const node = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [isThrifty ? gatheringNoise() : noise()],
    streamMuxers: [isThrifty ? frugalYamux() : yamux()],
    connectionMonitor: { enabled: false }
  })
  t.after(async () => node.stop())
  return node
}

/** Two hosts over TCP and a stream between them; a thrifty one and, if wanted, one as libp2p makes it. */
export async function pair(t: TestContext, thrifty: { readonly dialler?: boolean; readonly listener?: boolean } = {}): Promise<Pair> {
  const [dialler, listener] = await Promise.all([host(t, thrifty.dialler ?? true), host(t, thrifty.listener ?? true)])
  const { promise: opened, resolve } = Promise.withResolvers<Stream>()
  await listener.handle(PROTOCOL, stream => {
    resolve(stream)
  })
  const connection = await dialler.dial(listener.getMultiaddrs())
  const stream = await connection.newStream(PROTOCOL)
  return { dialler, listener, connection, stream, far: await opened }
}

/** What a muxer sends from now on, one number for each frame: its type. */
export function framesSent(connection: Connection): number[] {
  const { muxer } = connection as Connection & { readonly muxer: StreamMuxer & { sendFrame: (header: { type: number }, data?: Uint8Array) => boolean } }
  const types: number[] = []
  for (const stream of muxer.streams as (Stream & { sendFrame: typeof muxer.sendFrame })[]) {
    const { sendFrame } = stream
    stream.sendFrame = (header, data) => {
      types.push(header.type)
      return sendFrame(header, data)
    }
  }
  return types
}

/** Resolves with all that came, once there are so many bytes. */
export async function received(stream: Stream, byteCount: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  return new Promise((resolve, reject) => {
    stream.addEventListener('message', ({ data }) => {
      pieces.push(data.subarray())
      bytes += data.byteLength
      if (bytes >= byteCount) resolve(Buffer.concat(pieces))
    })
    stream.addEventListener('close', () => {
      reject(new Error(`the stream ended after ${bytes} bytes`))
    })
  })
}
