import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { signRoster } from '@peerwatch/link'
import { NodeError } from '../errors.ts'
import { readKey } from '../files/key-file.ts'
import { FILES } from '../files/layout.ts'
import { loadNetworkFolder } from '../files/network-folder.ts'
import { fileRemedy, fileTrouble } from '../files/read-text.ts'
import { replaceFile } from '../files/replace-file.ts'
import { DEFAULT_PORTS } from '../roles/default-ports.ts'
import { writeFiles } from './init-network.ts'
import { folderOf, json, planNode, reached } from './network-files.ts'
import { checkHost, checkTerms, checkWhole, PORTS, refuser, rosterLimits } from './options.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { NetworkFile, Roster } from '@peerwatch/link'
import type { NetworkFolder } from '../files/network-folder.ts'
import type { PlannedNode } from './network-files.ts'
import type { NameOption, Terms } from './options.ts'

export interface RosterChange extends Terms {
  /** Where `init` made the network: it holds `authority/key` and `public/network.json`. */
  readonly directory: string
  readonly nowMs: number
  /** A seed with a new key. */
  readonly addSeed?: { readonly seedHost: string; readonly seedPort?: number }
  /** By its name or id. */
  readonly removeSeed?: string
  /** Whoever stole the key of the seed that goes can stamp reports: its stamps count no more, those on honest reports neither. */
  readonly isKeyStolen?: boolean
  /** Protocols that have no limit any more. */
  readonly unlimited?: readonly string[]
}

export interface ChangedRoster {
  readonly directory: string
  readonly network: NetworkFile
  readonly version: number
  /** The seed that was added, and its folder. */
  readonly added?: { readonly name: string; readonly id: string; readonly address: string; readonly folder: string }
  readonly removed?: { readonly name: string | undefined; readonly id: string }
}

interface Seed {
  readonly peer: PeerIdString
  /** As `network.json` has it. */
  readonly line: string
}

function refusal(found: string, expected: string, remedy: string): NodeError {
  return new NodeError('bad-option', { found, expected, remedy })
}

function seedsOf({ file, network }: NetworkFolder): Seed[] {
  return network.roster.seeds.flatMap(peer => {
    const line = file.seeds.find(text => text.endsWith(`/p2p/${peer}`))
    return line == null ? [] : [{ peer, line }]
  })
}

/** One of the highest port of this host, where seeds count up. */
function nextPort(seeds: readonly Seed[], host: string): number {
  const ports = seeds.flatMap(({ line }) => {
    const parts = multiaddr(line).getComponents()
    return parts[0]?.value === host ? Number(parts.find(({ name }) => name === 'tcp')?.value ?? 0) : []
  })
  return ports.length === 0 ? DEFAULT_PORTS.seeds : Math.max(...ports) + 1
}

async function plannedSeed(
  directory: string,
  seeds: readonly Seed[],
  names: Roster['names'],
  { seedHost, seedPort }: NonNullable<RosterChange['addSeed']>
): Promise<PlannedNode> {
  const folders = await readdir(join(directory, 'nodes')).catch(() => [])
  const numbers = [...folders, ...names.values()].flatMap(name => Number(/^seed-(\d{1,6})$/.exec(name)?.[1] ?? 0))
  const number = Math.max(0, ...numbers) + 1
  const host = seedHost.replaceAll('{n}', String(number))
  return planNode('seed', String(number), reached(host, seedPort ?? nextPort(seeds, host), 1))
}

function seedToRemove(seeds: readonly Seed[], names: Roster['names'], wanted: string): Seed {
  const found = seeds.find(({ peer }) => peer === wanted || names.get(peer) === wanted)
  const known = seeds.map(({ peer }) => names.get(peer) ?? peer).join(', ')
  if (found == null) throw refusal(`${JSON.stringify(wanted.slice(0, 100))} is no seed of this roster`, `one of ${known}`, 'name one of them')
  if (seeds.length === 1) throw refusal(`${names.get(found.peer) ?? found.peer} is the only seed`, 'one that is left', 'add another one first')
  return found
}

type TermsOf = Pick<Roster, 'quorum' | 'retentionMs' | 'retentionBytes' | 'requestsPerSecond' | 'maxDegree' | 'requestLimits'>

function sameTerms({ requestLimits, ...terms }: TermsOf, roster: Roster): boolean {
  const limits = (of: TermsOf['requestLimits']): string => JSON.stringify([...of].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return Object.entries(terms).every(([name, value]) => roster[name as keyof typeof terms] === value) && limits(requestLimits) === limits(roster.requestLimits)
}

/** What the new roster says, beside its members. */
function termsOf(roster: Roster, change: RosterChange): TermsOf {
  const { quorum, retentionMs, retentionBytes, requestsPerSecond, maxDegree } = roster
  const requestLimits = new Map([...roster.requestLimits, ...Object.entries(change.requestLimits ?? {})])
  for (const protocol of change.unlimited ?? []) requestLimits.delete(protocol)
  const now = { quorum, retentionMs, retentionBytes, requestsPerSecond, maxDegree, requestLimits }
  return { ...now, ...rosterLimits(change), ...(change.quorum != null && { quorum: change.quorum }) }
}

/** What is missing, by what it is for. */
async function checkFolder(directory: string): Promise<void> {
  for (const [name, expected, remedy] of [
    [join('public', FILES.network), 'the folder that `peerwatch init` made', 'give that folder, not one of those in it'],
    [join('authority', FILES.key), "the key of the network's authority", 'bring it there from where it is kept: nobody else can sign a roster']
  ] as const) {
    try {
      await stat(join(directory, name))
    } catch (error) {
      throw new NodeError(
        'bad-network',
        { found: `${join(directory, name)} ${fileTrouble(error)}`, expected, remedy: fileRemedy(error, remedy) },
        { cause: error }
      )
    }
  }
}

async function authorityOf(directory: string, network: NetworkFolder['network']): ReturnType<typeof readKey> {
  const path = join(directory, 'authority', FILES.key)
  const key = await readKey(path)
  const id = peerIdFromPrivateKey(key).toString()
  if (id === network.authority) return key
  throw new NodeError('bad-key', {
    found: `the key file ${path} belongs to ${id}`,
    expected: `the key of the network's authority, ${network.authority}`,
    remedy: 'restore what `peerwatch init` made for this network'
  })
}

/**
 * Signs the roster that follows the one of `public/network.json`, and puts it there: other terms, a seed more or less. Trusted nodes stay: their ranges
 * hang on them. Nodes take it from whoever has it, once it was given to one of them.
 *
 * Throws NodeError `bad-option`, `bad-network`, `bad-key` or `data-unusable`; then nothing has changed, but for a folder of a new seed at most.
 *
 * @param nameOf - how messages call an option; default its name
 */
export async function changeRoster(change: RosterChange, nameOf: NameOption = name => name): Promise<ChangedRoster> {
  const refuse = refuser(nameOf)
  const directory = resolve(change.directory)
  await checkFolder(directory)
  const folder = await loadNetworkFolder(join(directory, 'public'), 'restore it from a backup')
  const { file, network, path } = folder
  const { roster } = network
  const authority = await authorityOf(directory, network)
  const { addSeed, removeSeed } = change
  checkTerms(change, roster.trusted.length, refuse)
  const seeds = seedsOf(folder)
  const gone = removeSeed == null ? undefined : seedToRemove(seeds, roster.names, removeSeed)
  if (addSeed != null) {
    checkHost(refuse, 'seedHost', addSeed.seedHost)
    if (addSeed.seedPort != null) checkWhole(refuse, 'seedPort', addSeed.seedPort, 1, PORTS)
  }
  const coming = addSeed == null ? undefined : await plannedSeed(directory, seeds, roster.names, addSeed)
  const address = (coming?.file.announce ?? coming?.file.listen)?.[0] ?? ''
  const left = seeds.filter(({ peer }) => peer !== gone?.peer)
  const after: Seed[] = coming == null ? left : [...left, { peer: coming.file.id as PeerIdString, line: `${address}/p2p/${coming.file.id}` }]
  const names = new Map(roster.names)
  if (coming != null && names.size > 0) names.set(coming.file.id as PeerIdString, coming.file.name)
  const terms = termsOf(roster, change)
  if (coming == null && gone == null && sameTerms(terms, roster)) {
    throw refusal('nothing of the roster would change', 'other terms, or a seed more or less', 'say what is to change: `peerwatch roster show` tells what is')
  }
  const encoded = await signRoster({
    name: network.name,
    authority,
    seeds: after,
    trusted: roster.trusted,
    preset: roster.presetName,
    scope: roster.scope,
    nowMs: change.nowMs,
    rosterVersion: roster.version + 1,
    ...(change.isKeyStolen !== true && { replaces: roster }),
    ...terms,
    ...(names.size > 0 && { names })
  })
  const made: NetworkFile = { ...file, seeds: after.map(({ line }) => line), roster: Buffer.from(encoded).toString('base64') }
  try {
    if (coming != null) await writeFiles(directory, folderOf(coming))
    const { mode } = await stat(path)
    await replaceFile(path, json(made), mode & 0o777)
  } catch (error) {
    const problem = {
      found: `${directory} ${fileTrouble(error, 'written')}`,
      expected: 'a folder to write to',
      remedy: fileRemedy(error, 'run the command where the network was made')
    }
    throw new NodeError('data-unusable', problem, { cause: error })
  }
  return {
    directory,
    network: made,
    version: roster.version + 1,
    ...(coming != null && { added: { name: coming.file.name, id: coming.file.id, address, folder: join(directory, 'nodes', coming.file.name) } }),
    ...(gone != null && { removed: { name: roster.names.get(gone.peer), id: gone.peer } })
  }
}
