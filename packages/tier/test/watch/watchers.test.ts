import { PROTOCOLS } from '@peerwatch/wire'
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { watcherOwner } from '../../src/watch/watcher-owner.ts'
import { watcherLink } from '../../src/watch/watcher-link.ts'
import { peerIdText } from '@peerwatch/link'
import { testHost, testNetwork, until } from '../../../link/test/support/core.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Neighbour, SeenNeighbour } from '@peerwatch/link'
import type { WatcherSeen } from '../../src/watch/watcher-owner.ts'
import type { WatcherLink } from '../../src/watch/watcher-link.ts'
import type { WatcherOwner } from '../../src/watch/watcher-owner.ts'
import type { TestContext } from 'node:test'
import type { TestHost } from '../../../link/test/support/core.ts'

interface Pair {
  readonly ownerHost: TestHost
  readonly watcherHost: TestHost
  readonly owner: WatcherOwner
  readonly link: WatcherLink
  readonly held: Set<PeerIdString>
  readonly grafted: PeerIdString[]
  readonly heard: WatcherSeen[]
  readonly faults: string[]
  readonly cut: Set<PeerIdString>
  readonly closeWindow: (seen: SeenNeighbour[]) => void
}

async function somePeer(): Promise<PeerIdString> {
  return peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))
}

function neighbour(peer: PeerIdString): Neighbour {
  return { peer, sinceWindow: 0, state: 'connected', direction: 'outbound', misses: 0, lastAnswerMs: undefined, guest: false }
}

/** A trusted node and one watcher of it, over real links. */
async function pair(t: TestContext, unreachable: ReadonlySet<PeerIdString> = new Set()): Promise<Pair> {
  const keys = await testNetwork()
  const ownerHost = await testHost(keys.network, keys.trusted[0])
  const watcherHost = await testHost(keys.network)
  const owner = watcherOwner(ownerHost.core, { isOwnWatcher: peer => peer === watcherHost.core.self })
  const [held, cut] = [new Set<PeerIdString>(), new Set<PeerIdString>()]
  const grafted: PeerIdString[] = []
  const heard: WatcherSeen[] = []
  const faults: string[] = []
  let onSeen: ((window: number, seen: SeenNeighbour[]) => void) | undefined
  ownerHost.core.events.addEventListener('peer:fault', ({ detail }) => faults.push(detail.what))
  owner.onSeen(report => heard.push(report))
  await owner.beforeStart()
  const link = watcherLink(watcherHost.core, {
    owner: ownerHost.core.self,
    seen: {
      onSeen: listener => {
        onSeen = listener
        return () => {}
      },
      cuts: () => [...cut].map(peer => ({ peer, dimension: 'integrity' as const, untilWindow: 1 }))
    },
    neighbours: {
      list: () => [...held].map(neighbour),
      hold: async peer => {
        if (unreachable.has(peer)) throw new Error('no answer')
        held.add(peer)
      },
      release: peer => {
        held.delete(peer)
      }
    },
    registry: {
      find: async () => {
        await watcherHost.node.peerStore.merge(ownerHost.node.peerId, { multiaddrs: ownerHost.node.getMultiaddrs() })
        return []
      }
    },
    graft: peer => grafted.push(peer)
  })
  link.start()
  t.after(async () => {
    await link.stop()
    await owner.stop()
    await Promise.all([ownerHost.node.stop(), watcherHost.node.stop()])
  })
  await until(() => owner.connected().length === 1, 'the watcher is linked')
  const closeWindow = (seen: SeenNeighbour[]): void => onSeen?.(watcherHost.core.windows.now().window, seen)
  return { ownerHost, watcherHost, owner, link, held, grafted, heard, faults, cut, closeWindow }
}

suite('watcher link', () => {
  test('a watcher links to whom it is told to look at, asks for copies, tells its owner, and lets go when the look ends', async t => {
    const { owner, watcherHost, held, grafted, heard } = await pair(t)
    const suspect = await somePeer()
    owner.setLooks(watcherHost.core.self, [{ peer: suspect, dimension: 'integrity' }])
    await until(() => heard.some(({ linked }) => linked.includes(suspect)), 'the link is told')
    assert.deepEqual([...held], [suspect])
    assert.deepEqual(grafted, [suspect])
    owner.setLooks(watcherHost.core.self, [])
    await until(() => held.size === 0, 'the suspect is let go')
  })

  test('what was seen of all neighbours reaches the owner, also after a time without a link', async t => {
    const { closeWindow, heard, watcherHost } = await pair(t)
    const peers = await Promise.all([somePeer(), somePeer()])
    const seen: SeenNeighbour[] = [
      { peer: peers[0], dimension: 'integrity', ok: 100_000, bad: 3, finding: true },
      { peer: peers[1], dimension: 'resource', ok: 4, bad: 0, finding: false }
    ]
    closeWindow(seen)
    await until(() => heard.length === 1, 'the report')
    assert.equal(heard[0]!.watcher, watcherHost.core.self)
    assert.deepEqual(heard[0]!.seen, seen)
  })

  test('a suspect that cannot be dialled is tried again, and one that the watcher refuses is left alone', async t => {
    const suspect = await somePeer()
    const refused = await somePeer()
    const unreachable = new Set([suspect])
    const { owner, watcherHost, held, cut, link, closeWindow } = await pair(t, unreachable)
    cut.add(refused)
    owner.setLooks(watcherHost.core.self, [
      { peer: suspect, dimension: 'integrity' },
      { peer: refused, dimension: 'integrity' }
    ])
    await until(() => link.looks().length === 2, 'the orders')
    assert.equal(held.size, 0)
    unreachable.delete(suspect)
    closeWindow([])
    await until(() => held.has(suspect), 'the second try')
    assert.ok(!held.has(refused))
  })

  test('a lost link comes back, and the orders with it', async t => {
    const { owner, ownerHost, watcherHost, held, link } = await pair(t)
    for (const connection of ownerHost.node.getConnections(watcherHost.node.peerId)) connection.abort(new Error('lost'))
    await until(() => owner.connected().length === 0 && !link.isLinked(), 'the link is lost')
    const suspect = await somePeer()
    owner.setLooks(watcherHost.core.self, [{ peer: suspect, dimension: 'resource' }])
    await until(() => held.has(suspect), 'the order arrives')
  })

  test('a stranger that opens the protocol is cut off and counted, and so is garbage', async t => {
    const { owner, ownerHost, watcherHost, faults } = await pair(t)
    const { network } = ownerHost.core
    const stranger = await testHost(network)
    t.after(async () => stranger.node.stop())
    const connection = await stranger.node.dial(ownerHost.node.getMultiaddrs())
    // the answer to the negotiation may arrive before the abort
    await connection.newStream(PROTOCOLS.watch).catch(() => {})
    await until(() => faults.includes('not-a-watcher'), 'the stranger is counted')
    assert.deepEqual(owner.connected(), [watcherHost.core.self])
    const [own] = watcherHost.node.getConnections(ownerHost.node.peerId)
    const stream = await own!.newStream(PROTOCOLS.watch)
    stream.send(Uint8Array.of(5, 255, 255, 255, 255, 255))
    await until(() => faults.includes('malformed'), 'the garbage is counted')
    await until(() => owner.connected().length === 1, 'the watcher links again')
  })
})
