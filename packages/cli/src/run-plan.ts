import { join } from 'node:path'
import { checkRole, defaultDataFolder, FILES, loadNetworkFolder, loadNodeFolder, NodeError, readOrCreateKey } from '@peerwatch/node/files'
import type { PrivateKey } from '@libp2p/interface'
import type { BehaviourName } from '@peerwatch/attacks'
import type { PeerIdString } from '@peerwatch/model'
import type { NodeFolder, NodeRole } from '@peerwatch/node/files'
import type { Network } from '@peerwatch/services'

/** The options of `seed`, `trusted`, `watcher` and `peer` as commander gives them. */
export interface RunFlags {
  readonly network: string
  readonly node?: string
  readonly data?: string
  readonly listen?: readonly string[]
  readonly announce?: readonly string[]
  readonly httpPort?: number
  readonly log?: string
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error'
  readonly enforce: boolean
  readonly neverEvict?: readonly PeerIdString[]
  readonly jsonReady?: true
  readonly targetDegree?: number
  readonly maxDegree?: number
  readonly chatEveryMs?: number
  readonly chatCount?: number
  readonly watchers?: number
  /** For tests and research: the peer misbehaves from the start on. */
  readonly behaviour?: BehaviourName
  /** Of `slanders`: about whom. */
  readonly victim?: PeerIdString
}

/** All that is needed to start a node: flags, files and defaults put together and checked. */
export interface RunPlan {
  readonly role: NodeRole
  readonly name: string
  readonly network: Network
  readonly privateKey: PrivateKey
  readonly dataDir: string
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly logFile: string
  /** Of this node, where it has one. */
  readonly folder?: NodeFolder
  readonly flags: RunFlags
}

/** Ordinary addresses: of a network on loopback that, else all of this machine; any port. */
function defaultListen(network: Network): string[] {
  const isLocal = network.seeds.every(address => /^\/(ip4\/127\.|ip6\/::1\/)/.test(address.toString()))
  return [isLocal ? '/ip4/127.0.0.1/tcp/0' : '/ip4/0.0.0.0/tcp/0']
}

async function loadFolder(role: NodeRole, path: string | undefined): Promise<NodeFolder | undefined> {
  if (path == null) return undefined
  const folder = await loadNodeFolder(path)
  if (folder.role === role) return folder
  throw new NodeError('bad-node', {
    found: `${path} is the folder of a ${folder.role}`,
    expected: `that of a ${role}`,
    remedy: `start it with \`peerwatch ${folder.role}\`, or give another folder with --node`
  })
}

/** Reads what a node needs; NodeError for the first thing that is wrong. Nothing is written but the key of a new peer. */
export async function planRun(role: NodeRole, flags: RunFlags): Promise<RunPlan> {
  if (flags.targetDegree != null && flags.maxDegree != null && flags.targetDegree > flags.maxDegree) {
    throw new NodeError('bad-option', {
      found: `--target-degree is ${flags.targetDegree}, above --max-degree, which is ${flags.maxDegree}`,
      expected: 'at most that',
      remedy: 'change one of them'
    })
  }
  if (flags.behaviour === 'slanders' && flags.victim == null) {
    throw new NodeError('bad-option', { found: '--behaviour slanders without --victim', expected: 'the peer id to slander', remedy: 'give one' })
  }
  const { network } = await loadNetworkFolder(flags.network)
  const folder = await loadFolder(role, flags.node)
  const name = folder?.name ?? role
  const dataDir = flags.data ?? defaultDataFolder(name)
  const keyPath = join(folder?.folder ?? dataDir, FILES.key)
  const privateKey = folder?.privateKey ?? (await readOrCreateKey(keyPath))
  const id = privateKey.publicKey.toString() as PeerIdString
  checkRole(network, { role, id, keyFrom: keyPath, ...(folder?.owner != null && { owner: folder.owner }) })
  return {
    role,
    name,
    network,
    privateKey,
    dataDir,
    listen: flags.listen ?? folder?.listen ?? defaultListen(network),
    announce: flags.announce ?? folder?.announce ?? [],
    logFile: flags.log ?? join(dataDir, 'log.jsonl'),
    ...(folder != null && { folder }),
    flags
  }
}
