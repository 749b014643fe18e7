import { dirname } from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { textOf } from '@peerwatch/model'
import { makeFolder } from '@peerwatch/store/folders'
import { NodeError } from '../errors.ts'
import { checkFree } from './check-free.ts'
import { PRIVATE_FOLDER_MODE } from './layout.ts'
import { AS_ITS_OWNER, fileRemedy, fileTrouble, isForbidden, isMissing, readSmallFile } from './read-text.ts'
import { replaceFile } from './replace-file.ts'
import { unwritable } from './unwritable.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { NodeErrorCode } from '../errors.ts'

const EXPECTED = "an Ed25519 private key as libp2p's protobuf, in base64 (what `peerwatch init` writes) or raw"

/** What to do if a key cannot be used; it depends on who made the key. */
interface KeyAdvice {
  readonly expected: string
  /** The code of a file that cannot be read. */
  readonly unreadable: NodeErrorCode
  readonly missing: string
  readonly damaged: string
  /** For a file that is something else, or another kind of key. */
  readonly foreign: string
}

/** In a node's folder, made by `peerwatch init`. */
const OF_NODE: KeyAdvice = {
  expected: "the node's private key",
  unreadable: 'bad-key',
  missing: 'give the folder of a node (--node DIR/nodes/NAME), or restore the key from a backup',
  damaged: 'restore it from a backup; without it the node needs a new name and a new roster',
  foreign: 'give the file `key` that `peerwatch init` wrote for the node'
}
/** In a data folder, made by a peer at its first start. */
const OF_DATA: KeyAdvice = {
  expected: 'the private key of this peer',
  unreadable: 'data-unusable',
  missing: 'give another folder with --data',
  damaged: 'restore it from a backup, or move it away: the peer then makes another, and is a new peer',
  foreign: 'give another folder with --data, or move it away: the peer then makes another, and is a new peer'
}

function badKey(path: string, what: string, remedy: string, cause?: unknown): NodeError {
  return new NodeError('bad-key', { found: `the key file ${path} ${what}`, expected: EXPECTED, remedy }, { cause })
}

/** One line of base64. */
export function encodeKey(key: PrivateKey): string {
  return `${Buffer.from(privateKeyToProtobuf(key)).toString('base64')}\n`
}

/**
 * Reads the key in a node's folder; NodeError `bad-key` says what the file is instead.
 *
 * @param restore - what to do where it cannot be used, of a key that is no node's
 */
export async function readKey(path: string, restore?: string): Promise<PrivateKey> {
  return read(path, restore == null ? OF_NODE : { ...OF_NODE, expected: 'a private key', missing: restore, damaged: restore, foreign: restore })
}

/** Reads the key that a peer made in its data folder. NodeError `bad-key`, or `data-unusable` where the file cannot be read. */
export async function readDataKey(path: string): Promise<PrivateKey> {
  return read(path, OF_DATA)
}

async function read(path: string, advice: KeyAdvice): Promise<PrivateKey> {
  let bytes: Buffer
  try {
    bytes = await readSmallFile(path)
  } catch (error) {
    const { expected, unreadable, missing } = advice
    const remedy = unreadable === 'bad-key' && isForbidden(error) ? AS_ITS_OWNER : fileRemedy(error, missing)
    throw new NodeError(unreadable, { found: `the key file ${path} ${fileTrouble(error)}`, expected, remedy }, { cause: error })
  }
  const { damaged: restore, foreign } = advice
  if (bytes.length === 0) throw badKey(path, 'is empty', restore)
  const text = textOf(bytes).trim()
  if (text.startsWith('-----BEGIN')) throw badKey(path, 'is in PEM form', foreign)
  if (text.startsWith('{')) throw badKey(path, 'is JSON', foreign)
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(text)
  let key: PrivateKey
  try {
    key = privateKeyFromProtobuf(isBase64 ? Buffer.from(text, 'base64') : bytes)
  } catch (error) {
    throw badKey(path, isBase64 ? `holds ${text.length} characters of base64 that are no key` : `holds ${bytes.length} bytes that are no key`, restore, error)
  }
  if (key.type !== 'Ed25519') throw badKey(path, `holds an ${key.type} key, and only Ed25519 keys sign here`, foreign)
  return key
}

/** The key of a node that nobody gave one: made at its first start, the same from then on. */
export async function readOrCreateKey(path: string): Promise<PrivateKey> {
  try {
    return await readDataKey(path)
  } catch (error) {
    if (!isMissing((error as Error).cause)) throw error
  }
  await checkFree(dirname(path))
  const key = await generateKeyPair('Ed25519')
  try {
    await makeFolder(dirname(path), PRIVATE_FOLDER_MODE)
    await replaceFile(path, encodeKey(key))
  } catch (error) {
    throw unwritable(`the key file ${path}`, error, { expected: 'a place to keep the key of this node', otherwise: 'give another folder with --data' })
  }
  return key
}
