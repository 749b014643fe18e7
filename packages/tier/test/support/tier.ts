import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { HANGS_AFTER_MS } from '../../../../test/support/until.ts'
import { createSigner, peerIdBytes, peerIdText, toPeerId } from '@peerwatch/link'
import { reportEntry } from '../../src/entry/entry.ts'
import { trustTree } from '../../src/tree/trust-tree.ts'
import { testHost, testNetwork, until } from '../../../link/test/support/core.ts'
import { rawReports } from './report-client.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString, RecordStore, Report } from '@peerwatch/model'
import type { Core, KnownPeer, Signer } from '@peerwatch/link'
import type { EntryInit } from '../../src/entry/entry.ts'
import type { TrustTree } from '../../src/tree/trust-tree.ts'
import type { RawReports } from './report-client.ts'
import type { TestHost, TestKeys } from '../../../link/test/support/core.ts'

export interface TierNode extends TestHost {
  readonly peer: PeerIdString
  readonly tree: TrustTree
  readonly store: RecordStore
  readonly reports: { readonly report: Report; readonly conflict: boolean }[]
  readonly faults: string[]
  readonly stop: () => Promise<void>
}

export interface Tier {
  readonly keys: TestKeys
  readonly nodes: TierNode[]
  /** Starts the node with this index or key, with this store; another one with its key must be down. */
  readonly start: (who: number | PrivateKey, store?: RecordStore, network?: TestKeys['network']) => Promise<TierNode>
  readonly addresses: Map<PeerIdString, string>
  readonly stop: () => Promise<void>
  /** Reporters know each other's ids as registered unless they are in here. */
  readonly unregistered: Set<PeerIdString>
  /** What the seeds have stamped last. */
  readonly stamps: Map<PeerIdString, Uint8Array>
}

export const PEPPER = new Uint8Array(32).fill(7)
const TIMES = { pingEveryMs: 200, callTimeoutMs: HANGS_AFTER_MS, leastBackoffMs: 50, mostBackoffMs: 200 }

export interface TierInit {
  readonly trusted: number
  readonly running?: number
  readonly limits?: EntryInit['limits']
  readonly network?: Parameters<typeof testNetwork>[0]
  readonly coolDownMs?: number
}

/** A trusted tier on loopback with records in memory. */
export async function startTier({ trusted, running = trusted, limits, network: overrides, coolDownMs }: TierInit): Promise<Tier> {
  const keys = await testNetwork({ ...overrides, trusted })
  const addresses = new Map<PeerIdString, string>()
  const unregistered = new Set<PeerIdString>()
  const stamps = new Map<PeerIdString, Uint8Array>()
  const nodes: TierNode[] = []

  const find = (core: Core) => async (peers: readonly PeerIdString[]) => {
    const known: KnownPeer[] = []
    for (const peer of peers) {
      const address = addresses.get(peer)
      if (address == null) continue
      const { multiaddr } = await import('@multiformats/multiaddr')
      await core.components.peerStore.patch(toPeerId(peer), { multiaddrs: [multiaddr(address)] })
      known.push({ peer, addresses: [address], unreachable: false, guest: false })
    }
    return known
  }
  const start = async (who: number | PrivateKey, store: RecordStore = memoryRecordStore(), network = keys.network): Promise<TierNode> => {
    const { node, core } = await testHost(network, typeof who === 'number' ? keys.trusted[who] : who)
    const tree = trustTree(core, { pepper: PEPPER, store, registry: { find: find(core) }, times: TIMES, ...(coolDownMs != null && { coolDownMs }) })
    const entry = reportEntry(core, {
      tree,
      registered: { isRegistered: peer => !unregistered.has(peer), stampOf: async peer => stamps.get(peer), forget: () => {} },
      ...(limits != null && { limits })
    })
    const reports: TierNode['reports'] = []
    const faults: string[] = []
    tree.onReport((report, conflict) => reports.push({ report, conflict }))
    tree.onRecalled(accounts => {
      for (const { windows, ...account } of accounts) {
        for (const [window, kept] of windows) {
          const said = kept === 'conflict' ? { counts: {}, cuts: [] } : kept
          reports.push({ report: { ...account, window, ...said }, conflict: kept === 'conflict' })
        }
      }
    })
    core.events.addEventListener('peer:fault', ({ detail }) => faults.push(detail.what))
    addresses.set(core.self, node.getMultiaddrs()[0]!.toString())
    await tree.beforeStart?.()
    core.windows.start()
    core.health.start()
    await tree.start?.()
    await entry.start?.()
    const stop = async (): Promise<void> => {
      addresses.delete(core.self)
      nodes.splice(nodes.indexOf(started), 1)
      core.windows.stop()
      core.health.stop()
      await entry.stop?.()
      await tree.stop?.()
      await node.stop()
    }
    const started: TierNode = { node, core, peer: core.self, tree, store, reports, faults, stop }
    nodes.push(started)
    return started
  }
  for (let index = 0; index < running; index++) await start(index)
  await until(() => nodes.every(({ tree }) => nodes.every(({ peer }) => !tree.outOfReach(peer))), 'all trusted nodes are linked')
  await until(() => nodes.every(({ tree }) => tree.isCaughtUp()), 'all have caught up')
  return {
    keys,
    nodes,
    start,
    addresses,
    unregistered,
    stamps,
    stop: async () => {
      await Promise.all([...nodes].map(async ({ stop }) => stop()))
    }
  }
}

export interface Reporter {
  readonly key: PrivateKey
  readonly signer: Signer
  readonly peer: PeerIdString
  readonly stamp: Uint8Array
}

/** A registered peer: its key and a seed's stamp. */
export async function reporterOf({ network, seeds }: Pick<TestKeys, 'network' | 'seeds'>, firstWindow = 0): Promise<Reporter> {
  const key = await generateKeyPair('Ed25519')
  const signer = createSigner(key, network.id)
  const stamp = await createSigner(seeds[0]!, network.id).sign(
    'stamp',
    messages.stamp.encode({ peer: peerIdBytes(signer.peer), group: `group of ${signer.peer.slice(-6)}`, firstWindow })
  )
  return { key, signer, peer: signer.peer, stamp }
}

export async function somePeer(): Promise<PeerIdString> {
  return peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))
}

export interface ReportParts {
  readonly subject: PeerIdString
  readonly window: number
  readonly ok?: number
  readonly bad?: number
  readonly dimension?: number
  readonly stamp?: Uint8Array
}

export async function signedReport(reporter: Reporter, parts: ReportParts): Promise<Uint8Array> {
  const { subject, window, ok = 18, bad = 2, dimension = 2, stamp = reporter.stamp } = parts
  const payload = messages.report.encode({
    subject: peerIdBytes(subject),
    window,
    observations: [{ dimension, ok, bad }],
    cuts: [],
    stamp
  })
  return reporter.signer.sign('report', payload)
}

export interface ReportClient extends RawReports {
  readonly host: TestHost
  readonly stop: () => Promise<void>
}

/** Dials an entry as that reporter. */
export async function reportClient(tier: Tier, reporter: Reporter, entry: TierNode, existing?: TestHost): Promise<ReportClient> {
  const host = existing ?? (await testHost(tier.keys.network, reporter.key))
  const { multiaddr } = await import('@multiformats/multiaddr')
  const stream = await host.node.dialProtocol(multiaddr(tier.addresses.get(entry.peer)), PROTOCOLS.report)
  return { ...(await rawReports(stream)), host, stop: async () => host.node.stop() }
}

/** Which of the nodes hold a report of this window on this subject. */
export async function holders(tier: Tier, window: number): Promise<PeerIdString[]> {
  const found: PeerIdString[] = []
  for (const { store, peer } of tier.nodes) {
    for await (const record of store.read({ fromEpoch: 0, toEpoch: 2 ** 31 })) {
      if (record.window === window) {
        found.push(peer)
        break
      }
    }
  }
  return found
}
