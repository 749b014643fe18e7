/**
 * Asks seeds who they are, as a host that nobody knows.
 *
 * @packageDocumentation
 */
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { causesOf, codesOf, within } from '@peerwatch/model'
import { caller, otherKeyIn } from '@peerwatch/link'
import { systemClock } from '@peerwatch/model/system-clock'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { createLibp2p } from 'libp2p'
import { frugalYamux } from './thrift/frugal-yamux.ts'
import { gatheringNoise } from './thrift/gathering-noise.ts'
import { webSockets } from './web-sockets/web-sockets.ts'
import type { Connection } from '@libp2p/interface'
import type { RegistryRequest, RegistryResponse } from '@peerwatch/wire'

/** The outcome of asking at one address of a seed. */
export interface AskedSeed {
  /** Multiaddr that ends in the seed's peer id. */
  readonly address: string
  /** Undefined: whoever answers has the seed's key and keeps a registry. */
  readonly trouble: string | undefined
}

/** A seed that is busy still answers within this. */
const ANSWERS_WITHIN_MS = 10_000

/** All at once, each address by a host of its own: one host has one connection to a peer, and would try no second address. */
export async function askSeeds(addresses: readonly string[]): Promise<AskedSeed[]> {
  return Promise.all(addresses.map(async address => ({ address, trouble: await troubleAt(address) })))
}

async function troubleAt(address: string): Promise<string | undefined> {
  const host = await createLibp2p({
    addresses: { listen: [] },
    transports: [tcp(), webSockets({ clock: systemClock })],
    connectionEncrypters: [gatheringNoise()],
    streamMuxers: [frugalYamux()],
    connectionMonitor: { enabled: false }
  })
  let connection: Connection | undefined
  try {
    return await within(systemClock, ANSWERS_WITHIN_MS, async signal => {
      connection = await host.dial(multiaddr(address), { signal })
      return await registryTrouble(connection, signal)
    })
  } catch (error) {
    return connection == null ? dialTrouble(error, address) : registryRefusal(error)
  } finally {
    await host.stop()
  }
}

/** A stranger may ask nothing, and is told so: that is an answer. */
async function registryTrouble(connection: Connection, signal: AbortSignal): Promise<undefined> {
  const stream = await connection.newStream(PROTOCOLS.registry, { signal })
  const seed = caller<RegistryRequest, RegistryResponse>(stream, {
    clock: systemClock,
    request: messages.registryRequest,
    response: messages.registryResponse,
    mostUnderWay: 1,
    timeoutMs: ANSWERS_WITHIN_MS,
    onEnd: () => {}
  })
  try {
    await seed.call({ list: { most: 1 } })
  } finally {
    await seed.close()
  }
  return undefined
}

/** Why the registry did not answer although the key was right. */
function registryRefusal(error: unknown): string {
  if (error instanceof Error && error.name === 'UnsupportedProtocolError') return 'a libp2p host has its key and keeps no registry'
  return `it has the key, and its registry did not answer (${error instanceof Error ? error.message : String(error)})`
}

const REFUSALS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  EHOSTUNREACH: 'there is no way there (EHOSTUNREACH)',
  ENETUNREACH: 'there is no way there (ENETUNREACH)',
  ENOTFOUND: 'its name is not known (ENOTFOUND)'
}

/** What kept a connection from being made, by the word of the operating system or of the node that answered. */
function dialTrouble(error: unknown, address: string): string {
  const all = causesOf(error)
  const refusal = codesOf(error)
    .map(code => REFUSALS[code])
    .find(text => text != null)
  if (refusal != null) return refusal
  const other = otherKeyIn(error, address.slice(address.lastIndexOf('/') + 1))
  if (other != null) return `with another key answers ${other}`
  if (all.some(({ name, message }) => name === 'TimeoutError' || message.includes('aborted')))
    return `no answer of a libp2p host within ${ANSWERS_WITHIN_MS / 1000} s`
  return `what answers there is no libp2p host (${all.at(-1)?.message ?? String(error)})`
}
