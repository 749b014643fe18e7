import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { REGISTRY_STATUS } from '@peerwatch/wire'
import { manualClock } from '@peerwatch/model/testing'
import { registration } from '../../src/registry/registering.ts'
import { sealPeerRecord } from '../../src/registry/peer-record.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { RegistrationInit } from '../../src/registry/registering.ts'
import type { SeedLink } from '../../src/registry/seed-links.ts'

const CONTESTED_FOR_MS = 60_000
const SEED = 'seed' as PeerIdString

test('N3: a second signer is told of by one alarm, and by another once there was no sign of it for long', async () => {
  const key = await generateKeyPair('Ed25519')
  const peerId = peerIdFromPrivateKey(key)
  const clock = manualClock(1_000)
  const alarms: string[] = []
  const core = {
    self: peerId.toString(),
    clock,
    rng: () => 0.5,
    windows: { windowMs: 2_000 },
    budgets: { spend: () => {} },
    emit: (_type: string, { code }: { code: string }) => alarms.push(code),
    log: () => {}
  } as unknown as Core
  const registering = registration(core, {
    own: { current: async () => new Uint8Array(), outdate: (above?: number) => above != null } as unknown as RegistrationInit['own'],
    isRunning: () => false,
    seeds: () => [SEED],
    contestedForMs: CONTESTED_FOR_MS,
    onRegistered: () => {}
  })
  let seq = 0
  /** The seed has a record that is signed with this node's key, and that this node never signed; then it takes this node's. */
  const takenOver = async (): Promise<void> => {
    const answers = [
      { status: REGISTRY_STATUS.staleRecord, peers: [{ record: await sealPeerRecord(peerId, key, [], ++seq) }] },
      { status: REGISTRY_STATUS.done, stamp: new Uint8Array(), renewEveryMs: 1_000 }
    ]
    await registering.register({ seed: SEED, call: async () => answers.shift(), isOpen: () => true } as unknown as SeedLink)
  }
  await takenOver()
  assert.deepEqual([alarms, registering.isContested()], [[], false], 'an earlier run may have left it')
  await takenOver()
  assert.deepEqual([alarms, registering.isContested()], [['key-used-twice'], true])
  clock.advance(CONTESTED_FOR_MS - 1)
  await takenOver()
  await takenOver()
  clock.advance(CONTESTED_FOR_MS - 1)
  assert.deepEqual([alarms.length, registering.isContested()], [1, true])
  clock.advance(1)
  assert.equal(registering.isContested(), false)
  await takenOver()
  assert.deepEqual([alarms.length, registering.isContested()], [2, true])
})
