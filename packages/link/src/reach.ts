import { causesOf, shuffled, within } from '@peerwatch/model'
import { ServicesError } from './errors.ts'
import { toPeerId } from './peer-ids.ts'
import type { Connection, Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from './core.ts'

export interface Reach {
  /** The addresses to dial. Absent: the addresses that libp2p knows. */
  readonly addresses?: readonly Multiaddr[] | undefined
  /** The time for all addresses together. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Dials even if there is a link already. */
  readonly force?: boolean
}

/** An address takes at most this share of the time. So one that swallows packets leaves enough for two others. */
const SHARES = 3

/**
 * Links to a peer at the first of its addresses that leads to it.
 *
 * Each address is a dial of its own. If libp2p dials several at once, it rejects all when one name does not resolve, and waits for each that swallows
 * packets. The order is by chance, with names last, so the next call may try what this one had no time for.
 *
 * @throws ServicesError that says for each address why: `other-key` if another peer answers at one, else `no-route`
 */
export async function reach(core: Core, peer: PeerIdString, { addresses, timeoutMs, signal, force = false }: Reach): Promise<Connection> {
  const { connectionManager } = core.components
  const id = toPeerId(peer)
  const tried = ordered(
    core,
    (addresses ?? (await knownAddresses(core, peer))).flatMap(address => withPeerId(address, peer))
  )
  // only libp2p itself may find out more
  if (tried.length === 0) return within(core.health, timeoutMs, async own => connectionManager.openConnection(id, { signal: own, force }), signal)
  const eachMs = timeoutMs / Math.min(tried.length, SHARES)
  return within(
    core.health,
    timeoutMs,
    async all => {
      const failures: ServicesError[] = []
      for (const address of tried) {
        try {
          return await within(core.health, eachMs, async own => connectionManager.openConnection(address, { signal: own, force }), all)
        } catch (error) {
          failures.push(unreached(address, peer, error))
          if (all.aborted) break
        }
      }
      throw new ServicesError(
        failures.some(({ code }) => code === 'other-key') ? 'other-key' : 'no-route',
        failures
          .map(({ message }) => message)
          .toSorted()
          .join('; ')
      )
    },
    signal
  )
}

/** The same, and opens a stream. */
export async function reachStream(core: Core, peer: PeerIdString, protocol: string, init: Reach): Promise<Stream> {
  const connection = await reach(core, peer, init)
  return within(core.health, init.timeoutMs, async signal => connection.newStream(protocol, { signal }), init.signal)
}

async function knownAddresses({ components: { peerStore } }: Core, peer: PeerIdString): Promise<readonly Multiaddr[]> {
  try {
    return (await peerStore.get(toPeerId(peer))).addresses.map(({ multiaddr }) => multiaddr)
  } catch {
    return []
  }
}

/** None where it names another. */
function withPeerId(address: Multiaddr, peer: PeerIdString): Multiaddr[] {
  const last = address.getComponents().at(-1)
  if (last?.name !== 'p2p') return [address.encapsulate(`/p2p/${peer}`)]
  return last.value === peer ? [address] : []
}

const isName = (address: Multiaddr): boolean => address.getComponents().some(({ name }) => name.startsWith('dns'))

function ordered({ rng }: Core, addresses: readonly Multiaddr[]): Multiaddr[] {
  const mixed = shuffled(addresses, rng)
  return [...mixed.filter(address => !isName(address)), ...mixed.filter(isName)]
}

const PEER_ID = /\b(?:12D3Koo|16Uiu2H|Qm)[1-9A-HJ-NP-Za-km-z]{30,}\b/g

/** The id of another peer that answered at the address of `peer`, as far as the error says it: only the text of the handshake's has it. */
export function otherKeyIn(error: unknown, peer: string): string | undefined {
  return causesOf(error)
    .flatMap(({ message }) => (/key|peer/i.test(message) ? (message.match(PEER_ID) ?? []) : []))
    .find(id => id !== peer)
}

function unreached(address: Multiaddr, peer: PeerIdString, error: unknown): ServicesError {
  const found = otherKeyIn(error, peer)
  return found == null
    ? new ServicesError('no-route', `${address.toString()}: ${reasonsOf(error).join(', ')}`, { cause: error })
    : new ServicesError('other-key', `at ${address.toString()} answers ${found}`, { cause: error })
}

function reasonsOf(error: unknown): string[] {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.flatMap(reasonsOf)
  return [reasonOf(error)]
}

/** libp2p names them for what it was reading. */
const HUNG_UP = new Set(['UnexpectedEOFError', 'StreamResetError', 'ConnectionClosedError'])

/** For people. A node that refuses another says nothing: it hangs up. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (HUNG_UP.has(error.name)) return `it hung up, as a node does that refuses this one: it may have cut or evicted it, or be full (${error.message})`
  return error.message === '' ? error.name : error.message
}
