import { randomBytes } from 'node:crypto'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { freePorts } from '@peerwatch/node/testnet'
import { messages } from '@peerwatch/wire'
import { createNetworkFile } from '../packages/link/src/authority.ts'
import { parseNetwork } from '../packages/link/src/network.ts'
import { createSigner } from '../packages/link/src/signatures.ts'
import { placeBytes } from '../packages/tier/src/tree/token-book.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString, Place, PresetName } from '@peerwatch/model'
import type { NetworkFile } from '../packages/link/src/network.ts'
import type { NetworkFileInit } from '../packages/link/src/authority.ts'
import type { NodeSpec } from './worker/nodes.ts'

/** A network on loopback, as plain data that goes to worker processes. */
export interface BenchNetwork {
  readonly preset: PresetName
  /** Of the trusted nodes. */
  readonly pepper: Uint8Array
  readonly file: NetworkFile
  readonly seeds: readonly NodeSpec[]
  readonly trusted: readonly NodeSpec[]
}

export interface BenchNetworkInit extends Partial<Pick<NetworkFileInit, 'maxDegree' | 'requestsPerSecond'>> {
  readonly preset: PresetName
  readonly seeds: number
  readonly trusted: number
  readonly watchers: number
  readonly folder: string
  /** Where the trusted nodes start at first. Default: they divide the key space evenly. */
  readonly starts?: readonly Place[]
}

/** Gossip is left to the benchmark: nodes subscribe and relay, but say nothing by themselves. */
const SILENT = { everyMs: 5_000, count: 0, firstSights: false }

export async function benchNetwork({ preset, seeds, trusted, watchers, folder, starts, ...limits }: BenchNetworkInit): Promise<BenchNetwork> {
  const [authority, seedKeys, trustedKeys, ports] = await Promise.all([generateKeyPair('Ed25519'), keyPairs(seeds), keyPairs(trusted), freePorts(seeds)])
  const pepper = randomBytes(32)
  const even = await createNetworkFile({
    ...limits,
    name: 'bench',
    authority,
    seeds: seedKeys.map((key, index) => ({ peer: peerOf(key), address: `/ip4/127.0.0.1/tcp/${ports[index]}` })),
    trusted: trustedKeys,
    preset,
    scope: 'local',
    nowMs: Date.now()
  })
  const file = starts == null ? even : await withStarts(even, trustedKeys, starts)
  return {
    file,
    preset,
    pepper,
    seeds: seedKeys.map((key, index) => ({
      role: 'seed',
      name: `seed-${index + 1}`,
      key: privateKeyToProtobuf(key),
      listen: `/ip4/127.0.0.1/tcp/${ports[index]}`,
      dataDir: `${folder}/seed-${index + 1}`,
      chat: false
    })),
    trusted: trustedKeys.map((key, index) => ({
      role: 'trusted',
      name: `trusted-${index + 1}`,
      key: privateKeyToProtobuf(key),
      pepper,
      dataDir: `${folder}/trusted-${index + 1}`,
      watchers,
      chat: watchers > 0 ? SILENT : false
    }))
  }
}

async function withStarts(file: NetworkFile, trusted: readonly PrivateKey[], starts: readonly Place[]): Promise<NetworkFile> {
  const { id } = await parseNetwork(file)
  const tokens = trusted.map(async (key, index) =>
    createSigner(key, id).sign('token', messages.token.encode({ start: placeBytes(starts[index]!), version: Date.now() }))
  )
  return { ...file, tokens: (await Promise.all(tokens)).map(token => Buffer.from(token).toString('base64')) }
}

export async function keyPairs(count: number): Promise<PrivateKey[]> {
  return Promise.all(Array.from({ length: count }, async () => generateKeyPair('Ed25519')))
}

export function peerOf(key: PrivateKey): PeerIdString {
  return peerIdFromPrivateKey(key).toString() as PeerIdString
}

export function keyFrom(bytes: Uint8Array): PrivateKey {
  return privateKeyFromProtobuf(bytes)
}
