import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { systemClock } from '@peerwatch/model/system-clock'
import { createNetworkFile } from '@peerwatch/link'
import { freePorts } from './free-ports.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString, PresetName } from '@peerwatch/model'
import type { Network, NetworkFile, NetworkFileInit } from '@peerwatch/link'
import type { NodeInit } from './options.ts'

export interface TestnetPlanInit {
  readonly seeds?: number
  readonly trusted?: number
  readonly peers?: number
  /** Watchers per trusted node. Default: the preset's. */
  readonly watchers?: number
  readonly preset?: PresetName
  readonly scope?: 'local' | 'public'
  /** The transport on which all nodes listen. Default `tcp`. */
  readonly transport?: 'tcp' | 'ws'
  /** Further fields of the roster. */
  readonly roster?: Partial<Pick<NetworkFileInit, 'quorum' | 'requestsPerSecond' | 'requestLimits' | 'maxDegree' | 'retentionMs' | 'retentionBytes'>>
}

/** A network before any of its nodes runs: plain data, so that each of several threads can run a share of it. */
export interface TestnetPlan {
  /** Its nodes keep their data below it, each in a folder of its name. */
  readonly directory: string
  readonly file: NetworkFile
  /** The key that signs rosters, as libp2p's protobuf. */
  readonly authority: Uint8Array
  /** Seeds, trusted nodes, peers: nobody is needed by those before it. */
  readonly nodes: readonly PlannedNode[]
}

export interface PlannedNode {
  /** `seed-1`, `trusted-1`, `peer-1`, … */
  readonly name: string
  readonly role: 'seed' | 'trusted' | 'peer'
  readonly listen: string
  /** As libp2p's protobuf; a peer makes its own. */
  readonly key?: Uint8Array
  /** For a trusted node. */
  readonly pepper?: Uint8Array
  readonly watchers?: number
}

async function keys(count: number): Promise<PrivateKey[]> {
  return Promise.all(Array.from({ length: count }, async () => generateKeyPair('Ed25519')))
}

/** Makes the keys and the network file; nothing runs yet. */
export async function planTestnet(directory: string, init: TestnetPlanInit = {}): Promise<TestnetPlan> {
  const { seeds: seedCount = 1, trusted: trustedCount = 1, peers: peerCount = 2, preset = 'demo', scope = 'local', watchers } = init
  const loopback = (port: number): string => `/ip4/127.0.0.1/tcp/${port}${init.transport === 'ws' ? '/ws' : ''}`
  const [[authority], seedKeys, trustedKeys, ports] = await Promise.all([keys(1), keys(seedCount), keys(trustedCount), freePorts(seedCount)])
  const pepper = randomBytes(32)
  const file = await createNetworkFile({
    ...init.roster,
    name: 'testnet',
    authority: authority!,
    seeds: seedKeys.map((key, index) => ({ peer: key.publicKey.toString() as PeerIdString, address: loopback(ports[index]!) })),
    trusted: trustedKeys,
    preset,
    scope,
    nowMs: systemClock.nowMs()
  })
  return {
    directory,
    file,
    authority: privateKeyToProtobuf(authority!),
    nodes: [
      ...seedKeys.map((key, index) => ({ ...member('seed', key, index), listen: loopback(ports[index]!) })),
      ...trustedKeys.map((key, index) => ({ ...member('trusted', key, index), listen: loopback(0), pepper, ...(watchers != null && { watchers }) })),
      ...Array.from({ length: peerCount }, (_, index) => plannedPeer(index + 1, init.transport))
    ]
  }
}

function member(role: 'seed' | 'trusted', key: PrivateKey, index: number): Pick<PlannedNode, 'name' | 'role' | 'key'> {
  return { name: `${role}-${index + 1}`, role, key: privateKeyToProtobuf(key) }
}

export function plannedPeer(number: number, transport: TestnetPlanInit['transport']): PlannedNode {
  return { name: `peer-${number}`, role: 'peer', listen: `/ip4/127.0.0.1/tcp/0${transport === 'ws' ? '/ws' : ''}` }
}

/** The options of a planned node. */
export function plannedInit({ directory }: Pick<TestnetPlan, 'directory'>, network: Network, planned: PlannedNode): NodeInit {
  const { name, role, listen, key, pepper, watchers } = planned
  return {
    network,
    http: false,
    dataDir: join(directory, name),
    name,
    role,
    listen: [listen],
    ...(key != null && { privateKey: privateKeyFromProtobuf(key) }),
    ...(pepper != null && { pepper }),
    ...(watchers != null && { watchers })
  }
}
