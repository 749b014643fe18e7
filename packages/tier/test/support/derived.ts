import { DIMENSIONS } from '@peerwatch/detection'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PRESETS, windowAt } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import { examinerOrder } from '@peerwatch/reputation'
import { candidatesOf } from '@peerwatch/trust-tree'
import { messages } from '@peerwatch/wire'
import { multiaddr } from '@multiformats/multiaddr'
import { MemoryDatastore } from 'datastore-core'
import { createCore, createNetworkFile, createSigner, groupOf, networkId, parseNetwork, peerIdBytes, peerIdText, toPeerId } from '@peerwatch/link'
import { certificateBook } from '../../../peer/src/enforcement/certificates.ts'
import { gossipTopics } from '@peerwatch/peer/parts'
import { examinerDigest } from '../../src/examination/examiner-digest.ts'
import { findingId, findingsDigest } from '../../src/examination/finding-messages.ts'
import { messageId } from '@peerwatch/peer'
import { isWard } from '../../../peer/src/neighbours/wards.ts'
import { chooseEntries } from '../../../peer/src/reporting/entries.ts'
import { placement } from '../../src/tree/placement.ts'
import { tokenBook } from '../../src/tree/token-book.ts'
import { recordParser } from '../../src/tree/tree-record.ts'
import { testCertificate } from '../../../link/test/support/certificates.ts'
import type { Message } from '@libp2p/gossipsub'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString, Place, PresetName } from '@peerwatch/model'
import type { Finding } from '@peerwatch/reputation'
import type { Certificates } from '../../../peer/src/enforcement/certificates.ts'
import type { Core, PeerwatchComponents } from '@peerwatch/link'

const NOW_MS = 1_700_000_007_000
const NAME = 'vectors'
const PEPPER = new Uint8Array(32).fill(0x70)
const TRUSTED_COUNT = 5

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const hexOf = (peer: PeerIdString): string => hex(peerIdBytes(peer))
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

interface Party {
  readonly key: PrivateKey
  readonly peer: PeerIdString
}

/** Its 32 secret bytes are all `byte`. */
async function party(byte: number): Promise<Party> {
  const key = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(byte))
  return { key, peer: peerIdText(peerIdFromPrivateKey(key)) }
}

interface Bench {
  readonly core: Core
  readonly certificates: Certificates
  readonly authority: Party
  readonly peers: readonly PeerIdString[]
  readonly trusted: readonly Party[]
}

async function bench(): Promise<Bench> {
  const [authority, seed, ...rest] = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map(party))
  const trusted = rest.slice(0, TRUSTED_COUNT)
  const network = await parseNetwork(
    await createNetworkFile({
      name: NAME,
      preset: 'demo',
      scope: 'public',
      nowMs: NOW_MS,
      quorum: 1,
      authority: authority!.key,
      seeds: [{ peer: seed!.peer, address: '/ip4/127.0.0.1/tcp/1' }],
      trusted: trusted.map(({ key }) => key)
    })
  )
  const silent = Object.assign(() => {}, { error: () => {}, trace: () => {}, enabled: false })
  const { key: privateKey } = trusted[0]!
  const components = { datastore: new MemoryDatastore(), logger: { forComponent: () => silent }, peerId: peerIdFromPrivateKey(privateKey), privateKey }
  let certificates: Certificates | undefined
  const core = createCore(components as unknown as PeerwatchComponents, {
    network,
    dimensions: DIMENSIONS,
    clock: manualClock(NOW_MS),
    certificates: partial => (certificates = certificateBook(partial))
  })
  return { core, certificates: certificates!, authority: authority!, peers: rest.slice(TRUSTED_COUNT).map(({ peer }) => peer), trusted }
}

/** What every peer computes. */
async function ofPeers({ core, certificates, authority, peers, trusted }: Bench): Promise<Record<string, unknown>> {
  const nodes = trusted.map(({ peer }) => peer)
  const messageIds = [1n, 1_700_000_007_000_000_000n].map(sequenceNumber => {
    const message = { type: 'signed', from: toPeerId(peers[0]!), sequenceNumber } as Message
    return { from: hexOf(peers[0]!), seqno: sequenceNumber.toString(16).padStart(16, '0'), id: hex(messageId(message)) }
  })
  const windows = (Object.keys(PRESETS) as PresetName[]).map(preset => {
    const unixMs = NOW_MS + 500
    return { preset, unixMs, window: windowAt(unixMs, PRESETS[preset].windowMs) }
  })
  const entries = [1, 2, 2 ** 40 + 7].map(rosterVersion => ({
    peer: hexOf(peers[0]!),
    rosterVersion,
    trusted: nodes.map(hexOf),
    entries: chooseEntries(peers[0]!, rosterVersion, nodes).map(hexOf)
  }))
  const wards = peers.flatMap(node =>
    [8, 12, 24].map(peersCount => ({ node: hexOf(node), guest: hexOf(nodes[0]!), peers: peersCount, isWard: isWard(node, nodes[0]!, peersCount) }))
  )
  const liveSets = [{ verdicts: [] as string[], count: 0, hash: hex(certificates.liveSet().hash) }]
  const verdicts: string[] = []
  for (const peer of peers.slice(0, 3)) {
    const encoded = await testCertificate(core.network, peer, [trusted[0]!.key], { issuedAtMs: NOW_MS })
    verdicts.push(hex(messages.certificate.decode(encoded).verdict))
    await certificates.accept(encoded)
    const { count, hash } = certificates.liveSet()
    liveSets.push({ verdicts: [...verdicts], count, hash: hex(hash) })
  }
  return {
    networkIds: [NAME, 'a', '0-9'].map(name => ({ authority: hexOf(authority.peer), name, id: hex(networkId(authority.peer, name)) })),
    topics: { name: NAME, ...gossipTopics(NAME) },
    messageIds,
    windows,
    entries,
    wards,
    liveSets
  }
}

/** What trusted nodes and seeds compute: an implementation of peers needs none of it. */
async function ofTheTier({ core, peers, trusted }: Bench): Promise<Record<string, unknown>> {
  const places = placement(PEPPER)
  const [reporter, subject] = peers as [PeerIdString, PeerIdString]
  const signers = trusted.map(({ key }) => createSigner(key, core.network.id))
  const payload = messages.report.encode({
    subject: peerIdBytes(subject),
    window: 850_000_001,
    observations: [{ dimension: 1, ok: 2, bad: 0 }],
    cuts: [],
    stamp: new Uint8Array()
  })
  const encoded = messages.signed.encode({ payload, signer: peerIdBytes(reporter), signature: new Uint8Array(64) })
  const finding = { subject: peerIdBytes(subject), dimension: 2, outcome: 1, window: 850_000_002, ok: 9, bad: 4, controls: 5 }
  const findings = [4, 5].map(controlsPassed => messages.finding.encode({ ...finding, controlsPassed }))
  const findingIds = trusted
    .slice(0, 2)
    .flatMap(({ peer }) => findings.map(bytes => ({ signer: hexOf(peer), payload: hex(bytes), id: findingId(peer, bytes) })))
  const period = { window: 850_000_029, subject: hexOf(subject) }
  const nodes = trusted.map(({ peer }) => peer)
  // two start at one place, one has none, one is on the move
  const starts = ['0000000000000000', '4000000000000000', '4000000000000000', undefined, 'c000000000000000']
  const tokens = starts.map(async (start, index) => {
    const previousStart = index === 4 ? { previousStart: bytesOf('8000000000000001') } : {}
    const token = messages.token.encode({ ...(start != null && { start: bytesOf(start) }), ...previousStart, version: NOW_MS + 1 })
    return signers[index]!.sign('token', token)
  })
  const signed = await Promise.all(tokens)
  const book = tokenBook(core)
  await book.accept(signed)
  const { tokens: hash, rosterVersion } = book.versions()
  const asked = ['0000000000000000', '3fffffffffffffff', '4000000000000000', '9000000000000000', 'ffffffffffffffff'] as Place[]
  const candidates = asked.map(place => {
    const { current, former } = candidatesOf(book.partition(), place)
    return { place, current: current.map(hexOf), former: former.map(hexOf) }
  })
  const addresses = ['/ip4/198.51.100.7/tcp/1', '/ip4/8.8.4.4/tcp/1', '/ip4/10.0.0.1/tcp/1', '/ip6/2a00:1450:4001::1/tcp/1', '/ip6/::ffff:8.8.4.4/tcp/1']
  return {
    pepper: hex(PEPPER),
    pseudonyms: peers.slice(0, 2).map(peer => ({ peer: hexOf(peer), pseudonym: places.pseudonym(peer), place: places.place(peer) })),
    reportIds: [{ network: hex(core.network.id), signer: hexOf(reporter), payload: hex(payload), id: recordParser(core, places).report(encoded).stored.id }],
    findingIds,
    findingsHash: { ids: findingIds.map(({ id }) => id), hash: hex(findingsDigest(findingIds.map(({ id }) => ({ id }) as Finding))) },
    examiners: {
      ...period,
      trusted: nodes.map(hexOf),
      order: examinerOrder(nodes, subject, period.window, examinerDigest(places.keyed)).map(hexOf)
    },
    view: { rosterVersion, tokens: signed.map(hex), hash: hex(hash), candidates },
    groups: addresses.flatMap(address =>
      (['public', 'local'] as const).map(scope => ({ address, scope, peer: hexOf(reporter), group: groupOf(multiaddr(address), scope, reporter) }))
    )
  }
}

/** What docs/protocol.md says how to compute, computed by what the nodes run. */
export async function derivedVectors(): Promise<Record<string, unknown>> {
  const made = await bench()
  return {
    about:
      'Made by packages/tier. Bytes in hex, peers as multihash bytes, Ed25519 secrets 32 equal bytes: authority 01, seed 02, trusted nodes 03 to 07, peers 08 to 0d. docs/protocol.md says how each is computed.',
    peers: await ofPeers(made),
    tier: await ofTheTier(made)
  }
}
