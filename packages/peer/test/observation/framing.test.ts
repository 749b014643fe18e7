import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { peerIdFromBytes, peerIdText } from '@peerwatch/link'
import { seededRng } from '@peerwatch/model'
import { bench, somebody } from '../support/bench.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { GossipCopy } from '../../src/gossip/gossip-copy.ts'
import type { Bench } from '../support/bench.ts'

const ORIGINAL = { seqno: Uint8Array.of(7), signature: new Uint8Array(64).fill(7), topic: 't', data: Uint8Array.of(1, 2, 3) }
const EMPTY = new Uint8Array()

function identity(raw: Uint8Array): PeerIdString {
  return peerIdFromBytes(Buffer.concat([Uint8Array.of(0, 36, 8, 1, 18, 32), raw]))
}

function badOf({ seen }: Bench, peer: PeerIdString): number {
  return seen.find(each => each.peer === peer && each.dimension === 'integrity')?.bad ?? 0
}

/** What a relay is blamed for that delivered these copies with a wrong signature, before the original came or after it. */
async function blamed(
  author: PeerIdString,
  original: Partial<GossipCopy>,
  copies: readonly Partial<GossipCopy>[],
  first: 'original' | 'copies'
): Promise<number> {
  const it = await bench()
  const relay = await somebody()
  const deliver = (): void => {
    for (const copy of copies) it.copy({ ...ORIGINAL, author, ...copy, from: relay, kind: 'unproved' }, 7)
  }
  if (first === 'copies') deliver()
  it.copy({ ...ORIGINAL, ...original, author, from: it.core.self, kind: 'new' }, 7)
  if (first === 'original') deliver()
  it.close()
  return badOf(it, relay)
}

const innocent: readonly { readonly name: string; readonly original?: Partial<GossipCopy>; readonly copy: Partial<GossipCopy> }[] = [
  { name: 'another signature over other data', copy: { signature: new Uint8Array(64).fill(8), data: Uint8Array.of(9) } },
  { name: 'the same signature with a longer S', copy: { signature: Uint8Array.of(...ORIGINAL.signature.subarray(0, 63), 23), data: Uint8Array.of(9) } },
  { name: 'a signature that ends early', copy: { signature: ORIGINAL.signature.subarray(0, 63), data: Uint8Array.of(9) } },
  { name: 'the same data: the reader left out what the author signed', copy: {} },
  { name: 'empty data that was written down, or left out', original: { data: EMPTY }, copy: { data: EMPTY } },
  { name: 'another number', copy: { seqno: Uint8Array.of(7, 0), data: Uint8Array.of(9) } },
  { name: 'another message of the author under the same number', copy: { signature: new Uint8Array(64).fill(1), data: Uint8Array.of(9) } }
]
for (const { name, original = {}, copy } of innocent) {
  test(`O45: a wrong signature blames nobody without a valid original that has it, over other data or another topic: ${name}`, async () => {
    const author = await somebody()
    for (const first of ['original', 'copies'] as const) assert.equal(await blamed(author, original, [copy], first), 0, `${first} first`)
  })
}

const altered: readonly { readonly name: string; readonly copies: readonly Partial<GossipCopy>[] }[] = [
  { name: 'other data', copies: [{ data: Uint8Array.of(1, 2, 4) }] },
  { name: 'no data', copies: [{ data: EMPTY }] },
  { name: 'another topic', copies: [{ topic: 'u' }] },
  { name: 'a byte of the data in the topic', copies: [{ topic: 't\u0001', data: Uint8Array.of(2, 3) }] },
  { name: 'three copies of it, which are one message', copies: [{ data: EMPTY }, { data: Uint8Array.of(5) }, { topic: 'u' }] }
]
for (const { name, copies } of altered) {
  test(`O46: a copy with the signature of its valid original over other data or another topic blames its relay, once, whichever came first: ${name}`, async () => {
    const author = await somebody()
    for (const first of ['original', 'copies'] as const) assert.equal(await blamed(author, {}, copies, first), 1, `${first} first`)
  })
}

test('O47: an author whose key lets one signature stand for several messages proves nothing against a relay', async () => {
  const smallOrder = [
    Buffer.from('01'.padEnd(64, '0'), 'hex'),
    Buffer.from('00'.padEnd(63, '0') + '0', 'hex'),
    Buffer.from('80'.padStart(64, '0'), 'hex'),
    Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85', 'hex'),
    Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa', 'hex'),
    Buffer.from(`ec${'ff'.repeat(30)}7f`, 'hex'),
    Buffer.from(`ee${'ff'.repeat(31)}`, 'hex')
  ]
  const authors = [...smallOrder.map(identity), await somebody('secp256k1'), peerIdText(peerIdFromPrivateKey(await generateKeyPair('RSA', 2048)))]
  for (const author of authors) {
    for (const first of ['original', 'copies'] as const) assert.equal(await blamed(author, {}, [{ data: EMPTY }], first), 0, author)
  }
})

/** After how many windows a relay is cut that alters this share of the messages of one author, who writes `perWindow` in each. */
async function windowsUntilCut(share: number, perWindow: number, seed: number): Promise<number> {
  const it = await bench()
  const [relay, author] = [await somebody(), await somebody()]
  const rng = seededRng(seed)
  for (let window = 1, number = 0; window <= 100; window++) {
    for (let each = 0; each < perWindow; each++, number++) {
      const copy = { author, seqno: Buffer.from(String(number)), signature: Buffer.from(String(number).padEnd(64)) }
      it.copy({ ...copy, from: it.core.self }, number)
      if (rng() < share) it.copy({ ...copy, from: relay, kind: 'unproved' }, number)
      if (it.cuts.length > 0) return window
    }
    it.close()
  }
  return Infinity
}

const shares = [
  { share: 1, perWindow: 4, atMost: 1 },
  { share: 0.5, perWindow: 4, atMost: 4 },
  { share: 0.1, perWindow: 10, atMost: 20 }
]
for (const { share, perWindow, atMost } of shares) {
  test(`O48: a relay that alters the messages of one author only is cut: ${share * 100} % of ${perWindow} a window within ${atMost} windows`, async () => {
    for (let seed = 1; seed <= 5; seed++) assert.ok((await windowsUntilCut(share, perWindow, seed)) <= atMost, `seed ${seed}`)
  })
}
