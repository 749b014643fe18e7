import { createHash } from 'node:crypto'
import { isLimitable, PRESETS } from '@peerwatch/model'
import { LIMITS, messages, networkIdBytes } from '@peerwatch/wire'
import { multiaddr } from '@multiformats/multiaddr'
import { ServicesError } from './errors.ts'
import { peerIdBytes, peerIdFromBytes, readPeerId } from './peer-ids.ts'
import { openSigned, peekSigned } from './signatures.ts'
import type { PeerIdString, Preset, PresetName, WindowNumber } from '@peerwatch/model'
import type { Multiaddr } from '@multiformats/multiaddr'

export type Scope = 'local' | 'public'

/** The roster as the authority signed it. */
export interface Roster {
  readonly version: number
  readonly trusted: readonly PeerIdString[]
  readonly seeds: readonly PeerIdString[]
  /** Seeds of earlier rosters: their stamps count in reports of windows up to this one. */
  readonly formerSeeds: ReadonlyMap<PeerIdString, WindowNumber>
  /** Trusted nodes of earlier rosters: their signatures count on verdicts issued up to this time, Unix ms; 0 for one whose key may be in wrong hands. */
  readonly formerTrusted: ReadonlyMap<PeerIdString, number>
  /** Those of `formerTrusted` that the roster before this one named. They hold what they held until the ranges of the others are whole. */
  readonly leaving: readonly PeerIdString[]
  /** Lower quorums of earlier rosters: so many signatures are enough for verdicts issued up to this time, Unix ms. */
  readonly formerQuorums: readonly { readonly quorum: number; readonly untilMs: number }[]
  /** How many trusted nodes must sign a certificate (k). */
  readonly quorum: number
  readonly scope: Scope
  readonly presetName: PresetName
  readonly preset: Preset
  readonly retentionMs: number
  readonly retentionBytes: number
  /** Requests per second that a neighbour may make of what Peerwatch needs. */
  readonly requestsPerSecond: number
  /** Streams per second that a neighbour may open of a protocol of the application; those of others are not counted. */
  readonly requestLimits: ReadonlyMap<string, number>
  /** Connections to peers, at most; also subjects per reporter and window. */
  readonly maxDegree: number
  /** The names of its members, for people. Each name belongs to one. Empty: the authority gave none. */
  readonly names: ReadonlyMap<PeerIdString, string>
  /** Where seeds are reached, without their ids: of those that `network.json` does not name, since a newer roster added them. Empty where the authority told none. */
  readonly seedAddresses: ReadonlyMap<PeerIdString, Multiaddr>
  /** The `Signed` message it came in. */
  readonly encoded: Uint8Array
}

/** `network.json` as a file or an object: what every node of a network is given. */
export interface NetworkFile {
  readonly format: 1
  readonly name: string
  /** The authority's peer id. */
  readonly authority: string
  /** Multiaddrs with `/p2p/ID`. */
  readonly seeds: readonly string[]
  /** Base64 of the signed roster. */
  readonly roster: string
  /** Base64 of the signed tokens. */
  readonly tokens: readonly string[]
  /** Multiaddrs with `/p2p/ID` of peers that speak no Peerwatch and are admitted by every seed. Default: none. */
  readonly guests?: readonly string[]
}

export interface Network {
  readonly name: string
  /** 32 bytes; every signature covers it. */
  readonly id: Uint8Array
  readonly authority: PeerIdString
  readonly seeds: readonly Multiaddr[]
  readonly roster: Roster
  readonly tokens: readonly Uint8Array[]
  readonly guests: readonly Multiaddr[]
}

export function networkId(authority: PeerIdString, name: string): Uint8Array {
  return createHash('sha256')
    .update(networkIdBytes(peerIdBytes(authority), name))
    .digest()
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/

/** What is wrong with a network file, whatever its name is. */
class UnusableFile extends Error {}

function fail(what: string, cause?: unknown): never {
  throw new UnusableFile(what, { cause })
}

function bytesOf(base64: unknown, field: string): Uint8Array {
  if (typeof base64 !== 'string' || !/^[A-Za-z0-9+/]+=*$/.test(base64)) fail(`${field}: expected base64, found ${JSON.stringify(base64)?.slice(0, 40)}`)
  return Buffer.from(base64, 'base64')
}

function addressesOf(texts: readonly unknown[], field: string): Multiaddr[] {
  return texts.map((text, index) => {
    try {
      const address = multiaddr(text as string)
      readPeerId(address.getComponents().findLast(part => part.name === 'p2p')?.value ?? '')
      return address
    } catch (error) {
      return fail(`${field}[${index}]: expected a multiaddr that ends in /p2p/ID, found ${JSON.stringify(text)}`, error)
    }
  })
}

/**
 * Reads and checks a network file; throws ServicesError `bad-network` that names field, expectation and what was found.
 *
 * @param source - what the error says before the rest: where the file is, or nothing if whoever catches the error says so
 */
export async function parseNetwork(file: unknown, source = 'network.json: '): Promise<Network> {
  try {
    return await networkOf(file)
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error
    throw new ServicesError('bad-network', `${source}${error.message}`, { cause: error.cause })
  }
}

async function networkOf(file: unknown): Promise<Network> {
  if (typeof file !== 'object' || file == null) fail(`expected an object, found ${JSON.stringify(file)?.slice(0, 40)}`)
  const { format, name, authority, seeds, roster, tokens, guests = [] } = file as Partial<Record<keyof NetworkFile, unknown>>
  if (format !== 1) fail(`format: expected 1, found ${JSON.stringify(format)}; this version reads format 1 only`)
  if (typeof name !== 'string' || !NAME.test(name)) fail(`name: expected 1-63 characters of a-z, 0-9 and '-', found ${JSON.stringify(name)}`)
  let authorityId: PeerIdString
  try {
    authorityId = readPeerId(authority as string)
  } catch (error) {
    fail(`authority: expected a peer id such as 12D3Koo…, found ${JSON.stringify(authority)}`, error)
  }
  if (!Array.isArray(seeds) || seeds.length === 0) fail(`seeds: expected at least one multiaddr, found ${JSON.stringify(seeds)}`)
  if (!Array.isArray(guests)) fail(`guests: expected an array of multiaddrs, found ${JSON.stringify(guests)}`)
  if (!Array.isArray(tokens)) fail(`tokens: expected an array of base64, found ${JSON.stringify(tokens)}`)
  const id = networkId(authorityId, name)
  return {
    name,
    id,
    authority: authorityId,
    seeds: addressesOf(seeds, 'seeds'),
    roster: await openRoster(bytesOf(roster, 'roster'), authorityId, id),
    tokens: tokens.map((token, index) => bytesOf(token, `tokens[${index}]`)),
    guests: addressesOf(guests, 'guests')
  }
}

/** Throws where they are not those of all, or of two members, or no names at all: whoever reads one must know whom it means. */
function namesOf({
  trusted,
  seeds,
  trustedNames,
  seedNames
}: Readonly<Record<'trusted' | 'seeds', readonly Uint8Array[]> & Record<'trustedNames' | 'seedNames', readonly string[]>>): ReadonlyMap<PeerIdString, string> {
  for (const [members, given] of [
    [trusted, trustedNames],
    [seeds, seedNames]
  ] as const) {
    if (given.length !== 0 && given.length !== members.length) throw new Error(`${given.length} names of ${members.length} members`)
  }
  const pairs = [...trusted.slice(0, trustedNames.length), ...seeds.slice(0, seedNames.length)].map((member, index): [PeerIdString, string] => [
    peerIdFromBytes(member),
    [...trustedNames, ...seedNames][index] ?? ''
  ])
  const names = new Map(pairs)
  for (const [peer, name] of pairs) {
    if (!NAME.test(name)) throw new Error(`a member is named ${JSON.stringify(name.slice(0, 70))}`)
    if (names.get(peer) !== name || pairs.some(([other, its]) => its === name && other !== peer)) throw new Error(`the name ${name} does not tell one member`)
  }
  return names
}

/** Throws where they are not those of all seeds, or of none, or one is no multiaddr. */
function seedAddressesOf({ seeds, seedAddresses }: Readonly<Record<'seeds' | 'seedAddresses', readonly Uint8Array[]>>): ReadonlyMap<PeerIdString, Multiaddr> {
  if (seedAddresses.length !== 0 && seedAddresses.length !== seeds.length) throw new Error(`${seedAddresses.length} addresses of ${seeds.length} seeds`)
  return new Map(
    seedAddresses.map((bytes, index) => {
      if (bytes.byteLength > LIMITS.addressBytes) throw new Error(`an address of ${bytes.byteLength} bytes`)
      return [peerIdFromBytes(seeds[index]!), multiaddr(bytes)]
    })
  )
}

/** Where a seed is, with its id: by `network.json`, which whoever runs the node can correct, else by the roster. */
export function addressesOfSeed({ seeds }: Pick<Network, 'seeds'>, { seedAddresses }: Pick<Roster, 'seedAddresses'>, seed: PeerIdString): Multiaddr[] {
  const named = seeds.filter(address => address.toString().endsWith(`/p2p/${seed}`))
  const signed = seedAddresses.get(seed)
  return named.length > 0 || signed == null ? named : [signed.encapsulate(`/p2p/${seed}`)]
}

/** Checks a signed roster, its signature last; throws ServicesError `bad-roster`. */
export async function openRoster(encoded: Uint8Array, authority: PeerIdString, id: Uint8Array): Promise<Roster> {
  try {
    const { signer, payload } = peekSigned(encoded)
    if (signer !== authority) throw new Error(`signed by ${signer}, not by the authority ${authority}`)
    const fields = messages.roster.decode(payload)
    const {
      version,
      trusted,
      seeds,
      formerSeeds,
      formerTrusted,
      formerQuorums,
      quorum,
      scope,
      preset,
      retentionMs,
      retentionBytes,
      requestsPerSecond,
      maxDegree,
      requestLimits
    } = fields
    if (!Object.hasOwn(PRESETS, preset)) throw new Error(`unknown preset ${JSON.stringify(preset)}`)
    if (scope !== 1 && scope !== 2) throw new Error(`unknown scope ${scope}`)
    if (quorum < 1 || quorum > Math.max(1, trusted.length)) throw new Error(`quorum ${quorum} of ${trusted.length} trusted nodes`)
    if (requestsPerSecond < 1 || maxDegree < 1) throw new Error('requestsPerSecond and maxDegree must be at least 1')
    const wrong = requestLimits.find(({ protocol, perSecond }) => perSecond < 1 || !isLimitable(protocol))
    if (wrong != null) throw new Error(`a limit of ${wrong.perSecond} requests for ${JSON.stringify(wrong.protocol.slice(0, 40))}`)
    await openSigned('roster', id, encoded)
    // dearer than a signature: of what anybody may send only this much is looked at
    const names = namesOf(fields)
    const seedAddresses = seedAddressesOf(fields)
    const presetName = preset as PresetName
    return {
      version,
      trusted: trusted.map(peerIdFromBytes),
      seeds: seeds.map(peerIdFromBytes),
      formerSeeds: new Map(formerSeeds.map(({ peer, untilWindow }) => [peerIdFromBytes(peer), untilWindow])),
      formerTrusted: new Map(formerTrusted.map(({ peer, untilMs }) => [peerIdFromBytes(peer), untilMs])),
      leaving: formerTrusted.filter(({ leaving }) => leaving).map(({ peer }) => peerIdFromBytes(peer)),
      formerQuorums: formerQuorums.filter(former => former.quorum > 0).map(former => ({ quorum: former.quorum, untilMs: former.untilMs })),
      quorum,
      scope: scope === 1 ? 'local' : 'public',
      presetName,
      preset: PRESETS[presetName],
      retentionMs,
      retentionBytes,
      requestsPerSecond,
      requestLimits: new Map(requestLimits.map(({ protocol, perSecond }) => [protocol, perSecond])),
      maxDegree,
      names,
      seedAddresses,
      encoded
    }
  } catch (error) {
    throw new ServicesError('bad-roster', `roster: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
