import { DIMENSIONS } from '@peerwatch/detection'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { seededRng } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import { createCore, peerIdText } from '@peerwatch/link'
import { defence } from '../../src/enforcement/defence.ts'
import { observation } from '../../src/observation/observation.ts'
import { noCertificates, testNetwork } from '../../../link/test/support/core.ts'
import type { EvictableDimension, Observation, PeerIdString } from '@peerwatch/model'
import type { ManualClock } from '@peerwatch/model/testing'
import type { Core, PeerwatchComponents, SeenNeighbour } from '@peerwatch/link'
import type { GossipCopy } from '../../src/gossip/gossip-copy.ts'
import type { Observing } from '../../src/observation/observation.ts'

const silent = Object.assign(() => {}, { error: () => {}, trace: () => {}, enabled: false })

export async function somebody(kind: 'Ed25519' | 'secp256k1' = 'Ed25519'): Promise<PeerIdString> {
  return peerIdText(peerIdFromPrivateKey(await generateKeyPair(kind as 'Ed25519')))
}

export interface Bench {
  readonly core: Core
  readonly observing: Observing
  readonly seen: SeenNeighbour[]
  readonly windows: { window: number; observations: Observation[] }[]
  readonly cuts: { dimension: EvictableDimension; evidence: string }[]
  readonly mesh: PeerIdString[]
  readonly clock: ManualClock
  readonly copy: (copy: Partial<GossipCopy> & { from: PeerIdString; author: PeerIdString }, number: number) => void
  readonly probe: (peer: PeerIdString, answered: boolean) => void
  readonly offline: { is: boolean }
  /** Ends the window: on time, or so much before as the windows of a node whose slots begin elsewhere. */
  readonly close: (beforeMs?: number) => void
}

/** Everything but links: time, gossip copies and pings are the test's own. Starts at the beginning of window 100. */
export async function bench(enforce = true): Promise<Bench> {
  const { network } = await testNetwork()
  const privateKey = await generateKeyPair('Ed25519')
  const clock = manualClock(200_000)
  const core = createCore(
    {
      datastore: {},
      logger: { forComponent: () => silent },
      peerId: peerIdFromPrivateKey(privateKey),
      privateKey,
      events: new EventTarget()
    } as unknown as PeerwatchComponents,
    { network, dimensions: DIMENSIONS, certificates: noCertificates, rng: seededRng(7), clock }
  )
  const ticks: ((window: number) => void)[] = []
  const withTicks: Core = { ...core, windows: { ...core.windows, onWindow: listener => (ticks.push(listener) >= 0 ? () => {} : () => {}) } }
  const copies: ((copy: GossipCopy) => void)[] = []
  const probes: ((peer: PeerIdString, answered: boolean) => void)[] = []
  const mesh: PeerIdString[] = []
  const offline = { is: false }
  const observing = observation(withTicks, {
    tap: { onCopy: listener => (copies.push(listener), () => {}), meshPeers: () => [...mesh] },
    neighbours: { isNeighbour: () => true, wasOffline: () => offline.is, onProbe: listener => (probes.push(listener), () => {}) },
    defence: defence(withTicks, { enforce, neverCut: new Set() })
  })
  const seen: SeenNeighbour[] = []
  const windows: Bench['windows'] = []
  const cuts: Bench['cuts'] = []
  observing.onSeen((_window, neighbours) => seen.splice(0, seen.length, ...neighbours))
  core.events.addEventListener('window:closed', ({ detail }) => windows.push(detail))
  core.events.addEventListener('neighbour:cut', ({ detail }) => cuts.push(detail))
  await observing.beforeStart?.()
  return {
    core,
    observing,
    seen,
    windows,
    cuts,
    mesh,
    clock,
    offline,
    copy: (copy, number) => {
      const id = copy.kind === 'unproved' ? undefined : `${copy.author}/${number}`
      const signed = { seqno: Uint8Array.of(number), signature: new Uint8Array(64).fill(number), topic: 't' }
      const full: GossipCopy = { ...signed, data: new Uint8Array(copy.kind === 'unproved' ? 11 : 10), kind: 'new', id, ...copy }
      for (const listener of copies) listener(full)
    },
    probe: (peer, answered) => {
      for (const listener of probes) listener(peer, answered)
    },
    close: (beforeMs = 0) => {
      const { window } = core.windows.now()
      clock.advance((window + 1) * core.windows.windowMs - beforeMs - clock.monotonicMs())
      for (const tick of ticks) tick(window)
    }
  }
}
