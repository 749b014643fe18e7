import { serviceCapabilities, transportSymbol } from '@libp2p/interface'
import { getNetConfig, tryGetNetConfig } from '@libp2p/utils'
import { WebSockets, WebSocketsSecure } from '@multiformats/multiaddr-matcher'
import { RECEIVED_PARTS, WebSocketConnection } from './connection.ts'
import { WebSocketListener } from './listener.ts'
import type { IncomingMessage } from 'node:http'
import type { ComponentLogger, Logger, Transport } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Timers } from '@peerwatch/model'

const ASKS_WITHIN_MS = 10_000

export interface WebSocketsInit {
  readonly clock: Timers
  /** How long whoever connects may take to ask for a WebSocket. Default 10 s, as for Noise afterwards. */
  readonly asksWithinMs?: number
}

/** libp2p's services ask for what they need by name. */
interface CapableTransport extends Transport {
  readonly [serviceCapabilities]: string[]
}

/** libp2p over WebSockets: listens at `/tcp/PORT/ws`, and dials that, `/wss` and `/tls/ws`. docs/decisions/0007 says why not libp2p's own. */
export function webSockets({ clock, asksWithinMs = ASKS_WITHIN_MS }: WebSocketsInit): (components: { readonly logger: ComponentLogger }) => CapableTransport {
  return ({ logger }) => {
    const log = logger.forComponent('peerwatch:web-sockets')
    return {
      [transportSymbol]: true,
      [Symbol.toStringTag]: '@peerwatch/web-sockets',
      [serviceCapabilities]: ['@libp2p/transport'],
      listenFilter: addresses => addresses.filter(address => isOverTcp(address) && WebSockets.exactMatch(address)),
      dialFilter: addresses => addresses.filter(address => isOverTcp(address) && (WebSockets.exactMatch(address) || WebSocketsSecure.exactMatch(address))),
      createListener: ({ upgrader }) => new WebSocketListener({ clock, upgrader, asksWithinMs, log: log.newScope('listener') }),
      dial: async (address, options) => {
        const connection = await connect(clock, address, options.signal, log)
        try {
          return await options.upgrader.upgradeOutbound(connection, options)
        } catch (error) {
          connection.abort(error instanceof Error ? error : new Error('not upgraded'))
          throw error
        }
      }
    }
  }
}

function isOverTcp(address: Multiaddr): boolean {
  return tryGetNetConfig(address)?.protocol === 'tcp'
}

async function connect(clock: Timers, address: Multiaddr, signal: AbortSignal, log: Logger): Promise<WebSocketConnection> {
  const { WebSocket } = await import('ws')
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(uriOf(address), { perMessageDeflate: false, ...RECEIVED_PARTS })
    let carrier: IncomingMessage['socket'] | undefined
    const onAbort = (): void => {
      socket.terminate()
      reject(signal.reason instanceof Error ? signal.reason : new Error('the dial was given up'))
    }
    signal.addEventListener('abort', onAbort)
    socket.once('upgrade', response => {
      carrier = response.socket
    })
    socket.once('error', error => {
      signal.removeEventListener('abort', onAbort)
      reject(error)
    })
    socket.once('open', () => {
      signal.removeEventListener('abort', onAbort)
      // here and now: the other side may have spoken already
      resolve(new WebSocketConnection(socket, carrier!, { clock, remoteAddr: address, direction: 'outbound', log: log.newScope('connection') }))
    })
  })
}

function uriOf(address: Multiaddr): string {
  const { host, port, type } = getNetConfig(address)
  const isSecure = WebSocketsSecure.exactMatch(address)
  // the name on the certificate, where the address is a number
  const sni = address.getComponents().find(({ name }) => name === 'sni')?.value
  const name = sni ?? (type === 'ip6' ? `[${host}]` : host)
  return `${isSecure ? 'wss' : 'ws'}://${name}:${port ?? (isSecure ? 443 : 80)}/`
}
