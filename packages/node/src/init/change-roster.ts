import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { quorumFor } from '@peerwatch/model'
import { syncFolder } from '@peerwatch/store/folders'
import { rosterChanges, signRoster } from '@peerwatch/link'
import { NodeError } from '../errors.ts'
import { readKey } from '../files/key-file.ts'
import { FILES, PRIVATE_FOLDER_MODE } from '../files/layout.ts'
import { loadNetworkFolder } from '../files/network-folder.ts'
import { fileRemedy, fileTrouble, readText } from '../files/read-text.ts'
import { ROLES } from '../roles/index.ts'
import { writeFiles } from './init-network.ts'
import { json } from './network-files.ts'
import { checkHost, checkTerms, checkWhole, INIT_DEFAULTS, PORTS, refuser, rosterLimits, WATCHERS_MOST } from './options.ts'
import { comingSeed, comingTrusted, memberToRemove, parted, refusal, seedsOf } from './roster-members.ts'
import type { ChangedTerm, NetworkFile, Roster } from '@peerwatch/link'
import type { NetworkFolder } from '../files/network-folder.ts'
import type { NameOption, Refuse, Terms } from './options.ts'
import type { Coming, Seed } from './roster-members.ts'

export interface RosterChange extends Terms {
  /** Where `init` made the network: it holds `authority/key` and `public/network.json`. */
  readonly directory: string
  readonly nowMs: number
  /** A seed with a new key. */
  readonly addSeed?: { readonly seedHost: string; readonly seedPort?: number }
  /** A trusted node with a new key. It takes a range from another one when it runs. */
  readonly addTrusted?: { readonly trustedHost: string; readonly trustedPort?: number; readonly watchers?: number }
  /** A seed or a trusted node, by its name or id. */
  readonly remove?: string
  /**
   * A thief of the key of the leaving member can stamp reports or sign evictions. So what the member stamped or signed counts no more, even if the
   * member was honest.
   */
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
  /** Trusted nodes that the roster before has let go; it and this one change who is trusted. */
  readonly leavingStill: readonly string[]
  /** Others may read the key of the authority: its path and mode. */
  readonly openKey?: { readonly path: string; readonly mode: number }
  /** The member that was added, its folder, and those of its watchers. */
  readonly added?: {
    readonly role: 'seed' | 'trusted'
    readonly name: string
    readonly id: string
    readonly address: string
    readonly folder: string
    readonly watchers: readonly string[]
  }
  /** Without a role: a member of an earlier roster, whose key was stolen. */
  readonly removed?: { readonly role?: 'seed' | 'trusted'; readonly name: string | undefined; readonly id: string }
}

const OTHERS = 0o077

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

/** The terms of the new roster. */
function termsOf(roster: Roster, change: RosterChange, trustedCount: number): TermsOf {
  const { quorum, retentionMs, retentionBytes, requestsPerSecond, maxDegree } = roster
  const requestLimits = new Map([...roster.requestLimits, ...Object.entries(change.requestLimits ?? {})])
  for (const protocol of change.unlimited ?? []) {
    if (change.requestLimits?.[protocol] != null) {
      throw refusal(`${protocol} is given a limit and none at once`, 'one of them', 'leave --unlimited or --request-limit out')
    }
    requestLimits.delete(protocol)
  }
  // as many as by default stay as many as by default
  const k = quorum === quorumFor(roster.trusted.length) ? quorumFor(trustedCount) : quorum
  const now = { quorum: k, retentionMs, retentionBytes, requestsPerSecond, maxDegree, requestLimits }
  return { ...now, ...rosterLimits(change), ...(change.quorum != null && { quorum: change.quorum }) }
}

/** Says which file is missing, and what it is for. */
export async function checkFolder(directory: string): Promise<void> {
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

export async function authorityOf(path: string, network: NetworkFolder['network']): ReturnType<typeof readKey> {
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
export async function openKeyOf(path: string): Promise<Pick<ChangedRoster, 'openKey'>> {
  const { mode } = await stat(path)
  return (mode & OTHERS) === 0 || process.platform === 'win32' ? {} : { openKey: { path, mode: mode & 0o777 } }
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every(each => others.includes(each))
}

async function comingOf(
  { addSeed, addTrusted }: RosterChange,
  directory: string,
  seeds: readonly Seed[],
  { names }: Roster,
  refuse: Refuse
): Promise<Coming | undefined> {
  if (addSeed != null) {
    checkHost(refuse, 'seedHost', addSeed.seedHost)
    if (addSeed.seedPort != null) checkWhole(refuse, 'seedPort', addSeed.seedPort, 1, PORTS)
    return comingSeed(directory, seeds, names, { host: addSeed.seedHost, port: addSeed.seedPort })
  }
  if (addTrusted == null) return undefined
  const { trustedHost, trustedPort, watchers = INIT_DEFAULTS.watchers } = addTrusted
  checkHost(refuse, 'trustedHost', trustedHost)
  if (trustedPort != null) checkWhole(refuse, 'trustedPort', trustedPort, 1, PORTS)
  checkWhole(refuse, 'watchers', watchers, 0, WATCHERS_MOST)
  return comingTrusted(directory, seeds, names, { host: trustedHost, port: trustedPort, watchers })
}

/** The folders of who comes, and then `network.json`; where that cannot be written they go again. */
async function putIn(directory: string, folder: NetworkFolder, made: NetworkFile, version: number, coming: Coming | undefined): Promise<void> {
  const folders = (coming?.folders ?? []).map(name => join(directory, 'nodes', name))
  const own: string[] = []
  try {
    for (const each of folders) {
      await makeNew(each)
      own.push(each)
    }
    if (coming != null) await writeFiles(directory, coming.files)
    await replaceNetwork(folder, made, version)
  } catch (error) {
    for (const each of own) await rm(each, { recursive: true, force: true })
    if (error instanceof NodeError) throw error
    const remedy = fileRemedy(error, 'run the command where the network was made')
    throw new NodeError('data-unusable', { found: `${directory} ${fileTrouble(error, 'written')}`, expected: 'a folder to write to', remedy }, { cause: error })
  }
}

/**
 * Signs the roster that follows the one of `public/network.json`, and puts it there: other terms, a seed or a trusted node more or less. Nodes take it from whoever has it, once it was given to one of them.
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
  const seeds = seedsOf(folder)
  const gone = change.remove == null ? undefined : memberToRemove(roster, change.remove, change.isKeyStolen === true)
  const coming = await comingOf(change, directory, seeds, roster, refuse)
  const after: Seed[] = seeds.filter(({ peer }) => peer !== gone?.peer)
  const comesTo = coming == null ? undefined : ROLES[coming.role].member
  if (coming != null && comesTo === 'seeds') after.push({ peer: coming.peer, lines: [`${coming.address}/p2p/${coming.peer}`] })
  const trusted = [...roster.trusted.filter(peer => peer !== gone?.peer), ...(coming != null && comesTo === 'trusted' ? [coming.peer] : [])]
  checkTerms(change, trusted.length, refuse)
  const names = new Map(roster.names)
  if (coming != null && names.size > 0) names.set(coming.peer, coming.name)
  const terms = termsOf(roster, change, trusted.length)
  if (terms.quorum > trusted.length) {
    throw refusal(`k is ${terms.quorum}, and ${trusted.length} trusted nodes are left`, 'no more signatures than trusted nodes', 'give --quorum too')
  }
  const changed = rosterChanges(roster, { ...terms, seeds: after.map(({ peer }) => peer), trusted }).terms
  if (coming == null && gone == null && changed.length === 0) {
    throw refusal('nothing of the roster would change', 'other terms, or a member more or less', 'say what is to change: `peerwatch roster show` tells what is')
  }
  const encoded = await signRoster({
    name: network.name,
    authority,
    seeds: after.map(({ peer, lines }) => ({ peer, address: parted(lines[0] ?? '').address.toString() })),
    trusted,
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
  await putIn(directory, folder, made, roster.version + 1, coming)
  return {
    directory,
    network: made,
    version: roster.version + 1,
    terms: changed,
    seedsCount: after.length,
    trustedCount: trusted.length,
    quorum: terms.quorum,
    leavingStill: isSame(trusted, roster.trusted) ? [] : roster.leaving.map(peer => roster.names.get(peer) ?? peer),
    ...(await openKeyOf(keyPath)),
    ...(coming != null && {
      added: {
        role: coming.role,
        name: coming.name,
        id: coming.peer,
        address: coming.address,
        folder: join(directory, 'nodes', coming.name),
        watchers: coming.folders.filter(name => name !== coming.name).map(name => join(directory, 'nodes', name))
      }
    }),
    ...(gone != null && { removed: { ...(gone.role != null && { role: gone.role }), name: gone.name, id: gone.peer } })
  }
}
