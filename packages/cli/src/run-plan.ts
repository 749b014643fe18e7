import { join } from 'node:path'
import { findOption, flagOf } from '@peerwatch/node/config'
import { checkRole, defaultDataFolder, FILES, loadNetworkFolder, loadNodeFolder, NodeError, readOrCreateKey } from '@peerwatch/node/files'
import { roleOf } from '@peerwatch/node/roles'
import { listenAddresses } from './listen-addresses.ts'
import { UsageError } from './usage-error.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { BehaviourName } from '@peerwatch/attacks'
import type { PeerIdString } from '@peerwatch/model'
import type { Config, OptionName } from '@peerwatch/node/config'
import type { NodeFolder } from '@peerwatch/node/files'
import type { NodeRole, Role, Roles } from '@peerwatch/node/roles'
import type { Network } from '@peerwatch/link'

/** `seed`, `trusted`, `watcher` and `peer` take these besides the options of the table. */
export interface RunFlags {
  readonly jsonReady?: true
  /** For tests and research: the peer misbehaves from the start on. */
  readonly behaviour?: BehaviourName
  /** Of `slanders`: about whom. */
  readonly victim?: PeerIdString
}

/** The role of a run, and the table that has its row. */
export interface RunRole {
  readonly role: NodeRole
  readonly roles: Roles
}

/** All that is needed to start a node: options, files and defaults put together and checked. */
export interface RunPlan extends RunRole {
  readonly row: Role
  readonly name: string
  readonly network: Network
  readonly privateKey: PrivateKey
  readonly dataDir: string
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly logFile: string
  /** Of this node, where it has one. */
  readonly folder?: NodeFolder
  readonly config: Config
  readonly flags: RunFlags
}

async function loadFolder({ role, roles }: RunRole, path: string | undefined): Promise<NodeFolder | undefined> {
  if (path == null) return undefined
  const folder = await loadNodeFolder(path, roles)
  if (folder.role === role) return folder
  throw new NodeError('bad-node', {
    found: `${path} is the folder of ${roleOf(folder.role, roles).noun}`,
    expected: `that of ${roleOf(role, roles).noun}`,
    remedy: `start it with \`peerwatch ${folder.role}\`, or give another folder with --node`
  })
}

/** The value of an option without which nothing starts. */
function required(config: Config, name: OptionName & ('network' | 'node')): string {
  const value = config.get(name)
  if (value != null) return value
  const { placeholder = 'value' } = findOption(name)
  throw new UsageError(`required option '${flagOf(name)} <${placeholder}>' not specified`, 'it to be given', `give it, or set ${name} in the file of --config`)
}

/** Who slanders has to be told whom: a run without a victim would warn of a misdeed that never comes. */
export function checkVictim({ behaviour, victim }: RunFlags): void {
  if (behaviour !== 'slanders' || victim != null) return
  throw new NodeError('bad-option', { found: '--behaviour slanders without --victim', expected: 'the peer id to slander', remedy: 'give one' })
}

/** Reads what a node needs; NodeError or UsageError for the first thing that is wrong. Nothing is written but the key of a new peer. */
export async function planRun(which: RunRole, config: Config, flags: RunFlags): Promise<RunPlan> {
  const { role, roles } = which
  const row = roleOf(role, roles)
  const networkPath = required(config, 'network')
  const nodePath = row.files.folder == null ? config.get('node') : required(config, 'node')
  const { network } = await loadNetworkFolder(networkPath)
  const folder = await loadFolder(which, nodePath)
  const name = config.get('name') ?? folder?.name ?? role
  const dataDir = config.get('data') ?? defaultDataFolder(name)
  const keyPath = join(folder?.folder ?? dataDir, FILES.key)
  const privateKey = folder?.privateKey ?? (await readOrCreateKey(keyPath))
  const id = privateKey.publicKey.toString() as PeerIdString
  checkRole(network, { role, id, keyFrom: keyPath, ...(folder?.owner != null && { owner: folder.owner }) }, roles)
  return {
    role,
    roles,
    row,
    name,
    network,
    privateKey,
    dataDir,
    listen: listenAddresses(config, folder, network),
    announce: config.get('announce') ?? folder?.announce ?? [],
    logFile: config.get('log.file') ?? join(dataDir, 'log.jsonl'),
    ...(folder != null && { folder }),
    config,
    flags
  }
}
