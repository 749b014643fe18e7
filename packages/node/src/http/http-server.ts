import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { findListenError } from '../files/listen-error.ts'
import { allowedHosts } from './guards.ts'
import type { AddressInfo, Socket } from 'node:net'
import type { ApiApp } from './api-app.ts'
import type { NodeView } from './node-view.ts'

export interface HttpServerInit {
  readonly view: NodeView
  /** What `/metrics` shows, in Prometheus' text format. */
  readonly metrics: () => Promise<string>
  /** Default 127.0.0.1. Any other host shows the API to the network; the token still guards `/v1`. */
  readonly host?: string
  /** Default 0: a free one. */
  readonly port?: number
  /** Told of errors that are the node's own. */
  readonly onError?: (error: unknown) => void
}

export interface HttpServer {
  /** `http://127.0.0.1:PORT` */
  readonly address: string
  /** Random; `/v1` wants `Authorization: Bearer TOKEN`. */
  readonly token: string
  readonly close: () => Promise<void>
}

const TOKEN_BYTES = 32

/**
 * Starts the node's API. Rejects with NodeError `port-in-use` or `bad-address` where it cannot listen.
 *
 * What speaks HTTP is loaded with the first connection: most peers are never asked, and it is a tenth of what a peer takes beyond libp2p.
 */
export async function httpServer({ view, metrics, host = '127.0.0.1', port = 0, onError }: HttpServerInit): Promise<HttpServer> {
  const token = randomBytes(TOKEN_BYTES).toString('hex')
  // nothing is read of a connection before there is somebody to read it
  const door = createServer({ pauseOnConnect: true })
  try {
    door.listen({ host, port })
    await once(door, 'listening')
  } catch (error) {
    throw findListenError(error, 'api') ?? error
  }
  const bound = (door.address() as AddressInfo).port
  let app: Promise<ApiApp> | undefined
  const load = async (): Promise<ApiApp> => {
    const { apiApp } = await import('./api-app.ts')
    const made = await apiApp({ view, metrics, host, hosts: allowedHosts(host, bound), token, onError })
    // takes over the socket that listens: later connections come to it directly
    made.server.listen(door)
    // from then on it knows its connections, and can close them
    await once(made.server, 'listening')
    return made
  }
  const waiting = new Set<Socket>()
  const hand = async (socket: Socket): Promise<void> => {
    waiting.add(socket)
    socket.on('error', () => {})
    try {
      const { server } = await (app ??= load())
      server.emit('connection', socket)
      socket.resume()
    } catch (error) {
      onError?.(error)
      socket.destroy()
    } finally {
      waiting.delete(socket)
    }
  }
  door.on('connection', socket => void hand(socket))
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    token,
    close: async () => {
      door.close()
      for (const socket of waiting) socket.destroy()
      await (await app?.catch(() => undefined))?.close()
    }
  }
}
