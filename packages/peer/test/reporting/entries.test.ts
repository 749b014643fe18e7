import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { seededRng, shuffled } from '@peerwatch/model'
import { peerIdText } from '@peerwatch/link'
import { chooseEntries } from '../../src/reporting/entries.ts'
import type { PeerIdString } from '@peerwatch/model'

const peers = await Promise.all(Array.from({ length: 300 }, async () => peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))))
const trusted = peers.slice(0, 6)
const reporters = peers.slice(6)

test('the two entries of a peer do not depend on the order in which trusted nodes are listed', () => {
  for (const peer of reporters.slice(0, 20)) {
    assert.deepEqual(chooseEntries(peer, 7, shuffled(trusted, seededRng(1))), chooseEntries(peer, 7, trusted))
  }
})

test('peers spread over the trusted nodes', () => {
  const first = Map.groupBy(reporters, peer => chooseEntries(peer, 1, trusted)[0]!)
  for (const node of trusted) assert.ok((first.get(node)?.length ?? 0) > reporters.length / trusted.length / 3, node)
})

test('a trusted node that is gone moves only the peers that had it as an entry', () => {
  const [gone, ...left] = trusted
  for (const peer of reporters) {
    const before = chooseEntries(peer, 1, trusted)
    const after = chooseEntries(peer, 1, left)
    assert.deepEqual(
      before.filter(node => node !== gone),
      after.slice(0, before.includes(gone!) ? 1 : 2)
    )
  }
})

test('a new roster version deals anew', () => {
  assert.ok(reporters.some(peer => chooseEntries(peer, 1, trusted)[0] !== chooseEntries(peer, 2, trusted)[0]))
})

test('a node is never its own entry, and there may be fewer than two', () => {
  assert.deepEqual(chooseEntries(trusted[0]!, 1, trusted.slice(0, 1)), [])
  assert.equal(chooseEntries(reporters[0]!, 1, trusted.slice(0, 1)).length, 1)
})

test('the order is that of SHA-256(peer || version || node), highest first', () => {
  const [peer, a, b] = [
    '12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo',
    '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5',
    '12D3KooWHHzSeKaY8xuZVzkLbKFfvNgPPeKhFBGrMbNzbm5akpqu'
  ] as PeerIdString[] as [PeerIdString, PeerIdString, PeerIdString]
  // 55783e02… for a and 9a598bc2… for b, computed outside this project
  assert.deepEqual(chooseEntries(peer, 3, [a, b]), [b, a])
})
