import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { readPeerId } from '@peerwatch/link'
import { NodeError } from '../errors.ts'
import { loadNodeFolder } from '../files/node-folder.ts'
import { DEFAULT_PORTS } from '../roles/default-ports.ts'
import { ROLES } from '../roles/index.ts'
import { folderOf, planNode, reached } from './network-files.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Roster } from '@peerwatch/link'
import type { NetworkFolder } from '../files/network-folder.ts'
import type { NodeFolder } from '../files/node-folder.ts'
import type { PlannedFile, PlannedNode } from './network-files.ts'

export interface Seed {
  readonly peer: PeerIdString
  /** As `network.json` has them. */
  readonly lines: readonly string[]
}

/** A member that a roster is to name, and what goes into `nodes/`. */
export interface Coming {
  readonly role: 'seed' | 'trusted'
  readonly peer: PeerIdString
  readonly name: string
  /** Where others dial it. */
  readonly address: string
  /** One for it, and one for each of its watchers. */
  readonly folders: readonly string[]
  readonly files: readonly PlannedFile[]
}

/** A member that the roster names no more. */
export interface Leaving {
  /** Undefined: it was a member of an earlier roster. */
  readonly role: 'seed' | 'trusted' | undefined
  readonly peer: PeerIdString
  readonly name: string | undefined
}

export function refusal(found: string, expected: string, remedy: string): NodeError {
  return new NodeError('bad-option', { found, expected, remedy })
}

/** The address of a line, and whom it names. */
export function parted(line: string): { readonly address: Multiaddr; readonly peer: string } {
  const address = multiaddr(line)
  const last = address.getComponents().at(-1)
  return { address: multiaddr(address.getComponents().slice(0, -1)), peer: readPeerId(last?.value ?? '') }
}

/** The seeds of the roster, with every line that names them. NodeError `bad-network` if no line names one: the next roster's nodes would not have it. */
export function seedsOf({ path, file, network }: NetworkFolder): Seed[] {
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

/** The host and port, without the rest of the address. */
function placeOf(line: string): string {
  return multiaddr(line)
    .getComponents()
    .slice(0, 2)
    .map(({ value }) => value)
    .join(' ')
}

/** One above the highest port that one of these has at this host. */
function nextPort(lines: readonly string[], host: string, least: number): number {
  const ports = lines.flatMap(line => {
    const [at, port] = placeOf(line).split(' ')
    return at === host ? [Number(port)] : []
  })
  return ports.length === 0 ? least : Math.max(...ports) + 1
}

/** The nodes whose folders are here: trusted nodes are named nowhere else. */
async function foldersIn(directory: string): Promise<NodeFolder[]> {
  const names = await readdir(join(directory, 'nodes')).catch(() => [])
  const found = await Promise.all(names.map(async name => loadNodeFolder(join(directory, 'nodes', name)).catch(() => undefined)))
  return found.filter(node => node != null)
}

function addressesOf({ announce, listen }: Pick<NodeFolder, 'announce' | 'listen'>): readonly string[] {
  return announce ?? listen ?? []
}

/** The next number that no folder and no name of the roster has. */
async function nextNumber(directory: string, role: Coming['role'], names: Roster['names']): Promise<number> {
  const folders = await readdir(join(directory, 'nodes')).catch(() => [])
  const taken = [...folders, ...names.values()].flatMap(name => Number(new RegExp(`^${role}-(\\d{1,6})$`).exec(name)?.[1] ?? 0))
  return Math.max(0, ...taken) + 1
}

export interface Place {
  readonly host: string
  readonly port: number | undefined
}

async function planned(directory: string, role: Coming['role'], seeds: readonly Seed[], names: Roster['names'], { host, port }: Place): Promise<PlannedNode> {
  const number = await nextNumber(directory, role, names)
  const at = host.replaceAll('{n}', String(number))
  const folders = await foldersIn(directory)
  const lines = seeds.flatMap(({ lines: of }) => of)
  const { member = 'seeds', noun } = ROLES[role]
  const ofRole = member === 'seeds' ? lines : folders.filter(node => ROLES[node.role].member === member).flatMap(addressesOf)
  const node = await planNode(role, String(number), reached(at, port ?? nextPort(ofRole, at, DEFAULT_PORTS[member]), 1))
  const place = placeOf(addressesOf(node.file)[0] ?? '')
  const taken = [...lines, ...folders.flatMap(addressesOf)].find(line => placeOf(line) === place)
  if (taken == null) return node
  throw refusal(`another node of this network is at ${taken}`, `a place of its own for ${noun}`, `give another --${role}-port or --${role}-host`)
}

export async function comingSeed(directory: string, seeds: readonly Seed[], names: Roster['names'], place: Place): Promise<Coming> {
  const node = await planned(directory, 'seed', seeds, names, place)
  return { ...comingOf('seed', node), folders: [node.file.name], files: folderOf(node) }
}

export async function comingTrusted(
  directory: string,
  seeds: readonly Seed[],
  names: Roster['names'],
  { watchers, ...place }: Place & { readonly watchers: number }
): Promise<Coming> {
  const node = await planned(directory, 'trusted', seeds, names, place)
  const number = node.file.name.replace('trusted-', '')
  const watching = await Promise.all(
    Array.from({ length: watchers }, async (_, index) => planNode('watcher', `${number}-${index + 1}`, { owner: node.file.id }))
  )
  // it asks the others for the pepper: nothing secret but its own key is carried to it
  const owner = { ...node, file: { ...node.file, watchers: watching.map(({ file }) => file.id), pepperFrom: 'members' as const } }
  const files = [owner, ...watching].flatMap(folderOf)
  return { ...comingOf('trusted', node), folders: [owner, ...watching].map(({ file }) => file.name), files }
}

function comingOf(role: Coming['role'], { file }: PlannedNode): Pick<Coming, 'role' | 'peer' | 'name' | 'address'> {
  return { role, peer: file.id as PeerIdString, name: file.name, address: addressesOf(file)[0] ?? '' }
}

/** A member by its name or id; one of an earlier roster too, where its key was stolen. */
export function memberToRemove({ seeds, trusted, names, formerSeeds, formerTrusted }: Roster, wanted: string, isKeyStolen: boolean): Leaving {
  const isIt = (peer: PeerIdString): boolean => peer === wanted || names.get(peer) === wanted
  const called = (peer: PeerIdString): string => names.get(peer) ?? peer
  for (const [role, members, noun] of [
    ['seed', seeds, 'seed'],
    ['trusted', trusted, 'trusted node']
  ] as const) {
    const peer = members.find(isIt)
    if (peer == null) continue
    if (members.length === 1) throw refusal(`${called(peer)} is the only ${noun}`, 'one that is left', 'add another one first')
    return { role, peer, name: names.get(peer) }
  }
  const former = isKeyStolen ? [...formerSeeds.keys(), ...formerTrusted.keys()] : []
  const peer = former.find(isIt)
  if (peer != null) return { role: undefined, peer, name: undefined }
  const known = [...[...seeds, ...trusted].map(called), ...former].join(', ')
  throw refusal(`${JSON.stringify(wanted.slice(0, 100))} is no member of this roster`, `one of ${known}`, 'name one of them')
}
