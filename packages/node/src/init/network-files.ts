import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createNetworkFile } from '@peerwatch/link'
import { encodeKey } from '../files/key-file.ts'
import { FILES } from '../files/layout.ts'
import { ROLES } from '../roles/index.ts'
import { nodeAddresses } from './addresses.ts'
import { rosterLimits } from './options.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { NodeFile } from '../files/node-folder.ts'
import type { NetworkFile } from '@peerwatch/link'
import type { InitOptions } from './options.ts'

/** One file of a new network, by its path below the network's folder. */
export interface PlannedFile {
  readonly path: string
  readonly text: string
  /** Readable by its owner only. */
  readonly isPrivate: boolean
}

export interface PlannedNode {
  readonly file: NodeFile
  readonly key: PrivateKey
}

export interface PlannedNetwork {
  readonly network: NetworkFile
  readonly nodes: readonly NodeFile[]
  readonly files: readonly PlannedFile[]
}

export async function planNode(role: NodeFile['role'], number: string, rest: Partial<NodeFile> = {}): Promise<PlannedNode> {
  const key = await generateKeyPair('Ed25519')
  return { key, file: { format: 1, name: `${role}-${number}`, role, id: peerIdFromPrivateKey(key).toString(), ...rest } }
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

export function reached(host: string, port: number, n: number): Partial<NodeFile> {
  const { listen, announce } = nodeAddresses(host, port, n)
  return { listen: [listen], ...(announce != null && { announce: [announce] }) }
}

async function planNodes(options: InitOptions): Promise<PlannedNode[]> {
  const seeds = numbers(options.seeds).map(async n => planNode('seed', `${n}`, reached(options.seedHost, options.seedPort, n)))
  const trusted = numbers(options.trusted).map(async n => {
    const node = await planNode('trusted', `${n}`, reached(options.trustedHost, options.trustedPort, n))
    // A watcher's addresses are those of any peer: nothing in its folder but the key makes it one.
    const watchers = await Promise.all(numbers(options.watchers).map(async m => planNode('watcher', `${n}-${m}`, { owner: node.file.id })))
    return [{ ...node, file: { ...node.file, watchers: watchers.map(({ file }) => file.id) } }, ...watchers]
  })
  return [...(await Promise.all(seeds)), ...(await Promise.all(trusted)).flat()]
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** Key and `node.json`. */
export function folderOf({ file, key }: PlannedNode): PlannedFile[] {
  const folder = join('nodes', file.name)
  return [
    { path: join(folder, FILES.key), text: encodeKey(key), isPrivate: true },
    { path: join(folder, FILES.node), text: json(file), isPrivate: true }
  ]
}

/** Everything that `init` writes, in memory. */
export async function planNetwork(options: InitOptions): Promise<PlannedNetwork> {
  const authority = await generateKeyPair('Ed25519')
  const nodes = await planNodes(options)
  const seeds = nodes.filter(({ file }) => ROLES[file.role].member === 'seeds')
  const network = await createNetworkFile({
    name: options.name,
    authority,
    seeds: seeds.map(({ file }) => ({ peer: file.id as PeerIdString, address: (file.announce ?? file.listen)?.[0] ?? '' })),
    trusted: nodes.filter(({ file }) => ROLES[file.role].member === 'trusted').map(({ key }) => key),
    names: new Map(nodes.map(({ file }) => [file.id as PeerIdString, file.name])),
    preset: options.preset,
    scope: options.scope,
    nowMs: options.nowMs,
    ...rosterLimits(options),
    ...(options.requestLimits != null && { requestLimits: new Map(Object.entries(options.requestLimits)) }),
    ...(options.quorum != null && { quorum: options.quorum })
  })
  const pepper = `${randomBytes(32).toString('hex')}\n`
  const nodeFiles = nodes.flatMap(({ file, key }) => [
    ...folderOf({ file, key }),
    ...(ROLES[file.role].needs.includes('pepper') ? [{ path: join('nodes', file.name, FILES.pepper), text: pepper, isPrivate: true }] : [])
  ])
  return {
    network,
    nodes: nodes.map(({ file }) => file),
    files: [
      { path: join('public', FILES.network), text: json(network), isPrivate: false },
      ...nodeFiles,
      { path: join('authority', FILES.key), text: encodeKey(authority), isPrivate: true }
    ]
  }
}
