import { DIMENSIONS } from '@peerwatch/detection'
import { appeals } from './appeal/appeals.ts'
import { certificateBook } from './enforcement/certificates.ts'
import { coreTopics } from './gossip/core-topics.ts'
import { cutNotices } from './enforcement/cut-notices.ts'
import { createCore } from '@peerwatch/link'
import { enforcement } from './enforcement/enforcement.ts'
import { gossipTap } from './gossip/gossip-tap.ts'
import { gossipLimits, resolveGossipLimits } from './gossip/gossip-limits.ts'
import { neighbours } from './neighbours/neighbours.ts'
import { visits } from './enforcement/visits.ts'
import { defence } from './enforcement/defence.ts'
import { observation } from './observation/observation.ts'
import { registryClient } from './registry/registry-client.ts'
import { liveOptions } from './live-options.ts'
import { checkOptions, peersOf } from './options.ts'
import type { TypedEventEmitter } from 'main-event'
import type { Core, Part, PeerwatchComponents, PeerwatchEvents } from '@peerwatch/link'
import type { Appeals } from './appeal/appeals.ts'
import type { CoreTopics } from './gossip/core-topics.ts'
import type { GossipTap } from './gossip/gossip-tap.ts'
import type { Observing } from './observation/observation.ts'
import type { RegistryClient, RegistryClientInit } from './registry/registry-client.ts'
import type { LiveOptions } from './live-options.ts'
import type { CoreOptions, PeerOptions } from './options.ts'

export interface Common {
  readonly core: Core
  readonly tap: GossipTap
  readonly topics: CoreTopics
  readonly registry: RegistryClient
  readonly neighbours: ReturnType<typeof neighbours>
  readonly observing: Observing
  readonly appeal: Appeals['ask']
  readonly configure: (options: LiveOptions) => void
  /** In the order in which they start. The registry is none of them: each role says what has to be ready before it registers. */
  readonly parts: readonly Part[]
}

export interface CommonInit {
  /** Lets evicted peers in for their appeal. */
  readonly admitsVisits?: boolean
  readonly registry?: RegistryClientInit
  /** Absent: dials seeds and entries only, and watches nobody's liveness. */
  readonly neighbours?: PeerOptions['neighbours']
  readonly alterObservations?: PeerOptions['alterObservations']
}

/** Every role runs these parts: it enforces, defends itself, takes part in the gossip of certificates and rosters, and registers. */
export function assembleCommon(components: PeerwatchComponents, events: TypedEventEmitter<PeerwatchEvents>, options: CoreOptions, init: CommonInit): Common {
  const { network, dimensions = DIMENSIONS, observers, enforce = true, clock, rng } = options
  checkOptions(network, init.neighbours)
  const never = peersOf(options.neverEvict)
  const core = createCore(components, {
    network,
    dimensions,
    events,
    ...(clock != null && { clock }),
    ...(rng != null && { rng }),
    certificates: certificateBook
  })
  const defending = defence(core, { enforce, neverCut: never })
  const notices = cutNotices(core)
  const visiting = init.admitsVisits === true ? { visits: visits(core) } : {}
  const enforcing = enforcement(core, { enforce, neverEvict: never, isCut: defending.isCut, tellCut: notices.tell, ...visiting })
  const limits = options.gossip === false ? undefined : gossipLimits(core, { options: resolveGossipLimits(options.gossip), enforce })
  const tap = gossipTap(core, { ignores: enforcing.refuses, ...(limits != null && { admitted: limits.admitted }) })
  const topics = coreTopics(core, tap)
  const registry = registryClient(core, init.registry)
  const appealing = appeals(core, { registry })
  const degree = init.neighbours === false || init.neighbours == null ? {} : init.neighbours
  const around = neighbours(core, {
    registry,
    refuses: enforcing.refuses,
    dial: init.neighbours != null && init.neighbours !== false,
    watch: init.neighbours != null,
    peersCount: () => registry.registeredCount() - membersCount(core),
    ...degree
  })
  const observing = observation(altered(core, init.alterObservations), {
    tap,
    neighbours: around,
    defence: defending,
    enforce,
    ...(observers != null && { observers })
  })
  return {
    core,
    tap,
    topics,
    registry,
    neighbours: around,
    observing,
    appeal: appealing.ask,
    configure: liveOptions({ network, never, enforcing, setDegree: around.setDegree }),
    parts: [core.certificates, defending, notices, enforcing, ...(limits == null ? [] : [limits]), tap, topics, observing, around, appealing]
  }
}

/** Seeds and trusted nodes register too. */
function membersCount({ roster }: Core): number {
  const { seeds, trusted } = roster.current()
  return new Set([...seeds, ...trusted]).size
}

/** A core that tells of other observations than were made. */
function altered(core: Core, alter: PeerOptions['alterObservations']): Core {
  if (alter == null) return core
  const emit = ((type: keyof PeerwatchEvents, detail: never) => {
    if (type !== 'window:closed') {
      core.emit(type, detail)
      return
    }
    const { window, observations }: PeerwatchEvents['window:closed']['detail'] = detail
    core.emit(type, { window, observations: alter(observations, window) })
  }) as Core['emit']
  return { ...core, emit }
}
