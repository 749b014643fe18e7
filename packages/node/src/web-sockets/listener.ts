import { once, setMaxListeners } from 'node:events'
import { getNetConfig, getThinWaistAddresses, ipPortToMultiaddr } from '@libp2p/utils'
import { TypedEventEmitter } from 'main-event'
import { RECEIVED_PARTS, WebSocketConnection } from './connection.ts'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Listener, ListenerEvents, Logger, Upgrader } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Timers } from '@peerwatch/model'
import type { WebSocket } from 'ws'

export interface WebSocketListenerInit {
  readonly clock: Timers
  readonly upgrader: Upgrader
  readonly log: Logger
  /** A client that has not asked for a WebSocket by then is cut off. */
  readonly asksWithinMs: number
}

/** Sockets at a time, asked for or not: above what the connection manager takes, and an end to what it never sees. */
const SOCKETS_MOST = 2_000

/** Takes WebSockets, without TLS: that is the job of the proxy in front. */
export class WebSocketListener extends TypedEventEmitter<ListenerEvents> implements Listener {
  readonly #init: WebSocketListenerInit
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #ending = new AbortController()
  #address: Multiaddr | undefined

  constructor(init: WebSocketListenerInit) {
    super()
    this.#init = init
    setMaxListeners(Infinity, this.#ending.signal)
    const { asksWithinMs } = init
    const options = { headersTimeout: asksWithinMs, requestTimeout: asksWithinMs, connectionsCheckingInterval: asksWithinMs / 2 }
    // not imported: an import reads all that `node:http` exports, and its WebSocket loads an HTTP client of 10 MB
    this.#server = process.getBuiltinModule('node:http').createServer(options, (_request, response) => {
      response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end()
    })
    this.#server.maxConnections = SOCKETS_MOST
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  #take(webSocket: WebSocket, { socket }: IncomingMessage): void {
    const { clock, upgrader, log } = this.#init
    const { remoteAddress, remotePort } = socket
    if (remoteAddress == null || remotePort == null) {
      // it is gone by now
      webSocket.terminate()
      return
    }
    const remoteAddr = ipPortToMultiaddr(remoteAddress, remotePort).encapsulate('/ws')
    const connection = new WebSocketConnection(webSocket, socket, { clock, remoteAddr, direction: 'inbound', log: log.newScope('connection') })
    upgrader.upgradeInbound(connection, { signal: this.#ending.signal }).catch((error: unknown) => {
      log('inbound connection not upgraded: %e', error)
      connection.abort(error instanceof Error ? error : new Error('not upgraded'))
    })
  }

  async listen(address: Multiaddr): Promise<void> {
    const { host, port, type } = getNetConfig(address)
    const { WebSocketServer } = await import('ws')
    // compression would let a few bytes become many
    const handshakes = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, ...RECEIVED_PARTS })
    this.#server.on('upgrade', (request, socket, head) => {
      handshakes.handleUpgrade(request, socket, head, webSocket => {
        this.#take(webSocket, request)
      })
    })
    this.#server.listen({ host, port: port ?? 0, ipv6Only: type === 'ip6' })
    await once(this.#server, 'listening')
    this.#address = address
    this.#server.on('error', error => {
      this.safeDispatchEvent('error', { detail: error })
    })
    this.safeDispatchEvent('listening')
  }

  getAddrs(): Multiaddr[] {
    if (this.#address == null || !this.#server.listening) return []
    const { port } = this.#server.address() as AddressInfo
    return getThinWaistAddresses(this.#address, port).map(address => address.encapsulate('/ws'))
  }

  updateAnnounceAddrs(): void {}

  async close(): Promise<void> {
    this.#ending.abort()
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
    this.safeDispatchEvent('close')
  }
}
