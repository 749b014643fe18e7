import { join } from 'node:path'
import { Key } from 'interface-datastore'
import { openRoster, openSigned } from '@peerwatch/link'
import { NodeError } from '../errors.ts'
import { ROLES } from '../roles/index.ts'
import { readDataKey } from './key-file.ts'
import { FILES } from './layout.ts'
import { fileRemedy, fileTrouble, isMissing, readText } from './read-text.ts'
import { replaceFile } from './replace-file.ts'
import { unwritable } from './unwritable.ts'
import type { Network } from '@peerwatch/link'
import type { Roles } from '../roles/index.ts'
import type { Datastore } from 'interface-datastore'

/** The owner of the data in a folder. The folder keeps it, beside what does not tell it by itself. */
export interface Identity {
  readonly format: 1
  /** The network's name, for people; its id is what counts. */
  readonly network: string
  readonly networkId: string
  readonly role: string
  /** Peer id. */
  readonly id: string
}

/** The node that wants to use a folder. */
export interface IdentityClaim {
  readonly network: Network
  readonly role: string
  readonly id: string
}

export interface AdoptionClaim extends IdentityClaim {
  /** Whether nodes of this role keep records of others, and a registry. */
  readonly keeps: { readonly records: boolean; readonly registry: boolean }
}

const KEPT = { roster: new Key('/peerwatch/roster'), registry: '/peerwatch/registry/entries/', outbox: '/peerwatch/outbox/', tokens: '/peerwatch/tree/token/' }
/** First byte of a report in the outbox that is signed. */
const SIGNED = 2
/** All were written by one node: a few tell as much as all. */
const LOOKED_AT = 4

function foreign(dataDir: string, whose: string, { network, role, id }: IdentityClaim): NodeError {
  return new NodeError('data-of-another', {
    found: `the data folder ${dataDir} ${whose}`,
    expected: `that of the ${wordOf(role)} ${id} in the network "${network.name}"`,
    remedy: 'give another folder with --data, or the network, role and key that this one belongs to; nothing was changed'
  })
}

/** `trusted node` of `trusted`; the word itself where it is no role of this version. */
export function wordOf(role: string): string {
  return (ROLES as Roles)[role]?.noun.replace(/^an? /, '') ?? role
}

/** Undefined where a folder does not say: it is new, or from before folders did. */
export async function readIdentity(dataDir: string): Promise<Identity | undefined> {
  const path = join(dataDir, FILES.identity)
  try {
    const found = JSON.parse(await readText(path)) as Partial<Identity>
    const { format, network, networkId, role, id } = found
    if (format !== 1 || [network, networkId, role, id].some(text => typeof text !== 'string')) throw new TypeError('holds something else')
    return found as Identity
  } catch (error) {
    if (isMissing(error)) return undefined
    const expected = 'what says whose data folder this is'
    if (!(error instanceof SyntaxError || error instanceof TypeError)) {
      const remedy = fileRemedy(error, 'give another folder with --data')
      throw new NodeError('data-unusable', { found: `${path} ${fileTrouble(error)}`, expected, remedy }, { cause: error })
    }
    throw new NodeError(
      'data-corrupt',
      {
        found: `${path} cannot be read as what a node wrote there`,
        expected,
        remedy: 'remove the file if you know whose it is: it is written anew; nothing was changed'
      },
      { cause: error }
    )
  }
}

/** Throws NodeError `data-of-another` where the folder is that of another network, role or key. */
export function checkIdentity(dataDir: string, found: Identity, claim: IdentityClaim): void {
  const { network, role, id } = claim
  if (found.networkId !== hexOf(network.id)) {
    const alike = found.network === network.name ? ', another one of this name' : ''
    throw foreign(dataDir, `belongs to the network "${found.network}"${alike}`, claim)
  }
  if (found.id !== id) throw foreign(dataDir, `belongs to the key of ${found.id}`, claim)
  if (found.role !== role) throw foreign(dataDir, `is that of a ${wordOf(found.role)}`, claim)
}

export async function writeIdentity(dataDir: string, { network, role, id }: IdentityClaim): Promise<void> {
  const identity: Identity = { format: 1, network: network.name, networkId: hexOf(network.id), role, id }
  const path = join(dataDir, FILES.identity)
  try {
    await replaceFile(path, `${JSON.stringify(identity)}\n`)
  } catch (error) {
    throw unwritable(path, error, { expected: 'a file to write to', otherwise: 'give another folder with --data' })
  }
}

/** A folder that does not say whose it is, is taken over where all that it holds agrees. Throws NodeError `data-of-another`. */
export async function checkUnmarked(dataDir: string, datastore: Datastore, hasRecords: boolean, claim: AdoptionClaim): Promise<void> {
  const { network, role, id, keeps } = claim
  const key = await readDataKey(join(dataDir, FILES.key)).catch(noneWhereMissing)
  if (key != null && key.publicKey.toString() !== id) throw foreign(dataDir, `has the key of ${key.publicKey.toString()}`, claim)
  if (hasRecords && !keeps.records) throw foreign(dataDir, 'holds the records of a trusted node', claim)
  const signed = await signedIn(datastore)
  if (signed.some(({ domain }) => domain === 'stamp') && !keeps.registry) throw foreign(dataDir, 'holds the registry of a seed', claim)
  try {
    if (await datastore.has(KEPT.roster)) await openRoster(await datastore.get(KEPT.roster), network.authority, network.id)
    for (const { domain, bytes } of signed) {
      const { signer } = await openSigned(domain, network.id, bytes)
      if (domain === 'report' && signer !== id) throw new TypeError(`a report by ${signer}`)
    }
  } catch (error) {
    throw Object.assign(foreign(dataDir, `holds what was signed in another network than "${network.name}", or by another ${role}`, claim), { cause: error })
  }
}

function noneWhereMissing(error: unknown): undefined {
  if (error instanceof NodeError && isMissing(error.cause)) return undefined
  throw error
}

interface KeptSigned {
  readonly domain: 'report' | 'stamp' | 'token'
  readonly bytes: Uint8Array
}

async function signedIn(datastore: Datastore): Promise<KeptSigned[]> {
  const found: KeptSigned[] = []
  for await (const { value } of datastore.query({ prefix: KEPT.tokens, limit: LOOKED_AT })) found.push({ domain: 'token', bytes: value })
  for await (const { value } of datastore.query({ prefix: KEPT.outbox, limit: LOOKED_AT })) {
    if (value[0] === SIGNED) found.push({ domain: 'report', bytes: value.subarray(1) })
  }
  for await (const { value } of datastore.query({ prefix: KEPT.registry, limit: LOOKED_AT })) {
    const { stamp } = JSON.parse(Buffer.from(value).toString()) as { readonly stamp: string }
    found.push({ domain: 'stamp', bytes: Buffer.from(stamp, 'base64') })
  }
  return found
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
