import { BEHAVIOUR_FATES, BEHAVIOURS, misbehave, observationHook } from '@peerwatch/attacks'
import { createNode } from '@peerwatch/node'
import { seedElsewhere, seedElsewhereProblem } from '@peerwatch/node/files'
import { complain } from './terminal.ts'
import type { Attack, BehaviourFate, ObservationHook } from '@peerwatch/attacks'
import type { NodeInit, NodeLiveOptions, PeerwatchNode } from '@peerwatch/node'
import type { NodeProblem } from '@peerwatch/node/files'
import type { Config } from '@peerwatch/node/config'
import type { ReadyView, ReloadView } from '@peerwatch/node/node-view'
import type { PeerIdString } from '@peerwatch/model'
import type { RegistryState, Roster } from '@peerwatch/link'
import type { RunFlags, RunPlan } from './run-plan.ts'

export interface RegisteredAt {
  readonly state: RegistryState
  /** Seeds at which the node is registered. */
  readonly seeds: number
}

/** A run needs this of a node. Everything that knows `@peerwatch/node` is in this file. */
export interface StartedNode {
  readonly id: string
  readonly addresses: () => string[]
  readonly registry: () => RegisteredAt
  /** In force. */
  readonly roster: () => Pick<Roster, 'version' | 'quorum' | 'presetName' | 'seeds'>
  /** Why seeds are not linked; empty where nothing is known. */
  readonly seedTroubles: () => string
  readonly isEvicted: () => boolean
  /** Why nobody will find it. */
  readonly elsewhere: () => NodeProblem | undefined
  /** As `GET /readyz`. */
  readonly readiness: () => ReadyView
  readonly configure: (options: NodeLiveOptions) => void
  /** As over HTTP: it is logged, too. */
  readonly reload: () => Promise<ReloadView | undefined>
  readonly stop: () => Promise<void>
}

/** Without the fields that were not given: `createNode` has the defaults. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as { [K in keyof T]?: NonNullable<T[K]> }
}

/** The options of one group that were given: `{ credits }` of `entry.credits`. */
function group<K extends 'entry' | 'gossip' | 'registry' | 'reporting'>(config: Config, name: K): Exclude<NodeInit[K], false | undefined> {
  const prefix = `${name}.`
  const found = config.settings().filter(setting => setting.name.startsWith(prefix) && setting.source.kind !== 'default')
  return Object.fromEntries(found.map(setting => [setting.name.slice(prefix.length), setting.value])) as Exclude<NodeInit[K], false | undefined>
}

function nodeInit(
  { role, row, name, network, privateKey, dataDir, listen, announce, logFile, folder, config, flags }: RunPlan,
  lies: ObservationHook,
  reload: () => Promise<ReloadView>
): NodeInit {
  return {
    role,
    name,
    network,
    privateKey,
    dataDir,
    listen,
    announce,
    libp2pMetrics: true,
    ...(flags.behaviour != null && { alterObservations: lies.alter }),
    http: given({ host: config.given('http.host'), port: config.given('http.port') }),
    log: { path: logFile, ...given({ level: config.given('log.level'), format: config.given('log.format') }) },
    reload,
    ...given({
      enforce: config.given('enforce'),
      neverEvict: config.given('neverEvict') as readonly PeerIdString[] | undefined,
      pepper: folder?.pepper,
      asksPepper: folder?.pepperFrom == null ? undefined : true,
      owner: folder?.owner,
      watcherIds: folder?.watchers,
      watchers: config.given('watchers'),
      gossip: group(config, 'gossip'),
      reporting: group(config, 'reporting'),
      registry: group(config, 'registry'),
      entry: group(config, 'entry')
    }),
    ...(row.options.includes('peers') && {
      neighbours: given({ targetDegree: config.given('targetDegree'), maxDegree: config.given('maxDegree') }),
      chat: given({ everyMs: config.given('chat.everyMs'), count: config.given('chat.count'), firstSights: config.given('chat.firstSights') })
    })
  }
}

export async function startNode(plan: RunPlan, reload: () => Promise<ReloadView>): Promise<StartedNode> {
  const lies = observationHook()
  const node = await createNode(nodeInit(plan, lies, reload), plan.roles)
  const attack = findAttack(plan, node, lies)
  attack?.start()
  const { assembly } = node.libp2p.services.peerwatch
  return {
    id: node.peerId.toString(),
    addresses: node.addresses,
    registry: () => {
      const { state, seeds } = assembly.registry.state()
      return { state, seeds: seeds.length }
    },
    roster: assembly.core.roster.current,
    seedTroubles: () => {
      const { names } = assembly.core.roster.current()
      const { failures } = assembly.registry.state()
      return failures.map(({ seed, reason }) => `seed ${[seed, names.get(seed)].filter(Boolean).join(' ')}: ${reason}`).join('. ')
    },
    isEvicted: () => assembly.core.certificates.evicted(assembly.core.self) != null,
    elsewhere: () => {
      const found = seedElsewhere(node.network, { id: node.peerId.toString(), listen: node.listenedOn(), announce: plan.announce })
      return found == null ? undefined : seedElsewhereProblem(found)
    },
    readiness: node.view.ready,
    configure: node.configure,
    reload: node.view.reload,
    stop: async () => {
      attack?.stop()
      await node.stop()
    }
  }
}

/** What such a network does about a peer that misbehaves alone. */
const NETWORK_OF_YOUR_OWN = {
  removed: 'where seeds will test it and take it off the registry',
  evicted: 'where it will be evicted',
  unharmed: 'where nobody is evicted for that'
} as const satisfies Record<BehaviourFate, string>

/** The first line of such a run, before anything else can be said. */
export function warnOfMisconduct({ behaviour }: RunFlags): void {
  if (behaviour == null) return
  complain(
    `peerwatch: warning: misbehaving: this peer ${BEHAVIOURS[behaviour].description}; expected only on a network of your own, ${NETWORK_OF_YOUR_OWN[BEHAVIOUR_FATES[behaviour]]}; start it without --behaviour to be honest`
  )
}

function findAttack({ flags: { behaviour, victim } }: RunPlan, node: PeerwatchNode, observations: ObservationHook): Attack | undefined {
  return behaviour == null ? undefined : misbehave(node, behaviour, { observations, victim })
}
