import { createPrivateKey, createPublicKey, sign as signWithNode, verify as verifyWithNode } from 'node:crypto'
import { messages, signingBytes } from '@peerwatch/wire'
import { BoundedMap } from '@peerwatch/model'
import { ServicesError } from './errors.ts'
import { peerIdBytes, peerIdFromBytes, peerIdText, toPeerId } from './peer-ids.ts'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import type { KeyObject } from 'node:crypto'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Domain } from '@peerwatch/wire'

export interface Signer {
  readonly peer: PeerIdString
  /** The encoded `Signed` message around `payload`. */
  readonly sign: (domain: Domain, payload: Uint8Array) => Promise<Uint8Array>
  /** The bare signature, for messages that carry several. */
  readonly signature: (domain: Domain, payload: Uint8Array) => Promise<Uint8Array>
}

/** The contents of a `Signed` message whose signature was checked. */
export interface Opened {
  readonly signer: PeerIdString
  readonly payload: Uint8Array
}

const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

export function createSigner(key: PrivateKey, networkId: Uint8Array): Signer {
  const peer = peerIdText(peerIdFromPrivateKey(key))
  const signer = peerIdBytes(peer)
  // libp2p's own `sign` imports the key at each call, which costs more than the signature
  const imported =
    key.type === 'Ed25519' ? createPrivateKey({ key: Buffer.concat([ED25519_PKCS8_PREFIX, key.raw.subarray(0, 32)]), format: 'der', type: 'pkcs8' }) : undefined
  const signature = async (domain: Domain, payload: Uint8Array): Promise<Uint8Array> => {
    const bytes = signingBytes(domain, networkId, signer, payload)
    return imported == null ? key.sign(bytes) : signWithNode(null, bytes, imported)
  }
  return {
    peer,
    signature,
    sign: async (domain, payload) => messages.signed.encode({ payload, signer, signature: await signature(domain, payload) })
  }
}

const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const keys = new BoundedMap<PeerIdString, KeyObject>(10_000)

function ed25519Key(peer: PeerIdString): KeyObject {
  const known = keys.peek(peer)
  if (known != null) return known
  const { publicKey } = toPeerId(peer)
  if (publicKey?.type !== 'Ed25519') throw new ServicesError('bad-signature', `${peer} is no Ed25519 peer id: only those can sign here`)
  const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI_PREFIX, publicKey.raw]), format: 'der', type: 'spki' })
  keys.set(peer, key)
  return key
}

/** Whether the peer signed these signing bytes. Runs on libuv's threads: 150 µs of another core instead of the event loop. False for any fault, never throws. */
export async function hasSigned(peer: PeerIdString, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return new Promise(resolve => {
    try {
      verifyWithNode(null, bytes, ed25519Key(peer), signature, (error, valid) => {
        resolve(error == null && valid)
      })
    } catch {
      resolve(false)
    }
  })
}

/** False for any fault, never throws. */
export async function isSignedBy(peer: PeerIdString, domain: Domain, networkId: Uint8Array, payload: Uint8Array, signature: Uint8Array): Promise<boolean> {
  try {
    return await hasSigned(peer, signingBytes(domain, networkId, peerIdBytes(peer), payload), signature)
  } catch {
    return false
  }
}

/** The signer and the payload, without a look at the signature. Use it only if a link has authenticated the message, or if the signature is checked later. Throws for anything malformed. */
export function peekSigned(bytes: Uint8Array): Opened & { readonly signature: Uint8Array } {
  const { payload, signer, signature } = messages.signed.decode(bytes)
  return { signer: peerIdFromBytes(signer), payload, signature }
}

/** Checks the signature; throws ServicesError `bad-signature` or WireError. */
export async function openSigned(domain: Domain, networkId: Uint8Array, bytes: Uint8Array): Promise<Opened> {
  const { signer, payload, signature } = peekSigned(bytes)
  if (!(await isSignedBy(signer, domain, networkId, payload, signature))) {
    throw new ServicesError('bad-signature', `a ${domain} that says it is by ${signer} has a wrong signature, or is of another network`)
  }
  return { signer, payload }
}
