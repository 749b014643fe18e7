import { basename, join, resolve } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { readPeerId } from '@peerwatch/link'
import { NodeError } from '../errors.ts'
import { roleNames, roleOf, ROLES } from '../roles/index.ts'
import { readKey } from './key-file.ts'
import { FILES } from './layout.ts'
import { AS_ITS_OWNER, fileRemedy, fileTrouble, isForbidden, readText } from './read-text.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { NodeRole, Roles } from '../roles/index.ts'

/** `node.json`: what a node of a network is, beside its key. */
export interface NodeFile {
  readonly format: 1
  readonly name: string
  readonly role: NodeRole
  /** The peer id that belongs to `key`, for people. */
  readonly id: string
  /** Multiaddrs to listen on; absent: those of any peer. */
  readonly listen?: readonly string[]
  /** Multiaddrs to tell others in place of those listened on. */
  readonly announce?: readonly string[]
  /** For a watcher: the trusted node that it belongs to. */
  readonly owner?: string
  /** For a trusted node whose folder has no pepper: it asks the others. */
  readonly pepperFrom?: 'members'
  /** For a trusted node: watchers that are processes of their own. */
  readonly watchers?: readonly string[]
}

export interface NodeFolder extends NodeFile {
  readonly folder: string
  readonly privateKey: PrivateKey
  /** For a trusted node: 32 bytes, the same in all of them. */
  readonly pepper?: Uint8Array
  readonly owner?: PeerIdString
  readonly watchers?: readonly PeerIdString[]
}

const GIVE = 'give a folder below DIR/nodes with --node, or make a network with `peerwatch init DIR`'

function badNode(found: string, expected: string, remedy: string, cause?: unknown): NodeError {
  return new NodeError('bad-node', { found, expected, remedy }, { cause })
}

function checked<T>(path: string, field: string, value: unknown, expected: string, read: (value: unknown) => T): T {
  try {
    return read(value)
  } catch (error) {
    throw badNode(`${path}: ${field} is ${JSON.stringify(value)?.slice(0, 80)}`, expected, 'restore the file that `peerwatch init` made', error)
  }
}

function strings(value: unknown, read: (text: string) => unknown): string[] {
  if (!Array.isArray(value)) throw new TypeError('no array')
  for (const text of value) read(text)
  return value as string[]
}

function is(condition: boolean): void {
  if (!condition) throw new TypeError('not expected')
}

function parseNodeFile(path: string, text: string, roles: Roles): NodeFile {
  const field = <T>(name: string, value: unknown, expected: string, read: (value: unknown) => T): T => checked(path, name, value, expected, read)
  const file = field('the content', text, 'an object in JSON', () => {
    const parsed: unknown = JSON.parse(text)
    is(typeof parsed === 'object' && parsed != null)
    return parsed as Partial<Record<keyof NodeFile, unknown>>
  })
  field('format', file.format, '1, the format that this version reads', value => is(value === 1))
  field('name', file.name, "1-63 characters of a-z, 0-9 and '-'", value => is(typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,62}$/.test(value)))
  const { needs } = field('role', file.role, roleNames(roles).join(', '), value => roleOf(value, roles))
  field('id', file.id, 'a peer id', value => readPeerId(value as string))
  for (const name of ['listen', 'announce'] as const) {
    if (file[name] !== undefined) field(name, file[name], 'an array of multiaddrs', value => strings(value, multiaddr))
  }
  if (file.watchers !== undefined) field('watchers', file.watchers, 'an array of peer ids', value => strings(value, readPeerId))
  if (file.pepperFrom !== undefined) field('pepperFrom', file.pepperFrom, '"members"', value => is(value === 'members'))
  if (needs.includes('owner')) field('owner', file.owner, "a trusted node's peer id", value => readPeerId(value as string))
  return file as NodeFile
}

async function readPepper(path: string): Promise<Uint8Array> {
  const expected = '64 hex digits, the same on all trusted nodes'
  const remedy = 'copy it from another trusted node: with a different one the records of this node cannot be found'
  let text: string
  try {
    text = (await readText(path)).trim()
  } catch (error) {
    throw badNode(`the pepper ${path} ${fileTrouble(error)}`, expected, isForbidden(error) ? AS_ITS_OWNER : remedy, error)
  }
  if (!/^[0-9a-f]{64}$/i.test(text)) throw badNode(`the pepper ${path} holds ${text.length} characters that are not 64 hex digits`, expected, remedy)
  return Buffer.from(text, 'hex')
}

/** Reads `nodes/NAME`; NodeError `bad-node` or `bad-key`. */
export async function loadNodeFolder(folder: string, roles: Roles = ROLES): Promise<NodeFolder> {
  const path = join(folder, FILES.node)
  let text: string
  try {
    text = await readText(path)
  } catch (error) {
    throw badNode(`${path} ${fileTrouble(error)}`, "a node's folder with key and node.json", fileRemedy(error, GIVE), error)
  }
  const file = parseNodeFile(path, text, roles)
  const privateKey = await readKey(join(folder, FILES.key))
  const id = peerIdFromPrivateKey(privateKey).toString()
  if (id !== file.id) {
    throw new NodeError('bad-key', {
      found: `the key file ${join(folder, FILES.key)} belongs to ${id}`,
      expected: `the key of ${file.name}, ${file.id}`,
      remedy: `restore the key that \`peerwatch init\` made for ${basename(resolve(folder))}`
    })
  }
  const pepper = roleOf(file.role, roles).needs.includes('pepper') && file.pepperFrom == null ? await readPepper(join(folder, FILES.pepper)) : undefined
  return { ...file, folder, privateKey, ...(pepper != null && { pepper }) } as NodeFolder
}
