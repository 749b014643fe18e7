import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import { DIMENSIONS } from '@peerwatch/detection'
import { manualClock } from '@peerwatch/model/testing'
import { createCore, peerIdText } from '@peerwatch/link'
import { defence } from '../../src/enforcement/defence.ts'
import { noCertificates, testNetwork } from '../../../link/test/support/core.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, PeerwatchComponents } from '@peerwatch/link'
import type { Network } from '../../../link/src/network.ts'

const silent = Object.assign(() => {}, { error: () => {}, trace: () => {}, enabled: false })
const START_MS = 2_000_000

async function somebody(): Promise<PeerIdString> {
  return peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))
}

async function coreOver(datastore: MemoryDatastore, network: Network, nowMs: number): Promise<Core> {
  const privateKey = await generateKeyPair('Ed25519')
  const components = { datastore, logger: { forComponent: () => silent }, peerId: peerIdFromPrivateKey(privateKey), privateKey, events: new EventTarget() }
  return createCore(components as unknown as PeerwatchComponents, {
    network,
    dimensions: DIMENSIONS,
    certificates: noCertificates,
    rng: () => 0.5,
    clock: manualClock(nowMs)
  })
}

test('N71: whom a node has cut it refuses after a restart too, no longer than it said, and a dry run refuses nobody', async () => {
  const datastore = new MemoryDatastore()
  const { network, seeds } = await testNetwork()
  const { windowMs, refusedWindows } = network.roster.preset
  const [flooder, corrupter] = [await somebody(), await somebody()]
  const seed = peerIdText(peerIdFromPrivateKey(seeds[0]!))
  const options = { enforce: true, neverCut: new Set<PeerIdString>() }
  const started = async (afterMs: number, own: Partial<typeof options> = {}): Promise<{ core: Core; defending: ReturnType<typeof defence> }> => {
    const core = await coreOver(datastore, network, START_MS + afterMs)
    const defending = defence(core, { ...options, ...own })
    await defending.beforeStart?.()
    return { core, defending }
  }
  const first = await started(0)
  first.defending.cut(flooder, 'resource', 'a flood')
  first.defending.cut(corrupter, 'integrity', 'altered copies')
  first.defending.cut(seed, 'resource', 'a flood')
  await first.core.writes.stop()

  const again = await started(windowMs)
  assert.deepEqual([flooder, corrupter, seed].map(again.defending.isCut), [true, true, false])
  assert.deepEqual(
    again.defending.cuts().toSorted((a, b) => (a.dimension < b.dimension ? -1 : 1)),
    first.defending.cuts().toSorted((a, b) => (a.dimension < b.dimension ? -1 : 1))
  )
  assert.equal((await started(windowMs, { neverCut: new Set([flooder]) })).defending.isCut(flooder), false)
  assert.deepEqual((await started(windowMs, { enforce: false })).defending.cuts(), [])

  const late = await started(refusedWindows * windowMs)
  assert.deepEqual([flooder, corrupter].map(late.defending.isCut), [false, false])
  await late.core.writes.stop()
  const left: string[] = []
  for await (const key of datastore.queryKeys({ prefix: '/peerwatch/cuts' })) left.push(key.toString())
  assert.deepEqual(left, [])
})
