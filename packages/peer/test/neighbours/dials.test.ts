import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { manualClock } from '@peerwatch/model/testing'
import { dials } from '../../src/neighbours/dials.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

const PING_TIMEOUT_MS = 1_000
const HOPEFUL_MS = 2 * PING_TIMEOUT_MS
const DIAL_WITHIN_MS = 10_000

/** A dial that ends when the test says so, or when it is given up. */
interface Dialled {
  readonly peer: string
  readonly signal: AbortSignal
  readonly answer: (linked: boolean) => void
}

async function scene(
  peersCount = 2
): Promise<{ clock: ReturnType<typeof manualClock>; made: ReturnType<typeof dials>; dialled: Dialled[]; peers: PeerIdString[] }> {
  const clock = manualClock()
  const dialled: Dialled[] = []
  const openConnection = async (id: { toString: () => string }, { signal }: { signal: AbortSignal }): Promise<object> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error)
      })
      const answer = (linked: boolean): void => {
        if (linked) resolve({})
        else reject(new Error('refused'))
      }
      dialled.push({ peer: id.toString(), signal, answer })
    })
  const core = {
    components: { connectionManager: { openConnection }, peerStore: { merge: async () => {} } },
    clock,
    health: { after: clock.after, stretched: (ms: number) => ms },
    roster: { current: () => ({ preset: { pingTimeoutMs: PING_TIMEOUT_MS } }) },
    log: () => {}
  } as unknown as Core
  const keys = await Promise.all(Array.from({ length: peersCount }, async () => generateKeyPair('Ed25519')))
  return {
    clock,
    dialled,
    made: dials(core, { addresses: async () => undefined }),
    peers: keys.map(key => peerIdFromPrivateKey(key).toString() as PeerIdString)
  }
}

const turn = async (): Promise<void> =>
  new Promise(resolve => {
    setImmediate(resolve)
  })

test('a dial that is under way is waited for, and not made a second time', async () => {
  const { made, dialled, peers } = await scene()
  const [peer] = peers
  const first = made.dial({ peer: peer!, addresses: [] })
  const second = made.isLinkedWithin(peer!, PING_TIMEOUT_MS)
  await turn()
  assert.equal(dialled.length, 1)
  assert.equal(made.isUnderWay(peer!), true)
  dialled[0]!.answer(true)
  assert.deepEqual(await Promise.all([first, second]), [true, true])
  assert.equal(made.isUnderWay(peer!), false)
})

test('whoever waits no longer leaves the dial under way, and the next one gets its link', async () => {
  const { clock, made, dialled, peers } = await scene()
  const [peer] = peers
  const missed = made.isLinkedWithin(peer!, PING_TIMEOUT_MS)
  await turn()
  clock.advance(PING_TIMEOUT_MS)
  assert.equal(await missed, false)
  assert.equal(dialled[0]!.signal.aborted, false)
  const next = made.isLinkedWithin(peer!, PING_TIMEOUT_MS)
  await turn()
  dialled[0]!.answer(true)
  assert.equal(await next, true)
  assert.equal(dialled.length, 1)
})

test('a dial that leads nowhere is given up in the end, and another may begin', async () => {
  const { clock, made, dialled, peers } = await scene()
  const dial = made.dial({ peer: peers[0]!, addresses: [] })
  await turn()
  clock.advance(DIAL_WITHIN_MS)
  assert.equal(await dial, false)
  void made.dial({ peer: peers[0]!, addresses: [] })
  await turn()
  assert.equal(dialled.length, 2)
})

test('young dials count as links to come; old ones leave room for others', async () => {
  const { clock, made, peers } = await scene()
  void made.dial({ peer: peers[0]!, addresses: [] })
  await turn()
  clock.advance(HOPEFUL_MS - 1)
  void made.dial({ peer: peers[1]!, addresses: [] })
  await turn()
  assert.equal(made.hopefulCount(), 2)
  clock.advance(1)
  assert.equal(made.hopefulCount(), 1)
})

test('a few are dialled at a time, and the next where there is little hope for one', async () => {
  const { clock, made, dialled, peers } = await scene(5)
  const all = made.dialAll(peers.map(peer => ({ peer, addresses: [] })))
  await turn()
  assert.equal(dialled.length, 3)
  dialled[1]!.answer(true)
  await turn()
  assert.equal(dialled.length, 4)
  clock.advance(HOPEFUL_MS)
  await turn()
  assert.equal(dialled.length, 5)
  assert.ok(dialled.every(({ signal }) => !signal.aborted))
  dialled[4]!.answer(false)
  clock.advance(HOPEFUL_MS)
  assert.equal(await all, true)
  assert.equal(await made.dialAll([]), false)
})

test('stopping ends what is under way', async () => {
  const { made, dialled, peers } = await scene()
  made.start()
  const dial = made.dial({ peer: peers[0]!, addresses: [] })
  await turn()
  made.stop()
  assert.equal(await dial, false)
  assert.equal(dialled[0]!.signal.aborted, true)
})
