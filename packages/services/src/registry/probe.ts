import { randomBytes } from 'node:crypto'
import { byteStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { within } from '@peerwatch/model'
import { toPeerId } from '../peer-ids.ts'
import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '../core.ts'

/** The standard protocol: whoever speaks libp2p answers it. */
const PING_PROTOCOL = '/ipfs/ping/1.0.0'
const PING_BYTES = 32

/** Whether a peer can be reached; what failed while this node itself was late is tried again. Neither rejects. */
export interface Probe {
  /** Pings over a link that is there; where none answers, over a fresh one. Each has `timeoutMs`. */
  readonly answers: (peer: PeerIdString, addresses: readonly string[], timeoutMs: number) => Promise<boolean>
  /** Dials these addresses anew, whatever links there are, and pings. */
  readonly isDialable: (peer: PeerIdString, addresses: readonly string[], timeoutMs: number) => Promise<boolean>
}

export function probe(core: Core): Probe {
  const { connectionManager } = core.components

  const isDialable = async (peer: PeerIdString, addresses: readonly string[], timeoutMs: number): Promise<boolean> => {
    try {
      const targets = dialable(addresses, peer)
      if (targets.length === 0) return false
      await within(core.health, timeoutMs, async signal => {
        const connection = await connectionManager.openConnection(targets, { force: true, signal })
        try {
          await ping(connection, signal)
        } finally {
          connection.close().catch(() => {})
        }
      })
      return true
    } catch (error) {
      core.log('%s cannot be dialled: %e', peer, error)
      return false
    }
  }
  const answers = async (peer: PeerIdString, addresses: readonly string[], timeoutMs: number): Promise<boolean> => {
    const [connection] = connectionManager.getConnections(toPeerId(peer))
    if (connection != null) {
      try {
        await within(core.health, timeoutMs, async signal => ping(connection, signal))
        return true
      } catch (error) {
        core.log('%s does not answer: %e', peer, error)
      }
    }
    return isDialable(peer, addresses, timeoutMs)
  }
  return {
    isDialable: async (peer, addresses, timeoutMs) => core.health.fairly(timeoutMs, async () => isDialable(peer, addresses, timeoutMs)),
    answers: async (peer, addresses, timeoutMs) => core.health.fairly(timeoutMs, async () => answers(peer, addresses, timeoutMs))
  }
}

async function ping(connection: Connection, signal: AbortSignal): Promise<void> {
  const stream = await connection.newStream(PING_PROTOCOL, { signal, runOnLimitedConnection: true })
  try {
    const bytes = byteStream(stream)
    const sent = randomBytes(PING_BYTES)
    await bytes.write(sent, { signal })
    const received = await bytes.read({ bytes: PING_BYTES, signal })
    if (!sent.equals(received.subarray())) throw new Error('another answer than was sent')
    await stream.close({ signal })
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error('ping failed'))
    throw error
  }
}

/** libp2p dials one list for one peer only: what names another is left out. */
function dialable(addresses: readonly string[], peer: PeerIdString): Multiaddr[] {
  return addresses.filter(address => address.endsWith(`/p2p/${peer}`)).map(address => multiaddr(address))
}
