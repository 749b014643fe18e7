import { castList } from './judge-run.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Testnet } from '@peerwatch/node/testnet'
import type { Role } from './cast.ts'
import type { Recorder } from './recorder.ts'
import type { DemoPeer, DemoState, DemoTrusted } from './state.ts'

export interface DemoScene {
  readonly testnet: Testnet
  readonly roles: readonly Role[]
  readonly recorder: Recorder
  readonly elapsedMs: number
  readonly limitMs: number
  readonly seed: number
  readonly preset: string
  readonly windowMs: number
}

/** What the network looks like now, as its own nodes tell it. */
export function demoState(scene: DemoScene): DemoState {
  const { testnet, roles, recorder, ...rest } = scene
  const removed = recorder.removals()
  const evicted = new Set(testnet.seeds.flatMap(seed => seed.libp2p.services.peerwatch.evictions().map(({ peer }) => peer)))
  const stateOf = (id: PeerIdString): DemoPeer['state'] => (evicted.has(id) ? 'evicted' : removed.has(id) ? 'removed' : standingOf(testnet, id).state)
  const nodes = castList(testnet, roles)
  return {
    elapsedMs: rest.elapsedMs,
    limitMs: rest.limitMs,
    seed: rest.seed,
    preset: rest.preset,
    windowMs: rest.windowMs,
    seedsCount: testnet.seeds.length,
    trusted: trustedRows(testnet, recorder),
    peers: nodes
      .filter(({ role }) => role === 'peer' || role === 'watcher')
      .map(({ id, name, role, behaviour }) => ({
        name,
        role: role === 'watcher' ? 'watcher' : 'peer',
        behaviour,
        standing: standingOf(testnet, id).reputation,
        state: stateOf(id)
      })),
    events: recorder.events(),
    counts: { ...recorder.counts(), removed: removed.size, evicted: evicted.size }
  }
}

/** The trusted node that has the most evidence knows best. */
function standingOf(testnet: Testnet, id: PeerIdString): { state: DemoPeer['state']; reputation: number | undefined } {
  for (const { libp2p } of testnet.trusted) {
    const found = libp2p.services.peerwatch.assembly.tier?.examination.standing(id)
    if (found != null && found.state !== 'unknown') return { state: found.state, reputation: found.ratio }
  }
  return { state: 'unknown', reputation: undefined }
}

function trustedRows(testnet: Testnet, recorder: Recorder): DemoTrusted[] {
  const [first] = testnet.trusted
  const status = first?.libp2p.services.peerwatch.assembly.tier?.tree.status()
  if (status == null) return []
  return status.nodes.map(({ node, range, parent, reportsPerSecond }) => ({
    name: recorder.nameOf(node),
    ...(parent != null && { parent: recorder.nameOf(parent) }),
    ...(range != null && { range }),
    reportsPerSecond: reportsPerSecond ?? 0
  }))
}
