/** A thread that sends what it is told over streams of its own: what it costs the receiver is measured in the receiver's thread. Started by `streams.ts`. */
import { setImmediate as turn } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'

export interface ToSend {
  readonly address: string
  readonly protocol: string
  readonly pieces: readonly Uint8Array[]
}

if (parentPort == null) throw new TypeError('this file runs as a thread')
const port = parentPort
const PIECES_A_TURN = 50
/** The far side answers, or goes on reading, for so long at most. */
const HEARD_FOR_MS = 100

let host: Libp2p | undefined
let connection: Connection | undefined

/** A new name whenever the last one was sent away. */
async function linked(address: string): Promise<Connection> {
  if (connection?.status === 'open' && connection.remoteAddr.equals(multiaddr(address).decapsulateCode(421))) return connection
  await host?.stop()
  host = await createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
    connectionMonitor: { enabled: false }
  })
  connection = await host.dial(multiaddr(address))
  return connection
}

async function opened({ address, protocol }: ToSend): Promise<Stream | undefined> {
  for (let tries = 0; tries < 3; tries++) {
    try {
      return await (await linked(address)).newStream(protocol)
    } catch {
      connection = undefined
    }
  }
  return undefined
}

async function send(stream: Stream, pieces: readonly Uint8Array[]): Promise<void> {
  for (const [at, piece] of pieces.entries()) {
    if (stream.status !== 'open') return
    stream.send(piece)
    if (at % PIECES_A_TURN === 0) await turn()
  }
  await Promise.race([stream.close(), new Promise(resolve => setTimeout(resolve, HEARD_FOR_MS))])
}

let ready: { readonly stream: Stream | undefined; readonly toSend: ToSend } | undefined

port.on('message', (order: ToSend | 'go') => {
  const obey = async (): Promise<void> => {
    if (order === 'go') {
      if (ready?.stream != null) await send(ready.stream, ready.toSend.pieces).catch(() => {})
      ready?.stream?.abort(new Error('sent'))
    } else ready = { stream: await opened(order), toSend: order }
    port.postMessage(ready?.stream == null ? 'refused' : 'done')
  }
  obey().catch((error: unknown) => {
    throw error
  })
})
