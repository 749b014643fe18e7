import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { messages } from '@peerwatch/wire'
import { createNetworkFile } from '../src/authority.ts'
import { networkId, openRoster, parseNetwork } from '../src/network.ts'
import { createSigner } from '../src/signatures.ts'
import type { PeerIdString } from '@peerwatch/model'

const [authority, trusted, other, seed] = await Promise.all(Array.from({ length: 4 }, async () => generateKeyPair('Ed25519')))
const idOf = (key: typeof seed): PeerIdString => key!.publicKey.toString() as PeerIdString
const names = new Map([
  [idOf(trusted), 'trusted-1'],
  [idOf(other), 'trusted-2'],
  [idOf(seed), 'seed-1']
])
const init = {
  name: 'street',
  authority: authority!,
  seeds: [{ peer: idOf(seed), address: '/ip4/127.0.0.1/tcp/1' }],
  trusted: [trusted!, other!],
  preset: 'demo',
  scope: 'local',
  nowMs: 1
} as const

test('C93: the authority signs what the members are called, and every node reads it from the roster', async () => {
  const { roster } = await parseNetwork(await createNetworkFile({ ...init, names }))
  assert.deepEqual(new Map(roster.names), names)
  assert.equal((await parseNetwork(await createNetworkFile(init))).roster.names.size, 0)
})

test('C93: the authority is told which member it forgot to name', async () => {
  const some = new Map([...names].filter(([peer]) => peer !== idOf(other)))
  await assert.rejects(createNetworkFile({ ...init, names: some }), { message: new RegExp(`${idOf(other)} has none`) })
})

const file = await createNetworkFile({ ...init, names })
const given = messages.roster.decode(messages.signed.decode(Buffer.from(file.roster, 'base64')).payload)
const id = networkId(idOf(authority), init.name)

for (const { what, trustedNames, seedNames, message } of [
  { what: 'not of all', trustedNames: ['trusted-1'], seedNames: ['seed-1'], message: /1 names of 2 members/ },
  { what: 'of nobody', trustedNames: ['a', 'b', 'c'], seedNames: [], message: /3 names of 2 members/ },
  { what: 'of two members', trustedNames: ['a', 'a'], seedNames: [], message: /the name a does not tell one member/ },
  { what: 'of a seed and a trusted node', trustedNames: ['a', 'b'], seedNames: ['b'], message: /the name b does not tell one member/ },
  { what: 'like an id', trustedNames: ['12D3KooW', 'b'], seedNames: [], message: /a member is named "12D3KooW"/ },
  { what: 'that move the cursor', trustedNames: ['a\u001B[2J', 'b'], seedNames: [], message: /a member is named "a\\u001b/ },
  { what: 'empty', trustedNames: ['', 'b'], seedNames: [], message: /a member is named ""/ }
]) {
  test(`C93: a roster with names ${what} is refused, whoever signed it`, async () => {
    const encoded = await createSigner(authority!, id).sign('roster', messages.roster.encode({ ...given, trustedNames, seedNames }))
    await assert.rejects(openRoster(encoded, idOf(authority), id), { code: 'bad-roster', message })
  })
}
