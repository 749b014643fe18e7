import { insides, severConnection } from './attackable.ts'
import type { ConnectionGater } from '@libp2p/interface'
import type { Attack, Attackable } from './attackable.ts'

const refuse = async (): Promise<boolean> => true

/** Lets nobody in and dials nobody. */
const NOBODY: ConnectionGater = Object.freeze({
  denyDialPeer: refuse,
  denyDialMultiaddr: refuse,
  denyInboundConnection: refuse,
  denyOutboundConnection: refuse,
  denyInboundEncryptedConnection: refuse,
  denyOutboundEncryptedConnection: refuse,
  denyInboundUpgradedConnection: refuse,
  denyOutboundUpgradedConnection: refuse
})

/**
 * Dies without a word: it destroys the sockets and closes the port, but closes no stream and says no goodbye.
 *
 * The process goes on, so that one process can hold the dead and the living. Nobody comes back from the dead: `stop` does nothing.
 */
export function dies(node: Attackable): Attack {
  const components = insides(node)
  let dead = false
  return {
    start: () => {
      if (dead) return
      dead = true
      components.connectionGater = NOBODY
      for (const listener of components.transportManager.getListeners()) listener.close().catch(() => {})
      for (const connection of node.libp2p.getConnections()) severConnection(connection)
    },
    stop: () => {}
  }
}
