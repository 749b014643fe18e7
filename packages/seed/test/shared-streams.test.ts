import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { manualClock } from '@peerwatch/model/testing'
import { peerIdText } from '@peerwatch/link'
import { testHost, testNetwork, until } from '../../link/test/support/core.ts'
import { QuietStream } from '../../peer/test/support/quiet-stream.ts'
import { dialBacks } from '../src/dial-backs.ts'
import { REGISTRY_SERVER_DEFAULTS } from '../src/options.ts'
import { peerStreams } from '../src/peer-streams.ts'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

const MOST_STREAMS = 100

type Handler = (stream: QuietStream, connection: object) => void

async function somebody(): Promise<PeerId> {
  return peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
}

/** The streams of a seed in scope `public`, to which anybody can come from anywhere. */
async function scene(end: (stop: () => Promise<void>) => void) {
  const keys = await testNetwork({ scope: 'public' })
  const { node, core: real } = await testHost(keys.network, keys.seeds[0])
  end(async () => node.stop())
  const limited: string[] = []
  real.events.addEventListener('registry:limited', ({ detail }) => limited.push(detail.bound))
  let handler: Handler | undefined
  const registrar = { handle: async (_protocol: string, taken: Handler) => void (handler = taken), unhandle: async () => {} }
  const core = { ...real, clock: manualClock(), components: { ...real.components, registrar } } as unknown as Core
  const options = { ...REGISTRY_SERVER_DEFAULTS, mostStreams: MOST_STREAMS }
  const streams = peerStreams(core, { options, answer: async () => ({}), onRefused: () => {}, onEnd: () => {} })
  await streams.start()
  end(streams.stop)
  const comes = (host: string, remotePeer: PeerId): QuietStream => {
    const stream = new QuietStream(peerIdText(remotePeer))
    handler!(stream, { remotePeer, remoteAddr: multiaddr(`/ip4/${host}/tcp/50000`) })
    return stream
  }
  /** Several names at one host. */
  const crowd = async (host: string, count: number): Promise<QuietStream[]> => {
    const names = await Promise.all(Array.from({ length: count }, somebody))
    const came = names.map(name => comes(host, name))
    // the end of a stream is told of a little later
    await until(() => streams.count() <= MOST_STREAMS, 'no more than there may be')
    return came
  }
  return { keys, streams, limited, comes, crowd }
}

const open = (came: readonly QuietStream[]): QuietStream[] => came.filter(({ status }) => status === 'open')

function memberOf(key: PrivateKey | undefined): PeerId {
  assert.ok(key)
  return peerIdFromPrivateKey(key)
}

test('G85: names of one group that hold all streams of a seed make room for every newcomer of another, the newest of them first', async t => {
  const { streams, limited, crowd } = await scene(t.after.bind(t))
  const sybils = await crowd('8.8.8.8', 2 * MOST_STREAMS)
  assert.equal(open(sybils).length, MOST_STREAMS, 'spare room is theirs')
  assert.equal(limited.length, MOST_STREAMS, 'each that was turned away is counted')
  const honest: QuietStream[] = []
  for (let at = 0; at < 40; at++) honest.push(...(await crowd(`9.9.${at}.1`, 1)))
  assert.equal(open(honest).length, 40)
  assert.equal(open(sybils).length, MOST_STREAMS - 40)
  assert.equal(open(sybils.slice(0, 10)).length, 10, 'who came first stays')
  assert.equal(streams.count(), MOST_STREAMS)
  assert.deepEqual(new Set(limited), new Set(['streams']))
  assert.equal(limited.length, MOST_STREAMS + 40)
  await crowd('8.8.8.9', 500)
  assert.equal(open(honest).length, 40, 'more names of the crowd end none of them')
})

test('G85: groups that are equally large end no streams of each other', async t => {
  const { crowd, streams } = await scene(t.after.bind(t))
  const first = await crowd('8.8.8.8', MOST_STREAMS)
  const second = await crowd('9.9.9.9', 3 * MOST_STREAMS)
  const before = [...open(first), ...open(second)]
  assert.ok(Math.abs(open(first).length - open(second).length) <= 2)
  const more = [...(await crowd('8.8.8.8', 50)), ...(await crowd('9.9.9.9', 50))]
  assert.deepEqual([open(more).length, open(before).length], [0, streams.count()])
})

test('G85: where all are private the room is theirs, nobody is ended for another, and members get in beyond it', async t => {
  const { keys, crowd, comes, streams } = await scene(t.after.bind(t))
  const member = memberOf(keys.trusted[0])
  const link = comes('9.9.9.9', member)
  const some = await crowd('192.168.1.1', MOST_STREAMS - 1)
  const more = await crowd('10.0.0.1', 20)
  assert.deepEqual([open(some).length, open(more).length], [MOST_STREAMS - 1, 0])
  const again = comes('9.9.9.9', member)
  await until(() => streams.count() === MOST_STREAMS, 'a newer stream replaces the older')
  assert.deepEqual([link.status === 'open', again.status], [false, 'open'])
  await crowd('8.8.8.8', 5)
  assert.equal(again.status, 'open')
})

const CROWD = '8.8.8.0/24'

/** A seed's dial-backs, each of which lasts until the test ends it. */
async function dialling(end: (stop: () => Promise<void>) => void) {
  const { network, seeds } = await testNetwork({ scope: 'public' })
  const { node, core } = await testHost(network, seeds[0], { clock: manualClock() })
  end(async () => node.stop())
  const limited: string[] = []
  core.events.addEventListener('registry:limited', ({ detail }) => limited.push(detail.bound))
  const dialled: PeerIdString[] = []
  const under: (() => void)[] = []
  const backs = dialBacks(core, {
    probe: {
      answers: async () => true,
      isDialable: async peer => {
        dialled.push(peer)
        return new Promise(resolve => {
          under.push(() => {
            resolve(false)
          })
        })
      }
    },
    options: REGISTRY_SERVER_DEFAULTS,
    onResult: () => {},
    onKnown: () => {}
  })
  end(async () => {
    backs.stop()
  })
  const considers = (peer: string, group: string): void => {
    backs.consider({ peer: peer as PeerIdString, seq: 1, addresses: ['/ip4/8.8.8.8/tcp/1'], group, reach: 'untried' })
  }
  /** The oldest dial fails, and others begin. */
  const fails = async (): Promise<void> => {
    under.shift()!()
    await new Promise(setImmediate)
  }
  return { considers, fails, dialled, limited }
}

test('G86: however many names of one group wait to be dialled back, one of another group is dialled among the next ones', async t => {
  const { considers, fails, dialled, limited } = await dialling(t.after.bind(t))
  for (let at = 0; at < 5_000; at++) considers(`sybil-${at}`, CROWD)
  for (let at = 0; at < 20; at++) considers(`honest-${at}`, `9.9.${at}.0/24`)
  for (let at = 5_000; at < 10_000; at++) considers(`sybil-${at}`, CROWD)
  assert.deepEqual(new Set(limited), new Set(['dial-backs']))
  assert.equal(limited.length, 10_020 - 1_000 - REGISTRY_SERVER_DEFAULTS.dialBacksAtOnce, 'each that had to make room is counted')
  // groups take turns at random: of 21 one is the crowd's
  for (let turn = 0; turn < 400; turn++) await fails()
  assert.equal(dialled.filter(peer => peer.startsWith('honest')).length, 20)
})

test('G86: who had to make room was not tried, and is dialled when it comes again', async t => {
  const { considers, fails, dialled } = await dialling(t.after.bind(t))
  for (let at = 0; at < 3_000; at++) considers(`sybil-${at}`, CROWD)
  for (let turn = 0; turn < 1_000; turn++) await fails()
  const missed = Array.from({ length: 3_000 }, (_, at) => `sybil-${at}` as PeerIdString).find(peer => !dialled.includes(peer))!
  considers(missed, CROWD)
  await fails()
  assert.ok(dialled.includes(missed))
})
