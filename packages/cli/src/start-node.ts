import { BEHAVIOURS, misbehave, observationHook } from '@peerwatch/attacks'
import { createNode } from '@peerwatch/node'
import type { Attack, ObservationHook } from '@peerwatch/attacks'
import type { NodeInit, PeerwatchNode } from '@peerwatch/node'
import type { RegistryState } from '@peerwatch/services'
import type { RunPlan } from './run-plan.ts'

export interface RegistryStatus {
  readonly state: RegistryState
  /** Seeds at which the node is registered. */
  readonly seeds: number
}

/** What a run needs of a node: everything that knows `@peerwatch/node` is in this file. */
export interface StartedNode {
  readonly id: string
  readonly addresses: () => string[]
  readonly registry: () => RegistryStatus
  readonly onRegistry: (listener: (status: RegistryStatus) => void) => void
  readonly stop: () => Promise<void>
}

/** Without the fields that were not given: `createNode` has the defaults. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as { [K in keyof T]?: NonNullable<T[K]> }
}

function nodeInit({ role, name, network, privateKey, dataDir, listen, announce, logFile, folder, flags }: RunPlan, lies: ObservationHook): NodeInit {
  return {
    role,
    name,
    network,
    privateKey,
    dataDir,
    listen,
    announce,
    enforce: flags.enforce,
    neverEvict: flags.neverEvict ?? [],
    libp2pMetrics: true,
    ...(flags.behaviour != null && { alterObservations: lies.alter }),
    http: { port: flags.httpPort ?? 0 },
    log: { path: logFile, ...given({ level: flags.logLevel }) },
    ...given({ pepper: folder?.pepper, owner: folder?.owner, watcherIds: folder?.watchers, watchers: flags.watchers }),
    ...((role === 'peer' || role === 'watcher') && {
      neighbours: given({ targetDegree: flags.targetDegree, maxDegree: flags.maxDegree }),
      chat: given({ everyMs: flags.chatEveryMs, count: flags.chatCount })
    })
  }
}

export async function startNode(plan: RunPlan): Promise<StartedNode> {
  const lies = observationHook()
  warnOfMisconduct(plan)
  const node = await createNode(nodeInit(plan, lies))
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
    onRegistry: listener => {
      node.libp2p.services.peerwatch.addEventListener('registry:state', ({ detail }) => {
        listener({ state: detail.state, seeds: detail.seeds.length })
      })
    },
    stop: async () => {
      attack?.stop()
      await node.stop()
    }
  }
}

function warnOfMisconduct({ flags: { behaviour } }: RunPlan): void {
  if (behaviour == null) return
  console.error(
    `peerwatch: warning: misbehaving: this peer ${BEHAVIOURS[behaviour].description}; expected only on a network of your own; it will be evicted there: start it without --behaviour to be honest`
  )
}

function findAttack({ flags: { behaviour, victim } }: RunPlan, node: PeerwatchNode, observations: ObservationHook): Attack | undefined {
  return behaviour == null ? undefined : misbehave(node, behaviour, { observations, victim })
}
