import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { attacker } from '@peerwatch/attacks/trial'
import { PROTOCOLS } from '@peerwatch/wire'
import type { PrivateKey } from '@libp2p/interface'
import type { Rng } from '@peerwatch/model'
import type { SoakNetwork, SoakedNode } from './soak-network.ts'

export interface Churn {
  /** Names that have come and gone; dials that failed are no names. */
  readonly names: () => number
  /** Goes on until it is called, then resolves once everybody has left. */
  readonly run: () => () => Promise<void>
}

export interface ChurnInit {
  readonly isFresh: boolean
  readonly rng: Rng
}

const KEYS_COUNT = 200
const AT_ONCE = 4
const WITHIN_MS = 10_000

/** Hosts that connect to every node, do what strangers do, and leave in order or not. */
export async function churn({ network, nodes }: SoakNetwork, { isFresh, rng }: ChurnInit): Promise<Churn> {
  const keys = isFresh ? [] : await Promise.all(Array.from({ length: KEYS_COUNT }, async () => generateKeyPair('Ed25519')))
  const seed = nodes.find(({ role }) => role === 'seed')!
  let names = 0
  let cycles = 0

  const cycle = async (key: PrivateKey | undefined): Promise<void> => {
    const host = await attacker(network, key)
    try {
      // whoever is registered and gone is tested by the seed, and then looked for by nobody
      await host.register({ addresses: () => seed.addresses }, host.libp2p.getMultiaddrs().map(String)).catch(() => {})
      for (const node of nodes) await visit(host, node, Math.floor(rng() * 4)).catch(() => {})
      names++
    } finally {
      for (const connection of host.libp2p.getConnections()) if (rng() < 0.5) connection.abort(new Error('left without a word'))
      await host.stop()
    }
  }
  return {
    names: () => names,
    run: () => {
      const over = new AbortController()
      const line = async (): Promise<void> => {
        // each line of hosts goes on to the next key, so that no two hosts have the same one at a time
        while (!over.signal.aborted) await cycle(keys[cycles++ % KEYS_COUNT])
      }
      const lines = Array.from({ length: AT_ONCE }, line)
      return async () => {
        over.abort()
        await Promise.all(lines)
      }
    }
  }
}

/** No more than the link, a stream that is left open, garbage, or a stream that is closed in order. */
async function visit(host: Awaited<ReturnType<typeof attacker>>, node: SoakedNode, act: number): Promise<void> {
  const signal = AbortSignal.timeout(WITHIN_MS)
  const addresses = node.addresses.map(text => multiaddr(text))
  const connection = await host.libp2p.dial(addresses, { signal })
  if (act === 0) return
  const protocol = { seed: PROTOCOLS.registry, trusted: PROTOCOLS.report, watcher: PROTOCOLS.ping, peer: PROTOCOLS.ping }[node.role]
  const stream = await connection.newStream(protocol, { signal })
  if (act === 2) stream.send(Uint8Array.of(3, 255, 255, 255))
  if (act === 3) await stream.close({ signal })
}
