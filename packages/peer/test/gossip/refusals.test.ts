import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { generateKeyPair, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { peerIdText } from '@peerwatch/link'
import { testCertificate } from '../../../link/test/support/certificates.ts'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { observedHost } from '../support/observed-host.ts'
import { bodyOf, knowSubscribers, plainHost, send } from '../support/gossip.ts'
import type { PrivateKey, PublicKey } from '@libp2p/interface'
import type { RawMessage } from '../support/gossip.ts'

const TOPIC = '/peerwatch/app/1'
let numbers = 1n

/** As gossipsub signs it, under whatever name. */
async function signed(key: PrivateKey, data: Uint8Array, from: Uint8Array, topic = TOPIC): Promise<RawMessage> {
  const seqno = Buffer.alloc(8)
  seqno.writeBigUInt64BE(numbers++)
  const fields = [from, data, seqno, bodyOf(topic)].flatMap((value, index) => [Uint8Array.of(((index + 1) << 3) | 2, value.byteLength), value])
  return { from, data, seqno, topic, signature: await key.sign(Buffer.concat([bodyOf('libp2p-pubsub:'), ...fields])) }
}

function aliasOf(name: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(0, 39), name.subarray(2), Uint8Array.of(26, 1, 7)])
}

/** The key with a byte behind it that readers leave out, and the name that this gives it. */
function rsaAliasOf({ raw }: PublicKey): { readonly key: Uint8Array; readonly from: Uint8Array } {
  const bytes = Buffer.concat([raw, Uint8Array.of(0)])
  const key = Buffer.concat([Uint8Array.of(8, 0, 18, (bytes.byteLength & 127) | 128, bytes.byteLength >> 7), bytes])
  return { key, from: Buffer.concat([Uint8Array.of(0x12, 32), createHash('sha256').update(key).digest()]) }
}

test('O49: an evicted author does not speak on under another form of its name, and what is refused is counted by reason and blames nobody', async t => {
  const { network, trusted } = await testNetwork()
  const host = await observedHost(network)
  const relay = await plainHost()
  t.after(async () => Promise.all([host.stop(), relay.stop()]))
  const refused: Record<string, number> = {}
  host.core.events.addEventListener('gossip:refused', ({ detail }) => {
    for (const [reason, count] of Object.entries(detail.messages)) refused[reason] = (refused[reason] ?? 0) + count
  })
  let bad = 0
  host.observing.onSeen((_window, seen) => {
    for (const each of seen) bad += each.bad
  })
  const heard: string[] = []
  host.node.services.pubsub.addEventListener('gossipsub:message', ({ detail }) => {
    heard.push(Buffer.from(detail.msg.data).toString())
  })
  for (const { services } of [host.node, relay]) services.pubsub.subscribe(TOPIC)
  await relay.dial(host.node.getMultiaddrs())
  await knowSubscribers(TOPIC, [relay, host.node])

  const key = await generateKeyPair('Ed25519')
  const author = peerIdFromPrivateKey(key)
  const name = author.toMultihash().bytes
  const rsa = await generateKeyPair('RSA', 2048)
  const rsaName = peerIdFromPrivateKey(rsa).toMultihash().bytes
  const rsaAlias = rsaAliasOf(rsa.publicKey)
  const fine = await signed(key, bodyOf('before'), name)
  send(relay, host.node, [fine, { ...(await signed(rsa, bodyOf('a large key'), rsaName)), key: publicKeyToProtobuf(rsa.publicKey) }])
  await until(() => heard.length === 2, 'the ordinary ones did not come')
  await host.certificates.accept(await testCertificate(network, peerIdText(author), trusted))
  const later = await signed(key, bodyOf('later'), name)
  send(relay, host.node, [
    await signed(key, bodyOf('evicted'), name),
    await signed(key, bodyOf('another form'), aliasOf(name)),
    { ...later, key: publicKeyToProtobuf((await generateKeyPair('Ed25519')).publicKey) },
    { ...(await signed(rsa, bodyOf('another form of a large key'), rsaAlias.from)), key: rsaAlias.key },
    { ...later, signature: undefined },
    { ...later, seqno: Uint8Array.of(1) },
    { ...later, data: new Uint8Array(1_000_001) },
    { ...later, signature: new Uint8Array(64) }
  ])
  send(relay, host.node, [await signed(rsa, bodyOf('the last one'), rsaName).then(message => ({ ...message, key: publicKeyToProtobuf(rsa.publicKey) }))])
  await until(() => heard.includes('the last one'), 'the last one did not come')
  await until(() => Object.values(refused).reduce((sum, count) => sum + count, 0) >= 7, 'no window ended')
  assert.deepEqual(refused, { author: 3, unsigned: 1, number: 1, 'too-large': 1, signature: 1 })
  assert.deepEqual(heard.toSorted(), ['a large key', 'before', 'the last one'])
  assert.deepEqual([bad, host.observing.cuts()], [0, []])
})
