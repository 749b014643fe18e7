import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { messages, networkIdBytes, signingBytes } from '@peerwatch/wire'
import { declaredAs } from '../packages/wire/test/support/messages.ts'
import { toProtoJson } from '../packages/wire/test/support/samples.ts'
import type { Domain } from '@peerwatch/wire'

type Hex = string
interface Vectors {
  readonly network: { readonly authority: Hex; readonly name: string; readonly id: Hex }
  readonly signed: readonly { readonly domain: Domain; readonly signer: Hex; readonly payload: Hex; readonly signature: Hex; readonly encoded: Hex }[]
  readonly messages: readonly { readonly message: keyof typeof messages; readonly bytes: Hex; readonly fields: Record<string, unknown> }[]
}

const read = (name: string): Vectors => JSON.parse(readFileSync(new URL(`vectors/${name}`, import.meta.url), 'utf8')) as Vectors
const bytesOf = (hex: Hex): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const hexOf = (bytes: Uint8Array): Hex => Buffer.from(bytes).toString('hex')
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')

// `go test` in interop/go checks typescript.json in the same way; here is what Go made.
const go = read('go.json')
const id = createHash('sha256')
  .update(networkIdBytes(bytesOf(go.network.authority), go.network.name))
  .digest()

test('Go makes every kind of message and signature that we do', () => {
  const ours = read('typescript.json')
  assert.deepEqual(go.messages.map(({ message }) => message).toSorted(), ours.messages.map(({ message }) => message).toSorted())
  assert.deepEqual([...new Set(go.signed.map(({ domain }) => domain))].toSorted(), [...new Set(ours.signed.map(({ domain }) => domain))].toSorted())
  assert.equal(go.network.id, hexOf(id))
})

for (const { message, bytes, fields } of go.messages) {
  test(`a ${message} made by Go means the same here, and is encoded alike`, () => {
    const codec = messages[message]
    const decoded = codec.decode(bytesOf(bytes))
    assert.deepEqual(toProtoJson(declaredAs(message), decoded as never), fields)
    assert.equal(hexOf(codec.encode(decoded as never)), bytes)
  })
}

for (const { domain, signer, payload, signature, encoded } of go.signed) {
  test(`a ${domain} signed by Go is valid here, and for nothing else`, () => {
    const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI, bytesOf(signer).subarray(6)]), format: 'der', type: 'spki' })
    const isValid = (forDomain: Domain): boolean => verify(null, signingBytes(forDomain, id, bytesOf(signer), bytesOf(payload)), key, bytesOf(signature))
    assert.ok(isValid(domain))
    assert.ok(!isValid(domain === 'report' ? 'finding' : 'report'))
    assert.equal(hexOf(messages.signed.encode({ payload: bytesOf(payload), signer: bytesOf(signer), signature: bytesOf(signature) })), encoded)
  })
}
