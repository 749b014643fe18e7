import { messages } from '@peerwatch/wire'
import { ACCEPTED_PAST_WINDOWS, PRESETS, quorumFor, windowAt } from '@peerwatch/model'
import { multiaddr } from '@multiformats/multiaddr'
import { networkId } from './network.ts'
import { CERTIFICATE_LONGEST_MS } from './verdicts.ts'
import { peerIdBytes } from './peer-ids.ts'
import { createSigner } from './signatures.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString, PresetName, WindowNumber } from '@peerwatch/model'
import type { NetworkFile, Roster, Scope } from './network.ts'

/** The contents of a roster, and its signer. */
export interface RosterInit {
  /** The name of the network. */
  readonly name: string
  readonly authority: PrivateKey
  /** Their addresses too: of all or of none. */
  readonly seeds: readonly { readonly peer: PeerIdString; readonly address?: string }[]
  readonly trusted: readonly PeerIdString[]
  readonly preset: PresetName
  readonly scope: Scope
  readonly nowMs: number
  readonly rosterVersion?: number
  /**
   * The roster before this one. What a seed of it has stamped counts on, also where this one lacks the seed: in reports of windows up to 360 after
   * `nowMs`; and what a trusted node of it has signed up to `nowMs`. It says who leaves the tier, so that ranges are handed over.
   */
  readonly replaces?: Pick<Roster, 'seeds' | 'formerSeeds' | 'trusted' | 'formerTrusted' | 'leaving' | 'quorum' | 'formerQuorums'>
  /** A member whose key may be in wrong hands. Whatever it stamped or signed counts no more, even if the member was honest. */
  readonly stolen?: PeerIdString
  readonly quorum?: number
  readonly retentionMs?: number
  readonly retentionBytes?: number
  readonly requestsPerSecond?: number
  /** Streams per second, by protocol of the application. */
  readonly requestLimits?: ReadonlyMap<string, number>
  readonly maxDegree?: number
  /**
   * The names that people call the members by: 1-63 characters of a-z, 0-9 and '-', for all trusted nodes or for none, and likewise for the seeds.
   * Default: none.
   */
  readonly names?: ReadonlyMap<PeerIdString, string>
}

export interface NetworkFileInit extends Omit<RosterInit, 'trusted' | 'seeds'> {
  readonly seeds: readonly { readonly peer: PeerIdString; readonly address: string }[]
  /** Keys of the trusted nodes: each signs its own token. */
  readonly trusted: readonly PrivateKey[]
}

/** How reports are kept and peers limited where the operator says nothing. Source: docs/design.md. */
export const NETWORK_DEFAULTS = Object.freeze({
  retentionMs: 24 * 60 * 60 * 1000,
  retentionBytes: 2 ** 30,
  requestsPerSecond: 20,
  maxDegree: 32
})

/** Encodes and signs a roster; throws an Error that names a member which has no name where others have one. */
export async function signRoster(init: RosterInit): Promise<Uint8Array> {
  const id = networkId(createSigner(init.authority, new Uint8Array(32)).peer, init.name)
  const roster = messages.roster.encode({
    version: init.rosterVersion ?? 1,
    trusted: init.trusted.map(peer => peerIdBytes(peer)),
    seeds: init.seeds.map(({ peer }) => peerIdBytes(peer)),
    formerSeeds: formerSeeds(init),
    formerTrusted: formerTrusted(init),
    formerQuorums: formerQuorums(init),
    quorum: init.quorum ?? quorumFor(init.trusted.length),
    scope: init.scope === 'local' ? 1 : 2,
    preset: init.preset,
    retentionMs: init.retentionMs ?? NETWORK_DEFAULTS.retentionMs,
    retentionBytes: init.retentionBytes ?? NETWORK_DEFAULTS.retentionBytes,
    requestsPerSecond: init.requestsPerSecond ?? NETWORK_DEFAULTS.requestsPerSecond,
    maxDegree: init.maxDegree ?? NETWORK_DEFAULTS.maxDegree,
    requestLimits: [...(init.requestLimits ?? [])].map(([protocol, perSecond]) => ({ protocol, perSecond })),
    trustedNames: namesOf(init.trusted, init.names),
    seedNames: namesOf(
      init.seeds.map(({ peer }) => peer),
      init.names
    ),
    seedAddresses: init.seeds.flatMap(({ address }) => (address == null ? [] : [multiaddr(address).bytes]))
  })
  return createSigner(init.authority, id).sign('roster', roster)
}

/** Makes what all nodes of a network are given: a roster signed by the authority, and tokens that divide the key space evenly. */
export async function createNetworkFile(init: NetworkFileInit): Promise<NetworkFile> {
  const authority = createSigner(init.authority, new Uint8Array(32)).peer
  const id = networkId(authority, init.name)
  const trusted = init.trusted.map(key => createSigner(key, id))
  // nodes have the addresses from the file itself
  const seeds = init.seeds.map(({ peer }) => ({ peer }))
  const roster = await signRoster({ ...init, seeds, trusted: trusted.map(({ peer }) => peer) })
  const tokens = trusted.map(async (signer, index) =>
    signer.sign('token', messages.token.encode({ start: evenStart(index, trusted.length), version: init.nowMs }))
  )
  return {
    format: 1,
    name: init.name,
    authority,
    seeds: init.seeds.map(({ peer, address }) => `${address}/p2p/${peer}`),
    roster: base64(roster),
    tokens: (await Promise.all(tokens)).map(base64)
  }
}

/** Seeds that were in the roster before and are no seeds any more, as long as records of them may be kept. */
function formerSeeds({
  seeds,
  replaces,
  stolen,
  nowMs,
  preset,
  retentionMs = NETWORK_DEFAULTS.retentionMs
}: RosterInit): { peer: Uint8Array; untilWindow: WindowNumber }[] {
  if (replaces == null) return []
  const { windowMs } = PRESETS[preset]
  const untilWindow = windowAt(nowMs, windowMs) + ACCEPTED_PAST_WINDOWS
  const oldestWindow = windowAt(nowMs - retentionMs, windowMs) - ACCEPTED_PAST_WINDOWS
  const untilWindows = new Map([...replaces.formerSeeds, ...replaces.seeds.map((seed): [PeerIdString, number] => [seed, untilWindow])])
  return [...untilWindows]
    .filter(([former, until]) => former !== stolen && until >= oldestWindow && !seeds.some(({ peer }) => peer === former))
    .map(([peer, until]) => ({ peer: peerIdBytes(peer), untilWindow: until }))
}

/** Trusted nodes that were in the roster before and are none any more, as long as certificates with their signatures may live. */
function formerTrusted({ trusted, replaces, stolen, nowMs }: RosterInit): { peer: Uint8Array; untilMs: number; leaving: boolean }[] {
  if (replaces == null) return []
  const isGone = (peer: PeerIdString): boolean => !trusted.includes(peer)
  // who left before goes on to leave, where nobody else comes or goes: their ranges may not be whole yet
  const isSame = replaces.trusted.length === trusted.length && !replaces.trusted.some(isGone)
  const leaving = new Set(isSame ? replaces.leaving : replaces.trusted.filter(isGone))
  const untilMs = new Map([...replaces.formerTrusted, ...replaces.trusted.map((peer): [PeerIdString, number] => [peer, nowMs])])
  if (stolen != null && untilMs.has(stolen)) untilMs.set(stolen, 0)
  return [...untilMs]
    .filter(([peer, until]) => isGone(peer) && (leaving.has(peer) || until > nowMs - CERTIFICATE_LONGEST_MS))
    .map(([peer, until]) => ({ peer: peerIdBytes(peer), untilMs: until, leaving: leaving.has(peer) }))
}

/** Lower ones of the rosters before, as long as certificates with so many signatures may live. */
function formerQuorums({ trusted, quorum = quorumFor(trusted.length), replaces, nowMs }: RosterInit): { quorum: number; untilMs: number }[] {
  if (replaces == null) return []
  // of one number the latest end counts
  const untilMs = new Map([...replaces.formerQuorums, { quorum: replaces.quorum, untilMs: nowMs }].map(former => [former.quorum, former.untilMs]))
  return [...untilMs]
    .filter(([number, until]) => number < quorum && until > nowMs - CERTIFICATE_LONGEST_MS)
    .map(([number, until]) => ({ quorum: number, untilMs: until }))
}

function namesOf(members: readonly PeerIdString[], names: ReadonlyMap<PeerIdString, string> = new Map()): string[] {
  const given = members.flatMap(peer => names.get(peer) ?? [])
  const nameless = members.find(peer => !names.has(peer))
  if (given.length > 0 && nameless != null) throw new Error(`names: ${nameless} has none; expected one of each trusted node, or of none, and so of the seeds`)
  return given
}

function evenStart(index: number, count: number): Uint8Array {
  const start = new DataView(new ArrayBuffer(8))
  start.setBigUint64(0, (BigInt(index) << 64n) / BigInt(count))
  return new Uint8Array(start.buffer)
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
