import assert from 'node:assert/strict'
import { test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { toPeerId } from '@peerwatch/link'
import { comings } from '../../src/neighbours/comings.ts'
import { watchBook } from '../../src/neighbours/watch-book.ts'
import { testHost, testNetwork } from '../../../link/test/support/core.ts'
import { somebody } from '../support/bench.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

test("O67: a link is a node's own where it has dialled it by its own choice: neither one on trial, nor one that it was sent for, nor one that knocked", async t => {
  const { network } = await testNetwork()
  const { node, core } = await testHost(network)
  t.after(async () => node.stop())
  const [chosen, tried, sentFor, knocked] = (await Promise.all(Array.from({ length: 4 }, async () => somebody()))) as [
    PeerIdString,
    PeerIdString,
    PeerIdString,
    PeerIdString
  ]
  const events = new EventTarget()
  const connectionManager = {
    getConnections: (peer: { toString: () => string }) => [
      { direction: peer.toString() === knocked ? 'inbound' : 'outbound', remoteAddr: multiaddr('/ip4/127.0.0.1/tcp/4001') }
    ]
  }
  const book = watchBook(core, { maxDegree: () => 32, prunes: true })
  const listen = comings({ ...core, components: { events, connectionManager } } as unknown as Core, {
    book,
    probing: { schedule: () => {} },
    topUp: { soon: () => {} },
    wantNone: { hungUp: () => {} },
    registry: { hasLeft: () => false },
    refuses: () => false,
    isAppointed: peer => peer === sentFor,
    dial: true,
    watch: true
  })
  t.after(listen())
  book.onTrial.add(tried)
  for (const peer of [chosen, tried, sentFor, knocked]) events.dispatchEvent(new CustomEvent('peer:connect', { detail: toPeerId(peer) }))
  assert.deepEqual(
    [chosen, tried, sentFor, knocked].map(peer => book.all.get(peer)?.isOwn),
    [true, false, false, false]
  )
})
