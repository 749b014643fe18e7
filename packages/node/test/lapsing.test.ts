import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { peerIdText, signRoster } from '@peerwatch/link'
import { noCertificates, testNetwork } from '../../link/test/support/core.ts'
import { lapsing } from '../src/lapsing.ts'
import type { Eviction } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'

async function somebody(): Promise<PeerIdString> {
  return peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))
}

test('N82: no eviction ends because a trusted node left or k rose; those that need a stolen key do, and are named before the roster is published', async () => {
  const { network, authority, trusted: keys } = await testNetwork({ trusted: 3 })
  const [a, b, c] = keys.map(key => peerIdText(peerIdFromPrivateKey(key))) as [PeerIdString, PeerIdString, PeerIdString]
  const [needsA, without] = [await somebody(), await somebody()]
  const nowMs = Date.now()
  const eviction = (peer: PeerIdString, signers: PeerIdString[]): Eviction => ({
    peer,
    signers,
    dimension: 'integrity',
    reason: 'seen',
    issuedAtMs: nowMs - 1_000,
    expiresAtMs: nowMs + 3_600_000,
    serial: 1
  })
  const core = { network, certificates: { ...noCertificates(), evictions: () => [eviction(needsA, [a, b]), eviction(without, [b, c])] } }
  const terms = { name: network.name, authority, seeds: [], preset: 'demo', scope: 'local', nowMs, rosterVersion: 2, replaces: network.roster } as const
  const ended = async (change: { trusted: PeerIdString[]; quorum: number; stolen?: PeerIdString }): Promise<PeerIdString[]> =>
    (await lapsing(core, await signRoster({ ...terms, ...change }))).map(({ peer }) => peer)
  assert.deepEqual(await ended({ trusted: [b, c], quorum: 2 }), [], 'what it signed before it left counts on')
  assert.deepEqual(await ended({ trusted: [a, b, c], quorum: 3 }), [], 'as many as were needed then')
  assert.deepEqual(await ended({ trusted: [b, c], quorum: 2, stolen: a }), [needsA])
  assert.deepEqual(await ended({ trusted: [a, b, c, without], quorum: 2 }), [without], 'a member cannot be evicted')
})
