import { BoundedMap } from '@peerwatch/model'
import { PROTOCOLS } from '@peerwatch/wire'
import { costLimits, groupOf, peerIdText } from '@peerwatch/link'
import type { Connection } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

/** Links of evicted peers to a seed, on which there is nothing but the appeal. */
export interface Visits {
  /** Asked once for each link, after the handshake: whether its group may have one more. */
  readonly admits: (peer: PeerIdString, from: Multiaddr) => boolean
  /** Whether the link that is being made was admitted. */
  readonly expects: (peer: PeerIdString) => boolean
  /** Narrows the link, and ends it soon. False for one that was not admitted. */
  readonly begin: (connection: Connection) => boolean
  readonly has: (connection: Connection) => boolean
}

/** Of one group. A peer that is told why it is refused need not ask again for long. */
const VISIT_EVERY_MS = 20_000
const VISITS = { perSecond: 1_000 / VISIT_EVERY_MS, burst: 6, mostKeys: 4_096 }
const MOST_VISITS = 16
const VISIT_MS = 10_000

/** libp2p's connection asks these about the streams of the other side. test/enforcement/visits.test.ts fails when a release moves them. */
interface ConnectionInsides {
  components: { registrar: Pick<Registrar, 'getProtocols' | 'getHandler' | 'getMiddleware'>; peerStore: { merge: () => Promise<void> } }
}

export function visits(core: Core): Visits {
  const limits = costLimits({ ...VISITS, clock: core.clock })
  const expected = new BoundedMap<PeerIdString, true>(MOST_VISITS)
  const open = new Set<Connection>()
  return {
    admits: (peer, from) => {
      if (open.size >= MOST_VISITS || !limits.take(groupOf(from, core.roster.current().scope, peer), 1)) return false
      expected.set(peer, true)
      return true
    },
    expects: peer => expected.has(peer),
    has: connection => open.has(connection),
    begin: connection => {
      const peer = peerIdText(connection.remotePeer)
      if (connection.direction !== 'inbound' || !expected.delete(peer) || open.size >= MOST_VISITS) return false
      open.add(connection)
      narrow(connection)
      const callOff = core.clock.after(VISIT_MS, () => {
        connection.abort(new Error('a visit is short'))
      })
      connection.addEventListener('close', () => {
        callOff()
        open.delete(connection)
      })
      return true
    }
  }
}

/** Leaves one protocol to the other side, and none to this one: whoever would open a stream, as identify and gossip do, finds it closed. */
function narrow(connection: Connection): void {
  const insides = connection as unknown as ConnectionInsides
  const { registrar } = insides.components
  insides.components = {
    ...insides.components,
    registrar: {
      getProtocols: () => registrar.getProtocols().filter(protocol => protocol === PROTOCOLS.appeal),
      getHandler: protocol => {
        if (protocol !== PROTOCOLS.appeal) throw new Error(`no ${protocol} for an evicted peer`)
        return registrar.getHandler(protocol)
      },
      getMiddleware: protocol => registrar.getMiddleware(protocol)
    },
    // an evicted peer leaves nothing in the peer store
    peerStore: { merge: async () => {} }
  }
  connection.newStream = refuse
  // identify was told of the link before
  setImmediate(() => {
    for (const stream of connection.streams) if (stream.direction === 'outbound') stream.abort(new Error('the peer is evicted'))
  })
}

async function refuse(): Promise<never> {
  throw new Error('the peer is evicted')
}
