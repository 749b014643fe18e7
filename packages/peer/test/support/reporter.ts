import { MemoryDatastore } from 'datastore-core'
import { HANGS_AFTER_MS } from '../../../../test/support/until.ts'
import { chooseEntries } from '../../src/reporting/entries.ts'
import { networkTime } from '../../src/time/network-time.ts'
import { reporting } from '../../src/reporting/reporting.ts'
import { peerIdText, toPeerId } from '@peerwatch/link'
import { testHost, testNetwork, until } from '../../../link/test/support/core.ts'
import { reportServer } from './report-server.ts'
import type { Datastore } from 'interface-datastore'
import type { TestContext } from 'node:test'
import type { Observation, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core, Part, PeerwatchEvents, RegistryView } from '@peerwatch/link'
import type { ReportingInit, ReportingView } from '../../src/reporting/reporting.ts'
import type { TestHost } from '../../../link/test/support/core.ts'
import type { ReportServer } from './report-server.ts'

export interface Told {
  readonly type: keyof PeerwatchEvents
  readonly detail: Record<string, unknown>
}

export interface Reporter {
  readonly part: Part & ReportingView
  readonly datastore: Datastore
  readonly told: Told[]
  readonly of: (type: keyof PeerwatchEvents) => Told[]
  /** Closes a window in which these subjects were seen; default: the one before the reporter started. */
  readonly close: (subjects: readonly PeerIdString[], window?: WindowNumber) => void
  /** Both entries have said hello: reports go to the preferred one. */
  readonly ready: () => Promise<void>
  readonly stop: () => Promise<void>
}

export interface Stage {
  readonly peer: TestHost
  readonly entries: readonly TestHost[]
  /** The preferred entry's first. */
  readonly servers: readonly [ReportServer, ReportServer]
  /** Some window well before now, for observations that no start or jump has touched. */
  readonly pastWindow: WindowNumber
  readonly reporter: (
    init?: Partial<ReportingInit> & { datastore?: Datastore; stamp?: (window?: number) => Uint8Array | undefined; core?: Partial<Core> }
  ) => Promise<Reporter>
}

const WATCHED: (keyof PeerwatchEvents)[] = ['report:acknowledged', 'report:refused', 'entry:changed', 'peer:fault', 'alarm']

export const STAMP = Uint8Array.of(1, 2, 3)

export function observation(subject: PeerIdString, window: WindowNumber): Observation {
  return { subject, window, counts: { integrity: { ok: 9, bad: 1 }, liveness: { ok: 3, bad: 0 } }, cuts: [] }
}

/** Two real trusted hosts with small report servers and a real peer; reporters come and go on the peer, as restarts do. */
export async function stage(t: TestContext): Promise<Stage> {
  const { network, trusted } = await testNetwork({ trusted: 2 })
  const peer = await testHost(network)
  const hosts = await Promise.all(trusted.map(async key => testHost(network, key)))
  t.after(async () => Promise.all([peer, ...hosts].map(async ({ node }) => node.stop())))
  const entries = chooseEntries(peer.core.self, network.roster.version, network.roster.trusted).map(
    id => hosts.find(({ node }) => peerIdText(node.peerId) === id)!
  )
  const servers = (await Promise.all(entries.map(async host => reportServer(host)))) as [ReportServer, ReportServer]
  const find: RegistryView['find'] = async peers => {
    for (const host of hosts) {
      if (peers.includes(host.core.self)) await peer.node.peerStore.merge(toPeerId(host.core.self), { multiaddrs: host.node.getMultiaddrs() })
    }
    return []
  }
  const pastWindow = peer.core.windows.now().window - 100
  return {
    peer,
    entries,
    servers,
    pastWindow,
    reporter: async (init = {}) => {
      const { datastore = new MemoryDatastore(), stamp = () => STAMP, core: overrides = {}, ...rest } = init
      const { connectionManager } = peer.core.components
      const events = new EventTarget()
      const told: Told[] = []
      const core = {
        ...peer.core,
        components: { connectionManager, datastore },
        events,
        emit: (type: keyof PeerwatchEvents, detail: unknown) => events.dispatchEvent(new CustomEvent(type, { detail })),
        ...overrides
      } as unknown as Core
      for (const type of WATCHED) {
        events.addEventListener(type, event => {
          told.push({ type, detail: (event as CustomEvent<Record<string, unknown>>).detail })
        })
      }
      const registry = { find, stamp } as unknown as RegistryView
      const time = networkTime(core, { asked: () => [] })
      const part = reporting(core, { registry, time, leastBackoffMs: 20, mostBackoffMs: 100, answerTimeoutMs: HANGS_AFTER_MS, ...rest })
      // Also where a test fails: an abandoned reporter goes on dialling for ever.
      t.after(async () => part.stop?.())
      await part.beforeStart?.()
      await part.start?.()
      return {
        part,
        datastore,
        told,
        of: type => told.filter(one => one.type === type),
        close: (subjects, window = pastWindow) => {
          core.emit('window:closed', { window, observations: subjects.map(subject => observation(subject, window)) })
        },
        ready: async () => until(() => part.status().entries.every(({ state }) => state === 'ready'), 'both entries are ready'),
        stop: async () => part.stop?.()
      }
    }
  }
}
