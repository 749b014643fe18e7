import { createNode } from '@peerwatch/node'
import type { NodeInit } from '@peerwatch/node'
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

function nodeInit({ role, name, network, privateKey, dataDir, listen, announce, logFile, folder, flags }: RunPlan): NodeInit {
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
  const node = await createNode(nodeInit(plan))
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
    stop: node.stop
  }
}
