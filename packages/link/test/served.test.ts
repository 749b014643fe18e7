import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { peerIdText } from '../src/peer-ids.ts'
import { served } from '../src/served.ts'
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '../src/core.ts'
import type { Arrival, Served, ServedInit, ServedStream } from '../src/served.ts'

const peers: readonly PeerId[] = await Promise.all(['ann', 'bob', 'carl'].map(async () => peerIdFromPrivateKey(await generateKeyPair('Ed25519'))))
const PER_PEER = 2
const STREAMS = 4

interface Held extends ServedStream {
  readonly peer: PeerIdString
  readonly number: number
  isOver: boolean
  readonly end: () => void
}

interface Bench {
  readonly serving: Served<Held>
  /** A stream of this peer; its number among those of the bench, if it was let in. */
  readonly arrive: (peer: PeerId) => number | undefined
  readonly held: Held[]
  readonly faults: string[]
}

type Handler = (stream: Stream, connection: Connection) => void

async function bench(init: Partial<ServedInit<Held>> = {}): Promise<Bench> {
  const handlers = new Map<string, Handler>()
  const faults: string[] = []
  const held: Held[] = []
  const core = {
    components: {
      registrar: {
        handle: async (protocol: string, handler: Handler) => void handlers.set(protocol, handler),
        unhandle: async (protocol: string) => void handlers.delete(protocol)
      }
    },
    emit: (_event: string, { what }: { what: string }) => faults.push(what)
  } as unknown as Pick<Core, 'components' | 'emit'>
  const serving = served<Held>(core, {
    protocol: '/test/1',
    streamsPerPeer: PER_PEER,
    streams: STREAMS,
    newest: 'refused',
    serve: ({ peer, onEnd }: Arrival) => {
      const one: Held = {
        peer,
        number: held.length,
        isOver: false,
        isOpen: () => !one.isOver,
        // ended now, and told of only later, as `frames` does
        end: () => {
          if (one.isOver) return
          one.isOver = true
          queueMicrotask(onEnd)
        },
        close: async () => {
          one.end()
        }
      }
      held.push(one)
      return one
    },
    ...init
  })
  await serving.start()
  return {
    serving,
    held,
    faults,
    arrive: peer => {
      let isReset = false
      const stream = { abort: () => (isReset = true) } as unknown as Stream
      handlers.get('/test/1')?.(stream, { remotePeer: peer } as Connection)
      return isReset || handlers.size === 0 ? undefined : held.length - 1
    }
  }
}

/** A stream comes, one of those that came ends, or what has ended is told of. */
const steps = fc.array(fc.oneof(fc.record({ comes: fc.constantFrom(...peers) }), fc.record({ ends: fc.nat(40) }), fc.constant({ settles: true })), {
  maxLength: 60,
  size: 'max'
})

async function play(
  { arrive, held }: Bench,
  history: readonly ({ comes: PeerId } | { ends: number } | { settles: boolean })[],
  check: () => void
): Promise<void> {
  for (const step of history) {
    if ('comes' in step) arrive(step.comes)
    else if ('ends' in step) held[step.ends]?.end()
    else await Promise.resolve()
    check()
  }
}

suite('streams that a server keeps', () => {
  for (const newest of ['refused', 'replaces'] as const) {
    test(`whatever comes and ends, no peer has more than its own and all no more than theirs, where the newest is ${newest}`, async () => {
      await fc.assert(
        fc.asyncProperty(steps, async history => {
          const it = await bench({ newest })
          await play(it, history, () => {
            for (const peer of peers) {
              const open = it.held.filter(one => one.peer === peerIdText(peer) && !one.isOver)
              assert.deepEqual(it.serving.of(peerIdText(peer)), open, 'those that are open, oldest first')
              assert.ok(open.length <= PER_PEER)
            }
            assert.ok(it.held.filter(({ isOver }) => !isOver).length <= STREAMS)
          })
          await it.serving.stop()
          assert.ok(it.held.every(({ isOver }) => isOver))
          assert.deepEqual([it.serving.count(), it.serving.peers()], [0, []], 'nothing is left behind')
          assert.equal(it.arrive(peers[0]!), undefined, 'nothing is taken any more')
        })
      )
    })
  }

  test('one too many is a fault and refused, or takes the place of the oldest', async () => {
    const [ann] = peers
    const strict = await bench()
    assert.deepEqual([strict.arrive(ann!), strict.arrive(ann!), strict.arrive(ann!)], [0, 1, undefined])
    assert.deepEqual(strict.faults, ['too-many-streams'])
    const mild = await bench({ newest: 'replaces' })
    assert.deepEqual([mild.arrive(ann!), mild.arrive(ann!), mild.arrive(ann!)], [0, 1, 2])
    assert.deepEqual(
      mild.serving.of(peerIdText(ann!)).map(({ number }) => number),
      [1, 2]
    )
    assert.deepEqual(mild.faults, [])
  })

  test('a peer comes back at once: one that has ended and is not told of yet is none too many', async () => {
    const it = await bench()
    const [ann] = peers
    it.arrive(ann!)
    it.arrive(ann!)
    it.held[0]!.end()
    assert.equal(it.arrive(ann!), 2)
    assert.deepEqual(it.faults, [])
  })

  test('how a stream ended is a fault where the other side broke the protocol, and a reset is none', async () => {
    const ends: ((what?: 'reset' | 'too-long') => void)[] = []
    const it = await bench({
      serve: ({ onEnd }) => {
        ends.push(onEnd)
        return { isOpen: () => true, close: async () => {} } as unknown as Held
      }
    })
    for (const peer of peers) it.arrive(peer)
    ends[0]?.('too-long')
    ends[1]?.('reset')
    ends[2]?.()
    assert.deepEqual([it.faults, it.serving.count()], [['too-long'], 0])
  })

  test('who is not admitted is reset, and who is served is told of when its stream is known', async () => {
    const [ann, bob] = peers
    const told: [PeerIdString, number][] = []
    const it = await bench({
      admits: peer => peer === peerIdText(bob!),
      onServed: peer => told.push([peer, it.serving.of(peer).length])
    })
    assert.deepEqual([it.arrive(ann!), it.arrive(bob!)], [undefined, 0])
    assert.deepEqual(told, [[peerIdText(bob!), 1]])
    assert.deepEqual(it.serving.peers(), [peerIdText(bob!)])
  })
})
