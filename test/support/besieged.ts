import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readApiFile } from '@peerwatch/node/api-file'
import { createTestnet } from '@peerwatch/node/testnet'
import { messages } from '@peerwatch/wire'
import { hostileHost } from './hostile-host.ts'
import { until } from './until.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { PeerwatchNode, Testnet, TestnetInit } from '@peerwatch/node/testnet'
import type { Roster } from '../../packages/link/src/network.ts'
import type { TestContext } from 'node:test'
import type { HostileHost } from './hostile-host.ts'

/** A running network that somebody attacks. */
export interface Besieged {
  readonly net: Testnet
  readonly seed: PeerwatchNode
  readonly trusted: PeerwatchNode
  readonly peer: PeerwatchNode
  readonly nodes: () => PeerwatchNode[]
  /** A host of its own name, stopped with the test. */
  readonly mallory: (t: TestContext, key?: HostileHost['key']) => Promise<HostileHost>
  /** What this node counted against that peer, in order. */
  readonly faults: (node: PeerwatchNode, by: { readonly peer: string }) => string[]
  /** Everybody still does his work: registers, takes reports, answers over HTTP. */
  readonly assertAlive: () => Promise<void>
  /** docs/protocol.md has every word that was counted. */
  readonly assertDocumented: () => void
  /** Reports of the full peers that were acknowledged since this was last asked. */
  readonly acknowledged: () => Promise<number>
}

export async function besieged(init: TestnetInit): Promise<Besieged> {
  const counted = new Map<string, { readonly by: string; readonly what: string }[]>()
  let acknowledged = 0
  const net = await createTestnet({
    ...init,
    nodeInit: () => ({
      http: { port: 0 },
      onCreated: node => {
        const own: { by: string; what: string }[] = []
        counted.set(node.peerId.toString(), own)
        node.libp2p.services.peerwatch.addEventListener('peer:fault', ({ detail }) => own.push({ by: detail.peer.toString(), what: detail.what }))
        node.libp2p.services.peerwatch.addEventListener('report:acknowledged', () => acknowledged++)
      }
    })
  })
  const nodes = (): PeerwatchNode[] => [...net.seeds, ...net.trusted, ...net.peers]
  await until(() => nodes().every(node => node.view.ready().ready), 'all nodes are ready')

  const assertAlive = async (): Promise<void> => {
    const honest = await hostileHost(net.network)
    try {
      const stamps = await Promise.all(net.seeds.map(async seed => (await honest.register(seed)).stamp))
      const window = Math.max(...stamps.map(firstWindowOf))
      for (const trusted of net.trusted) {
        const { send } = await honest.report(trusted)
        const subject = core(net.peers[0]!).self
        const report = await honest.signReport({ subject, window })
        // as an honest reporter does while copies are out of reach
        let word: string | undefined
        await until(async () => ([word] = await send([report]))[0] !== 'no-copies', 'two nodes keep the report')
        assert.equal(word, 'stored')
      }
    } finally {
      await honest.stop()
    }
    for (const node of nodes()) {
      const { address } = await readApiFile(node.dataDir!)
      const { ok } = await fetch(`${address}/healthz`)
      assert.ok(ok, `${node.name} answers`)
    }
  }
  return {
    net,
    seed: net.seeds[0]!,
    trusted: net.trusted[0]!,
    peer: net.peers[0]!,
    nodes,
    mallory: async (t, key) => {
      const host = await hostileHost(net.network, key)
      t.after(async () => host.stop())
      return host
    },
    faults: (node, { peer }) =>
      counted
        .get(node.peerId.toString())!
        .filter(({ by }) => by === peer)
        .map(({ what }) => what),
    assertAlive,
    assertDocumented: () => {
      const words = new Set([...counted.values()].flatMap(own => own.map(({ what }) => what)))
      const documented = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8')
      assert.deepEqual(
        [...words].filter(word => !documented.includes(`\`${word}\``)),
        []
      )
    },
    acknowledged: async () => {
      acknowledged = 0
      await until(() => acknowledged >= net.peers.length, 'honest peers report and are acknowledged')
      return acknowledged
    }
  }
}

/** A stamp is good for reports from this window on. */
function firstWindowOf(stamp: Uint8Array): number {
  return messages.stamp.decode(messages.signed.decode(stamp).payload).firstWindow
}

type Core = PeerwatchNode['libp2p']['services']['peerwatch']['assembly']['core']

export function core(node: PeerwatchNode): Core {
  return node.libp2p.services.peerwatch.assembly.core
}

export function rosterOf(node: PeerwatchNode): Roster {
  return core(node).roster.current()
}

/** Bytes that a node holds for the streams of one peer, in both directions, and how many streams these are. */
export function heldFor(
  node: PeerwatchNode,
  peer: { readonly libp2p: { readonly peerId: HostileHost['libp2p']['peerId'] } }
): { bytes: number; streams: number } {
  const streams = node.libp2p.getConnections(peer.libp2p.peerId).flatMap(connection => connection.streams)
  return { bytes: streams.reduce((sum, { readBufferLength, writeBufferLength }) => sum + readBufferLength + writeBufferLength, 0), streams: streams.length }
}

export function idOf(node: PeerwatchNode): PeerIdString {
  return core(node).self
}
