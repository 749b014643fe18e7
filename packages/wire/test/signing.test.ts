import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { networkIdBytes, signingBytes } from '../src/index.ts'
import { domains } from './support/domains.ts'

const same = (x: Uint8Array, y: Uint8Array): boolean => Buffer.compare(x, y) === 0

const signed = fc.record({
  domain: fc.constantFrom(...domains),
  network: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  signer: fc.uint8Array({ maxLength: 40 }),
  payload: fc.uint8Array({ maxLength: 40 })
})

test('the bytes under a signature are those of docs/protocol.md', () => {
  const bytes = signingBytes('stamp', new Uint8Array(32).fill(7), Uint8Array.of(1, 2), Uint8Array.of(9))
  assert.equal(Buffer.from(bytes).toString('latin1'), `/peerwatch/stamp/1\0${'\x07'.repeat(32)}\x02\x01\x02\x09`)
})

test('different domains, networks, signers or payloads never give the same bytes to sign', () => {
  fc.assert(
    fc.property(signed, signed, (a, b) => {
      const equal = a.domain === b.domain && same(a.network, b.network) && same(a.signer, b.signer) && same(a.payload, b.payload)
      assert.equal(same(signingBytes(a.domain, a.network, a.signer, a.payload), signingBytes(b.domain, b.network, b.signer, b.payload)), equal)
    })
  )
})

test('a byte moved from the payload to the signer changes what is signed', () => {
  const network = new Uint8Array(32)
  assert.notDeepEqual(
    signingBytes('report', network, Uint8Array.of(1, 2), Uint8Array.of(3)),
    signingBytes('report', network, Uint8Array.of(1), Uint8Array.of(2, 3))
  )
})

test('a network id of another length, or a signer beyond 255 bytes, is an error of the caller', () => {
  assert.throws(() => signingBytes('report', new Uint8Array(31), new Uint8Array(2), new Uint8Array(2)), RangeError)
  assert.throws(() => signingBytes('report', new Uint8Array(32), new Uint8Array(256), new Uint8Array(2)), RangeError)
})

test('two networks of one authority have different ids', () => {
  const authority = Uint8Array.of(1, 2, 3)
  assert.notDeepEqual(networkIdBytes(authority, 'a'), networkIdBytes(authority, 'b'))
  assert.equal(Buffer.from(networkIdBytes(authority, 'a')).toString('latin1'), '/peerwatch/network/1\0\x03\x01\x02\x03a')
})
