import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { readPeerId, rosterChanges, signRoster } from '@peerwatch/link'
import { NodeError } from '../errors.ts'
import { readKey } from '../files/key-file.ts'
import { FILES, PRIVATE_FOLDER_MODE } from '../files/layout.ts'
import { loadNetworkFolder } from '../files/network-folder.ts'
import { loadNodeFolder } from '../files/node-folder.ts'
import { fileRemedy, fileTrouble, readText } from '../files/read-text.ts'
import { syncFolder } from '../files/replace-file.ts'
import { DEFAULT_PORTS } from '../roles/default-ports.ts'
import { writeFiles } from './init-network.ts'
import { folderOf, json, planNode, reached } from './network-files.ts'
import { checkHost, checkTerms, checkWhole, PORTS, refuser, rosterLimits } from './options.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { ChangedTerm, NetworkFile, Roster } from '@peerwatch/link'
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
  /** Terms that are others now. */
  readonly terms: readonly ChangedTerm[]
  /** Seeds that the roster names now. */
  readonly seedsCount: number
  readonly trustedCount: number
  readonly quorum: number
  /** Others may read the key of the authority: its path and mode. */
  readonly openKey?: { readonly path: string; readonly mode: number }
  /** The seed that was added, and its folder. */
  readonly added?: { readonly name: string; readonly id: string; readonly address: string; readonly folder: string }
  readonly removed?: { readonly name: string | undefined; readonly id: string }
}

const OTHERS = 0o077

interface Seed {
  readonly peer: PeerIdString
  /** As `network.json` has them. */
  readonly lines: readonly string[]
}

function refusal(found: string, expected: string, remedy: string): NodeError {
  return new NodeError('bad-option', { found, expected, remedy })
}

/** The address of a line, and whom it names. */
function parted(line: string): { readonly address: Multiaddr; readonly peer: string } {
  const address = multiaddr(line)
  const last = address.getComponents().at(-1)
  return { address: multiaddr(address.getComponents().slice(0, -1)), peer: readPeerId(last?.value ?? '') }
}

/** Those of the roster, with every line that names them. NodeError `bad-network` where none names one: it would be gone from the next roster's nodes. */
function seedsOf({ path, file, network }: NetworkFolder): Seed[] {
  return network.roster.seeds.map(peer => {
    const lines = file.seeds.filter(line => parted(line).peer === peer)
    if (lines.length > 0) return { peer, lines }
    const found = `${path} has no address of ${network.roster.names.get(peer) ?? peer}, a seed of its roster`
    throw new NodeError('bad-network', {
      found,
      expected: 'a line in `seeds` for each',
      remedy: 'put it back; a seed is left out by `peerwatch roster remove`'
    })
  })
}

/** What a host has at a port, whatever stands behind it in the address. */
function placeOf(address: Multiaddr): string {
  return address
    .getComponents()
    .slice(0, 2)
    .map(({ value }) => value)
    .join(' ')
}

/** One above the highest port that a seed of this host has. */
function nextPort(seeds: readonly Seed[], host: string): number {
  const places = seeds.flatMap(({ lines }) => lines.map(line => placeOf(parted(line).address).split(' ')))
  const ports = places.flatMap(([at, port]) => (at === host ? [Number(port)] : []))
  return ports.length === 0 ? DEFAULT_PORTS.seeds : Math.max(...ports) + 1
}

/** Where the nodes are whose folders are here: trusted nodes are named nowhere else. */
async function addressesOfFolders(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, 'nodes')).catch(() => [])
  const found = await Promise.all(names.map(async name => loadNodeFolder(join(directory, 'nodes', name)).catch(() => undefined)))
  return found.flatMap(node => node?.announce ?? node?.listen ?? [])
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
  const planned = await planNode('seed', String(number), reached(host, seedPort ?? nextPort(seeds, host), 1))
  const place = placeOf(multiaddr(addressOf(planned)))
  const taken = [...seeds.flatMap(({ lines }) => lines), ...(await addressesOfFolders(directory))].find(line => placeOf(multiaddr(line)) === place)
  if (taken != null)
    throw refusal(`another node of this network is at ${taken}`, 'a place of its own for the new seed', 'give another --seed-port or --seed-host')
  return planned
}

/** Where others dial it. */
function addressOf({ file }: PlannedNode): string {
  return (file.announce ?? file.listen)?.[0] ?? ''
}

interface Leaving {
  readonly peer: PeerIdString
  readonly name: string | undefined
  /** It was a seed of an earlier roster. */
  readonly isFormer: boolean
}

function seedToRemove(seeds: readonly Seed[], { names, formerSeeds }: Roster, wanted: string, isKeyStolen: boolean): Leaving {
  const found = seeds.find(({ peer }) => peer === wanted || names.get(peer) === wanted)
  if (found == null && isKeyStolen && formerSeeds.has(wanted as PeerIdString)) return { peer: wanted as PeerIdString, name: undefined, isFormer: true }
  const known = [...seeds.map(({ peer }) => names.get(peer) ?? peer), ...(isKeyStolen ? formerSeeds.keys() : [])].join(', ')
  if (found == null) throw refusal(`${JSON.stringify(wanted.slice(0, 100))} is no seed of this roster`, `one of ${known}`, 'name one of them')
  if (seeds.length === 1) throw refusal(`${names.get(found.peer) ?? found.peer} is the only seed`, 'one that is left', 'add another one first')
  return { peer: found.peer, name: names.get(found.peer), isFormer: false }
}

function meanwhile(found: string, remedy: string): NodeError {
  return new NodeError('already-exists', { found, expected: 'one change at a time', remedy })
}

/** Another command may make one of this name at the same time. */
async function makeNew(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: PRIVATE_FOLDER_MODE })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw meanwhile(`${folder} is there`, 'try again')
  }
}

/** Puts the new file there, unless another command did so since this one read it. */
async function replaceNetwork({ path, file }: NetworkFolder, made: NetworkFile, version: number): Promise<void> {
  const next = `${path}.${version}`
  const { mode } = await stat(path)
  try {
    await writeFile(next, json(made), { mode: mode & 0o777, flag: 'wx', flush: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw meanwhile(`another command is writing ${next}`, 'try again when it has ended, or remove that file where none runs')
  }
  try {
    if ((JSON.parse(await readText(path)) as NetworkFile).roster !== file.roster) throw meanwhile(`${path} has changed meanwhile`, 'try again')
    await rename(next, path)
  } finally {
    await rm(next, { force: true })
  }
  await syncFolder(dirname(path))
}

type TermsOf = Pick<Roster, 'quorum' | 'retentionMs' | 'retentionBytes' | 'requestsPerSecond' | 'maxDegree' | 'requestLimits'>

/** What the new roster says, beside its members. */
function termsOf(roster: Roster, change: RosterChange): TermsOf {
  const { quorum, retentionMs, retentionBytes, requestsPerSecond, maxDegree } = roster
  const requestLimits = new Map([...roster.requestLimits, ...Object.entries(change.requestLimits ?? {})])
  for (const protocol of change.unlimited ?? []) {
    if (change.requestLimits?.[protocol] != null) {
      throw refusal(`${protocol} is given a limit and none at once`, 'one of them', 'leave --unlimited or --request-limit out')
    }
    requestLimits.delete(protocol)
  }
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

async function authorityOf(path: string, network: NetworkFolder['network']): ReturnType<typeof readKey> {
  const key = await readKey(path, 'restore what `peerwatch init` made for this network: without it nobody can sign a roster, and a new network is needed')
  const id = peerIdFromPrivateKey(key).toString()
  if (id === network.authority) return key
  throw new NodeError('bad-key', {
    found: `the key file ${path} belongs to ${id}`,
    expected: `the key of the network's authority, ${network.authority}`,
    remedy: 'restore what `peerwatch init` made for this network'
  })
}

/** Windows has no such modes. */
async function openKeyOf(path: string): Promise<Pick<ChangedRoster, 'openKey'>> {
  const { mode } = await stat(path)
  return (mode & OTHERS) === 0 || process.platform === 'win32' ? {} : { openKey: { path, mode: mode & 0o777 } }
}

/**
 * Signs the roster that follows the one of `public/network.json`, and puts it there: other terms, a seed more or less. Trusted nodes stay: their ranges
 * hang on them. Nodes take it from whoever has it, once it was given to one of them.
 *
 * Throws NodeError `bad-option`, `bad-network`, `bad-key`, `already-exists` or `data-unusable`; then nothing has changed.
 *
 * @param nameOf - how messages call an option; default its name
 */
export async function changeRoster(change: RosterChange, nameOf: NameOption = name => name): Promise<ChangedRoster> {
  const refuse = refuser(nameOf)
  const directory = resolve(change.directory)
  await checkFolder(directory)
  const folder = await loadNetworkFolder(join(directory, 'public'), 'restore it from a backup')
  const { file, network } = folder
  const { roster } = network
  if (roster.version >= Number.MAX_SAFE_INTEGER) {
    throw refusal(`${folder.path} has roster ${roster.version}, the highest number there is`, 'a roster that another one can follow', 'make a new network')
  }
  const keyPath = join(directory, 'authority', FILES.key)
  const authority = await authorityOf(keyPath, network)
  const { addSeed, removeSeed } = change
  checkTerms(change, roster.trusted.length, refuse)
  const seeds = seedsOf(folder)
  const gone = removeSeed == null ? undefined : seedToRemove(seeds, roster, removeSeed, change.isKeyStolen === true)
  if (addSeed != null) {
    checkHost(refuse, 'seedHost', addSeed.seedHost)
    if (addSeed.seedPort != null) checkWhole(refuse, 'seedPort', addSeed.seedPort, 1, PORTS)
  }
  const coming = addSeed == null ? undefined : await plannedSeed(directory, seeds, roster.names, addSeed)
  const id = coming?.file.id as PeerIdString
  const left = seeds.filter(({ peer }) => peer !== gone?.peer)
  const after: Seed[] = coming == null ? left : [...left, { peer: id, lines: [`${addressOf(coming)}/p2p/${id}`] }]
  const names = new Map(roster.names)
  if (coming != null && names.size > 0) names.set(id, coming.file.name)
  const terms = termsOf(roster, change)
  const changed = rosterChanges(roster, { ...terms, seeds: after.map(({ peer }) => peer) }).terms
  if (coming == null && gone == null && changed.length === 0) {
    throw refusal('nothing of the roster would change', 'other terms, or a seed more or less', 'say what is to change: `peerwatch roster show` tells what is')
  }
  const encoded = await signRoster({
    name: network.name,
    authority,
    seeds: after.map(({ peer, lines }) => ({ peer, address: parted(lines[0] ?? '').address.toString() })),
    trusted: roster.trusted,
    preset: roster.presetName,
    scope: roster.scope,
    nowMs: change.nowMs,
    rosterVersion: roster.version + 1,
    replaces: roster,
    ...(change.isKeyStolen === true && gone != null && { stolen: gone.peer }),
    ...terms,
    ...(names.size > 0 && { names })
  })
  const made: NetworkFile = { ...file, seeds: after.flatMap(({ lines }) => lines), roster: Buffer.from(encoded).toString('base64') }
  const folderOfComing = coming == null ? undefined : join(directory, 'nodes', coming.file.name)
  let isMade = false
  try {
    if (folderOfComing != null) await makeNew(folderOfComing)
    isMade = true
    if (coming != null) await writeFiles(directory, folderOf(coming))
    await replaceNetwork(folder, made, roster.version + 1)
  } catch (error) {
    if (folderOfComing != null && isMade) await rm(folderOfComing, { recursive: true, force: true })
    if (error instanceof NodeError) throw error
    const remedy = fileRemedy(error, 'run the command where the network was made')
    throw new NodeError('data-unusable', { found: `${directory} ${fileTrouble(error, 'written')}`, expected: 'a folder to write to', remedy }, { cause: error })
  }
  return {
    directory,
    network: made,
    version: roster.version + 1,
    terms: changed,
    seedsCount: after.length,
    trustedCount: roster.trusted.length,
    quorum: terms.quorum,
    ...(await openKeyOf(keyPath)),
    ...(coming != null && folderOfComing != null && { added: { name: coming.file.name, id, address: addressOf(coming), folder: folderOfComing } }),
    ...(gone != null && { removed: { name: gone.name, id: gone.peer } })
  }
}
