import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '@peerwatch/model'

const TEXT = '{ "name": "größe" }\r\n'
const utf16 = Buffer.from(TEXT, 'utf16le')

for (const { name, bytes } of [
  { name: 'no mark', bytes: Buffer.from(TEXT) },
  { name: 'UTF-8', bytes: Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(TEXT)]) },
  { name: 'UTF-16, as PowerShell writes', bytes: Buffer.concat([Buffer.of(0xff, 0xfe), utf16]) },
  { name: 'UTF-16, big endian', bytes: Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(utf16).swap16()]) }
]) {
  test(`P71: a file with a byte order mark is read, and the mark is no part of it: ${name}`, () => {
    assert.equal(textOf(bytes), TEXT)
  })
}

test('P71: whoever wants text gets a TypeError for what is none', () => {
  assert.throws(() => textOf(Buffer.of(0xc3, 0x28), { fatal: true }), TypeError)
  assert.equal(textOf(Buffer.of(0xc3, 0x28)), '\uFFFD(')
})
