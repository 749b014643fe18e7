import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import fc from 'fast-check'
import { misbehave } from '../src/index.ts'
import { alteredData } from '../src/corrupts.ts'
import { chat, createHosts, insideGossip, link, say, textOf, until } from './support/host.ts'
import type { TestContext } from 'node:test'
import type { Host } from './support/host.ts'

/** An author, a relay that is about to misbehave, and who hears of the author only through the relay. */
async function line(t: TestContext): Promise<[Host, Host, Host]> {
  const [author, relay, listener] = (await createHosts(t, 3)) as [Host, Host, Host]
  await link(author, relay)
  await link(listener, relay)
  await chat(author, relay, listener)
  return [author, relay, listener]
}

test('corrupts: altered copies arrive under the author’s name and fail its signature; its own messages are honest', async t => {
  const [author, relay, listener] = await line(t)
  const attack = misbehave(relay, 'corrupts', { rng: seededRng(1) })
  await say(author, 'before')
  await until(() => listener.copies.length === 1, 'an honest copy')
  attack.start()
  await say(author, 'during')
  await until(() => listener.copies.length === 2, 'an altered copy')
  await say(relay, 'my own')
  await until(() => listener.copies.length === 3, 'a message of the corrupter')
  attack.stop()
  await say(author, 'after')
  await until(() => listener.copies.length === 4, 'an honest copy again')

  const [, altered] = listener.copies
  assert.ok(altered)
  assert.deepEqual([...(altered.message.from ?? [])], [...author.libp2p.peerId.toMultihash().bytes])
  assert.notEqual(textOf(altered), 'during')
  assert.deepEqual(
    listener.copies.map(({ verdict }) => verdict),
    ['valid', 'invalid signature', 'valid', 'valid']
  )
  assert.ok(listener.copies.every(({ from }) => from === relay.id))
})

test('corrupts: answers to IWANT are altered as well', async t => {
  const [author, relay, listener] = await line(t)
  await say(author, 'kept')
  await until(() => listener.copies.length === 1, 'an honest copy')
  misbehave(relay, 'corrupts', { rng: seededRng(2) }).start()
  const [{ message }] = listener.copies as [Host['copies'][number]]
  assert.ok(message.from && message.seqno)
  const id = Buffer.concat([message.from, message.seqno])
  insideGossip(listener).sendRpc(relay.id, {
    subscriptions: [],
    messages: [],
    control: { ihave: [], iwant: [{ messageIDs: [id] }], graft: [], prune: [], idontwant: [] }
  })
  await until(() => listener.copies.length === 2, 'the answer')
  assert.equal(listener.copies[1]?.verdict, 'invalid signature')
})

test('corrupts: a share of the copies is altered where only a share is asked for', async t => {
  const [author, relay, listener] = await line(t)
  misbehave(relay, 'corrupts', { rng: seededRng(3), probability: 0.3 }).start()
  for (let count = 0; count < 40; count++) await say(author, `message ${count}`)
  await until(() => listener.copies.length === 40, 'all copies')
  const altered = listener.copies.filter(({ verdict }) => verdict === 'invalid signature').length
  assert.ok(altered > 4 && altered < 24, `${altered} of 40 altered, expected about 12`)
})

test('corrupts: altered data is never the data that was given', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(), (data, seed) => {
      const before = Uint8Array.from(data)
      const altered = alteredData(data, seededRng(seed))
      assert.notDeepEqual(altered, data)
      assert.equal(altered.byteLength, Math.max(1, data.byteLength))
      assert.deepEqual(data, before, 'the original, which lies in the message cache, is left alone')
    })
  )
})

test('freeRides: what others say is not passed on, what it says itself is', async t => {
  const [author, relay, listener] = await line(t)
  misbehave(relay, 'freeRides', { rng: seededRng(4) }).start()
  await say(author, 'lost')
  await until(() => relay.copies.length === 1, 'the relay has it')
  await say(relay, 'my own')
  await until(() => listener.copies.length > 0, 'a message of the free-rider')
  assert.deepEqual(listener.copies.map(textOf), ['my own'])
})
