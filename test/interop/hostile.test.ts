import assert from 'node:assert/strict'
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { createNetworkFile } from '../../packages/link/src/authority.ts'
import { createSigner } from '../../packages/link/src/signatures.ts'
import { parseNetwork } from '../../packages/link/src/network.ts'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { peerIdBytes, peerIdText } from '../../packages/link/src/peer-ids.ts'
import { sealPeerRecord } from '../../packages/peer/src/registry/peer-record.ts'
import { hostileHost } from '../support/hostile-host.ts'
import { startGo } from './support/go.ts'
import { answering, framed, lie } from './support/lying.ts'
import { until } from '../support/until.ts'
import type { TestContext } from 'node:test'
import type { Connection, PrivateKey, Stream } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Network, NetworkFile } from '../../packages/link/src/network.ts'
import type { Signer } from '../../packages/link/src/signatures.ts'
import type { ListedPeer, RegistryRequest, RegistryResponse, ReportDown, Roster } from '@peerwatch/wire'
import type { HostileHost } from '../support/hostile-host.ts'
import type { GoProcess } from './support/go.ts'
import type { Lie } from './support/lying.ts'

const HOUR_MS = 60 * 60 * 1000
const VERSION = 5

let folder: string
let file: NetworkFile
let network: Network
let authority: PrivateKey
let seed: HostileHost
let tier: HostileHost[]
let neighbour: HostileHost
/** Was in the roster before this one. */
let mole: HostileHost
let stranger: Signer

const newKey = async (): Promise<PrivateKey> => generateKeyPair('Ed25519')
const bytesOf = (peer: PeerIdString): Uint8Array => peerIdBytes(peer)

function windowNow(): { window: number; windowOffsetMs: number } {
  const { windowMs } = network.roster.preset
  return { window: Math.floor(Date.now() / windowMs), windowOffsetMs: Date.now() % windowMs }
}

async function stampOf(peer: PeerIdString, signer: Signer): Promise<Uint8Array> {
  return signer.sign('stamp', messages.stamp.encode({ peer: bytesOf(peer), group: peer, firstWindow: windowNow().window }))
}

async function recordOf({ libp2p, key }: HostileHost, signer = key): Promise<ListedPeer> {
  const record = await sealPeerRecord(libp2p.peerId, signer, libp2p.getMultiaddrs(), Date.now())
  return { record, stamp: new Uint8Array(), unreachable: false, guest: new Uint8Array() }
}

type Answer = Partial<RegistryResponse>

/** What an honest seed says, and then what the test adds to it. */
async function seedAnswer(
  request: RegistryRequest,
  asker: Connection,
  added: { readonly listed: readonly ListedPeer[]; readonly pulled: Answer }
): Promise<Answer> {
  if (request.register != null) {
    return { stamp: await stampOf(peerIdText(asker.remotePeer), seed.signer), renewEveryMs: 500, rosterVersion: VERSION, registered: 5, ...windowNow() }
  }
  if (request.find != null) {
    const asked = request.find.peers.map(bytes => Buffer.from(bytes).toString('hex'))
    return { peers: await Promise.all(tier.filter(({ peer }) => asked.includes(Buffer.from(bytesOf(peer)).toString('hex'))).map(async host => recordOf(host))) }
  }
  if (request.list != null) return { peers: [...added.listed] }
  return request.pull == null ? {} : added.pulled
}

/** A seed that keeps to the protocol; `push` tells all that are registered. */
async function honestSeed(
  lies: readonly Lie[],
  added: { listed: ListedPeer[]; pulled: Answer }
): Promise<{ caught: readonly string[]; push: (news: Answer) => void }> {
  const open = new Set<(message: Uint8Array) => void>()
  const caught = await lie([seed], PROTOCOLS.registry, {
    lies,
    when: 'asked',
    honest: (stream: Stream, connection: Connection) => {
      const send = answering(stream, async bytes => {
        const request = messages.registryRequest.decode(bytes)
        return messages.registryResponse.encode({ ...(await seedAnswer(request, connection, added)), id: request.id })
      })
      open.add(send)
      stream.addEventListener('close', () => open.delete(send))
    }
  })
  return {
    caught,
    push: news => {
      for (const send of open) send(messages.registryResponse.encode(news))
    }
  }
}

function honestEntry(stream: Stream): void {
  const send = answering(stream, async bytes => {
    const { reports } = messages.reportUp.decode(bytes)
    return messages.reportDown.encode({ answers: reports.map(({ number }) => ({ number, status: 1, code: 0 })), credits: reports.length })
  })
  send(messages.reportDown.encode({ hello: windowNow(), credits: 64, rosterVersion: VERSION }))
}

async function reporter(t: TestContext, name: string): Promise<GoProcess> {
  const go = await startGo('peer', '-network', join(folder, 'network.json'), '-data', join(folder, name))
  t.after(async () => go.stop())
  return go
}

const told = (go: GoProcess, ...kinds: readonly string[]): unknown[] =>
  go.events.filter(({ event }) => kinds.includes(event)).map(({ event, peer }) => [event, peer])

/** The answer to a node's first registration, with this stamp. */
function registered(stamp: (peer: PeerIdString) => Promise<Uint8Array>): Lie['bytes'] {
  return async asker => framed(messages.registryResponse.encode({ id: 1, stamp: await stamp(peerIdText(asker.remotePeer)), ...windowNow() }))
}

function say(down: Partial<ReportDown>): Lie['bytes'] {
  return () => framed(messages.reportDown.encode(down))
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerwatch-lying-'))
  const [seedKey, ...trusted] = await Promise.all([newKey(), newKey(), newKey(), newKey()])
  authority = await newKey()
  file = await createNetworkFile({
    name: 'lying',
    authority,
    seeds: [{ peer: seedKey.publicKey.toString() as PeerIdString, address: '/ip4/127.0.0.1/tcp/1' }],
    trusted,
    preset: 'demo',
    scope: 'local',
    nowMs: Date.now(),
    rosterVersion: VERSION
  })
  network = await parseNetwork(file)
  seed = await hostileHost(network, seedKey)
  tier = await Promise.all(trusted.map(async key => hostileHost(network, key)))
  neighbour = await hostileHost(network)
  mole = await hostileHost(network)
  stranger = createSigner(await newKey(), network.id)
  await writeFile(join(folder, 'network.json'), JSON.stringify({ ...file, seeds: seed.libp2p.getMultiaddrs().map(String) }))
})
after(async () => {
  await Promise.all([seed, ...tier, neighbour, mole].map(async host => host.stop()))
  await rm(folder, { recursive: true, force: true })
})

test('a seed that sends garbage, endless frames or stamps of others is left each time; once it is honest the Go peer registers', async t => {
  const lies: Lie[] = [
    { what: 'garbage', bytes: () => Uint8Array.of(5, 255, 255, 255, 255, 255) },
    { what: 'a frame of 16 MB', bytes: () => Uint8Array.of(255, 255, 255, 7, 0) },
    { what: 'a stamp by nobody', bytes: registered(async peer => stampOf(peer, stranger)) },
    { what: 'a stamp of another', bytes: registered(async () => stampOf(neighbour.peer, seed.signer)) }
  ]
  const { caught } = await honestSeed(lies, { listed: [], pulled: {} })
  await lie(tier, PROTOCOLS.report, { lies: [], when: 'at once', honest: honestEntry })
  const go = await reporter(t, 'one')
  await until(() => caught.length === lies.length, 'all are left')
  assert.deepEqual(
    caught,
    lies.map(({ what }) => what)
  )
  assert.deepEqual(told(go, 'registered'), [])
  await go.event('registered')
})

test('an entry that sends garbage, or what answers nothing, is left each time, and no report is lost by it', async t => {
  const lies: Lie[] = [
    { what: 'no hello', bytes: say({ credits: 5 }) },
    { what: 'garbage', bytes: () => Uint8Array.of(5, 255, 255, 255, 255, 255) },
    { what: 'an endless prefix', bytes: () => new Uint8Array(100).fill(128) },
    { what: 'absurd credits', bytes: say({ hello: windowNow(), credits: 2 ** 31 }) },
    { what: 'an answer to nothing', bytes: say({ hello: windowNow(), answers: [{ number: 7, status: 1, code: 0 }] }) },
    { what: 'a frame of 16 MB', bytes: () => Uint8Array.of(255, 255, 255, 7, 0) }
  ]
  await honestSeed([], { listed: [await recordOf(neighbour)], pulled: {} })
  const caught = await lie(tier, PROTOCOLS.report, { lies, when: 'at once', honest: honestEntry })
  const go = await reporter(t, 'two')
  await until(() => caught.length === lies.length, 'all are left')
  assert.deepEqual(caught.toSorted(), lies.map(({ what }) => what).toSorted())
  await go.event('stored')
  const kept = (await readdir(join(folder, 'two', 'outbox'))).length
  await until(() => told(go, 'stored').length > kept, 'all that waited is delivered')
  assert.deepEqual(told(go, 'refused'), [])
})

async function certificate(subject: PeerIdString, signers: readonly Signer[]): Promise<Uint8Array> {
  const issuedAtMs = Date.now()
  const verdict = messages.verdict.encode({
    kind: 1,
    rosterVersion: VERSION,
    subject: bytesOf(subject),
    dimension: 2,
    reason: 'integrity',
    findings: new Uint8Array(32),
    issuedAtMs,
    expiresAtMs: issuedAtMs + HOUR_MS,
    serial: 1
  })
  const cosignatures = await Promise.all(signers.map(async by => ({ signer: bytesOf(by.peer), signature: await by.signature('certificate', verdict) })))
  return messages.certificate.encode({ verdict, cosignatures })
}

async function roster(by: PrivateKey, changed: Partial<Roster>): Promise<Uint8Array> {
  const fields = messages.roster.decode(messages.signed.decode(network.roster.encoded).payload)
  return createSigner(by, network.id).sign('roster', messages.roster.encode({ ...fields, ...changed }))
}

test('of all that a lying seed tells, the Go peer believes what is signed as it must be, and nothing else', async t => {
  const added: { listed: ListedPeer[]; pulled: Answer } = { listed: [await recordOf(neighbour)], pulled: {} }
  const { push } = await honestSeed([], added)
  await lie(tier, PROTOCOLS.report, { lies: [], when: 'at once', honest: honestEntry })
  const go = await reporter(t, 'three')
  await go.event('neighbour', ({ peer }) => peer === neighbour.peer)
  const members = tier.map(({ signer }) => signer)
  const forged = await Promise.all([
    certificate(neighbour.peer, members.slice(0, 1)),
    certificate(neighbour.peer, [members[0]!, members[0]!]),
    certificate(neighbour.peer, [members[0]!, stranger, mole.signer]),
    certificate(seed.peer, members),
    certificate(tier[0]!.peer, members)
  ])
  const old = await roster(authority, { version: VERSION - 1, trusted: [bytesOf(mole.peer)], quorum: 1 })
  const usurped = await roster(mole.key, { version: VERSION + 1, trusted: [bytesOf(mole.peer)], quorum: 1 })
  const goodbye = messages.signed.decode(await stranger.sign('goodbye', messages.goodbye.encode({ recordSeq: Date.now() * 2 })))
  const vote = messages.removalVote.encode({ peer: bytesOf(neighbour.peer), recordSeq: 1, tests: 4, window: windowNow().window })
  const change = { goodbye: new Uint8Array(), votes: [], dead: [] }
  const changes = [
    { ...change, goodbye: messages.signed.encode({ ...goodbye, signer: bytesOf(neighbour.peer) }) },
    { ...change, votes: await Promise.all([stranger, mole.signer].map(async signer => signer.sign('removal', vote))) },
    { ...change, goodbye: Uint8Array.of(1, 2, 3), votes: [Uint8Array.of(9)] }
  ]
  let trapped = 0
  mole.libp2p.addEventListener('peer:connect', () => trapped++)
  const guest = messages.guest.encode({
    peer: bytesOf(mole.peer),
    addresses: mole.libp2p.getMultiaddrs().map(({ bytes }) => bytes),
    expiresAtMs: Date.now() + HOUR_MS
  })
  added.listed = [
    { record: new Uint8Array(), stamp: new Uint8Array(), unreachable: false, guest: await stranger.sign('guest', guest) },
    await recordOf(mole, neighbour.key)
  ]
  let pulls = 0
  added.pulled = {
    get certificates() {
      pulls++
      return forged
    },
    roster: usurped
  }
  for (const wrong of [old, usurped, Uint8Array.of(1)]) push({ roster: wrong })
  push({ certificates: forged, changes })
  push({ rosterVersion: VERSION + 4, live: { count: 3, hash: new Uint8Array(32) } })
  await until(() => pulls > 0, 'it pulls what it lacks')
  // in order, on the same stream: when this has been taken, all before has been looked at
  push({ certificates: [await certificate(mole.peer, members.slice(0, network.roster.quorum))] })
  await go.event('evicted', ({ peer }) => peer === mole.peer)

  assert.deepEqual(told(go, 'evicted', 'removed', 'goodbye', 'dead'), [['evicted', mole.peer]])
  assert.ok(
    neighbour.libp2p.getPeers().some(peer => peer.toString() === go.peer),
    'still linked'
  )
  await assert.rejects(access(join(folder, 'three', 'roster')), 'no other roster is kept')
  assert.equal(trapped, 0)
  const stored = told(go, 'stored').length
  await until(() => told(go, 'stored').length > stored, 'and it reports as before')
})
