import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toPeerId } from '@peerwatch/link'
import { filling } from '../../src/neighbours/filling.ts'
import { testHost, testNetwork } from '../../../link/test/support/core.ts'
import { watchBook } from '../../src/neighbours/watch-book.ts'
import { somebody } from '../support/bench.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { KnownPeer } from '@peerwatch/link'
import type { FillingInit } from '../../src/neighbours/filling.ts'
import type { Watched } from '../../src/neighbours/watched.ts'

test('O66: who knocks from many networks keeps no node from dialling into them', async t => {
  const { network } = await testNetwork({ scope: 'public' })
  const { node, core } = await testHost(network)
  t.after(async () => node.stop())
  const book = watchBook(core, { maxDegree: () => 32, prunes: true })
  const dialled: PeerIdString[][] = []
  const asked: number[] = []
  const peers = await Promise.all(Array.from({ length: 8 }, async () => somebody()))
  // four honest networks, in each of which a stranger has knocked, and four names of one network of the attacker's
  const listed = peers.map((peer, at): KnownPeer => {
    const host = at < 4 ? `8.8.${at}.1` : `9.9.9.${at}`
    return { peer, addresses: [`/ip4/${host}/tcp/4001/p2p/${toPeerId(peer).toString()}`], unreachable: false, guest: false }
  })
  for (let at = 0; at < 4; at++) {
    const knocked: Partial<Watched> = { peer: await somebody(), isLinked: true, isOwn: false, isDead: false, group: `8.8.${at}.0/24` }
    book.all.set(knocked.peer!, knocked as Watched)
  }
  const fill = filling(core, {
    book,
    dialling: {
      isUnderWay: () => false,
      hopefulCount: () => 0,
      dialAll: async (targets: readonly { peer: PeerIdString }[]) => {
        dialled.push(targets.map(({ peer }) => peer))
        return true
      }
    },
    guarding: { isDue: () => false, among: () => [] },
    memory: { load: async () => [] },
    wantNone: { isLeftAlone: () => false },
    registry: {
      list: async (most: number) => {
        asked.push(most)
        return listed
      },
      hasLeft: () => false
    },
    refuses: () => false,
    isAppointed: () => false,
    note: () => {},
    probing: { schedule: () => {} },
    degrees: () => ({ targetDegree: 8, maxDegree: 32 })
  } as unknown as FillingInit)
  for (let times = 0; times < 10; times++) await fill.attempt()
  assert.ok(dialled.length > 0)
  // the four who knocked may be on the list too: it has four for each of the four that are missing beside them
  assert.deepEqual([...new Set(asked)], [4 + 4 * 4])
  for (const chosen of dialled) {
    assert.equal(chosen.length, 4)
    assert.ok(chosen.filter(peer => peers.indexOf(peer) >= 4).length <= 1, 'one of each network')
  }
})
