import { createNetworkFile } from '../../packages/link/src/authority.ts'
import { createSigner } from '../../packages/link/src/signatures.ts'
import { parseNetwork } from '../../packages/link/src/network.ts'
import { messages } from '@peerwatch/wire'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdBytes } from '../../packages/link/src/peer-ids.ts'
import { core, idOf, rosterOf } from './besieged.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { Signer } from '../../packages/link/src/signatures.ts'
import type { Verdict } from '@peerwatch/wire'
import type { Besieged } from './besieged.ts'

const HOUR_MS = 60 * 60 * 1000

/** Keys that nobody knows. */
export async function strangers(siege: Besieged, count: number): Promise<Signer[]> {
  return Promise.all(Array.from({ length: count }, async () => createSigner(await generateKeyPair('Ed25519'), siege.net.network.id)))
}

/** Another network of the same authority: everything about it is right but its name. */
export async function otherNetworkId(siege: Besieged): Promise<Uint8Array> {
  const init = { name: 'other', authority: siege.net.authority, seeds: [], trusted: [], preset: 'demo', scope: 'local', nowMs: Date.now(), quorum: 1 } as const
  return (await parseNetwork({ ...(await createNetworkFile(init)), seeds: siege.net.file.seeds })).id
}

/** The roster of that version, as the authority signs it now. */
export async function signedRoster(siege: Besieged, version: number): Promise<Uint8Array> {
  const { authority, network } = siege.net
  const fields = messages.roster.decode(messages.signed.decode(network.roster.encoded).payload)
  return createSigner(authority, network.id).sign('roster', messages.roster.encode({ ...fields, version }))
}

interface Forged {
  readonly what: string
  readonly signers: (siege: Besieged) => Signer[] | Promise<Signer[]>
  readonly verdict?: (siege: Besieged) => Partial<Verdict>
}

const members = (siege: Besieged, count: number): Signer[] => siege.net.trusted.slice(0, count).map(node => core(node).signer)
const subjectOf = (node: PeerwatchNode): Partial<Verdict> => ({ subject: peerIdBytes(idOf(node)) })
const forgeries: readonly Forged[] = [
  { what: 'one signer where two are needed', signers: siege => members(siege, 1) },
  { what: 'one signer twice', signers: siege => [...members(siege, 1), ...members(siege, 1)] },
  { what: 'signers who are not in the roster', signers: async siege => strangers(siege, 3) },
  { what: 'one member and strangers', signers: async siege => [...members(siege, 1), ...(await strangers(siege, 2))] },
  {
    what: 'members of another network',
    signers: async siege => {
      const id = await otherNetworkId(siege)
      return siege.net.trusted.map(node => createSigner(core(node).components.privateKey, id))
    }
  },
  { what: 'a trusted node as subject', signers: siege => members(siege, 3), verdict: siege => subjectOf(siege.trusted) },
  { what: 'a seed as subject', signers: siege => members(siege, 3), verdict: siege => subjectOf(siege.seed) },
  { what: 'an eviction of eight days', signers: siege => members(siege, 3), verdict: () => ({ expiresAtMs: Date.now() + 8 * 24 * HOUR_MS }) },
  {
    what: 'one that has expired',
    signers: siege => members(siege, 3),
    verdict: () => ({ issuedAtMs: Date.now() - 2 * HOUR_MS, expiresAtMs: Date.now() - HOUR_MS })
  },
  {
    what: 'one of tomorrow',
    signers: siege => members(siege, 3),
    verdict: () => ({ issuedAtMs: Date.now() + 24 * HOUR_MS, expiresAtMs: Date.now() + 25 * HOUR_MS })
  },
  { what: 'liveness, for which nobody is evicted', signers: siege => members(siege, 3), verdict: () => ({ dimension: 1 }) }
]

async function certificateOf(siege: Besieged, { signers, verdict }: Forged, subject: PeerIdString): Promise<Uint8Array> {
  const issuedAtMs = Date.now()
  const encoded = messages.verdict.encode({
    kind: 1,
    rosterVersion: rosterOf(siege.seed).version,
    subject: peerIdBytes(subject),
    dimension: 2,
    reason: 'forged',
    findings: new Uint8Array(32),
    issuedAtMs,
    expiresAtMs: issuedAtMs + HOUR_MS,
    serial: 1,
    ...verdict?.(siege)
  })
  const cosignatures = (await signers(siege)).map(async signer => ({
    signer: peerIdBytes(signer.peer),
    signature: await signer.signature('certificate', encoded)
  }))
  return messages.certificate.encode({ verdict: encoded, cosignatures: await Promise.all(cosignatures) })
}

/** Certificates against that peer, each wrong in a way of its own. */
export async function forgedCertificates(siege: Besieged, subject: PeerIdString): Promise<Uint8Array[]> {
  return Promise.all(forgeries.map(async forgery => certificateOf(siege, forgery, subject)))
}
