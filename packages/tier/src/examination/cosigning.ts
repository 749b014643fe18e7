import { counted } from '@peerwatch/model'
import { LIMITS, messages } from '@peerwatch/wire'
import { isSignedBy, peerIdBytes, peerIdFromBytes, toPeerId, VERDICT_KINDS } from '@peerwatch/link'
import { findingsDigest } from './finding-messages.ts'
import type { DimensionTable, PeerIdString } from '@peerwatch/model'
import type { Action, Proposal } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'
import type { TrustTree } from '../tree/trust-tree.ts'

/** What a proposal of the judge comes to. */
export interface Made {
  readonly encoded: Uint8Array
  readonly signers: readonly PeerIdString[]
  readonly reason: string
}

/** Signs the verdict and asks the nodes that found the same to sign it. Resolves with a certificate once enough have signed. */
export type Propose = (action: Action & { readonly type: 'propose' }) => Promise<Made | undefined>

export function proposer(core: Core, tree: Pick<TrustTree, 'call'>): Propose {
  const ask = async (node: PeerIdString, verdict: Uint8Array): Promise<[PeerIdString, Uint8Array][]> => {
    try {
      const signature = await tree.call(node, 'propose', verdict)
      if (await isSignedBy(node, 'certificate', core.network.id, verdict, signature)) return [[node, signature]]
      core.emit('peer:fault', { peer: toPeerId(node), protocol: 'propose', what: 'signature' })
    } catch (error) {
      core.log('%s does not sign: %s', node, error)
    }
    return []
  }
  return async ({ open: { groups }, findings, proposal: { subject, dimension, ...terms } }) => {
    const failed = findings.filter(({ outcome }) => outcome === 'failed')
    const reason = `${dimension}: ${counted(failed.length, 'trusted node')} saw it, ${groups.length === 0 ? 'no group' : counted(groups.length, 'group')} accused`
    const verdict = messages.verdict.encode({
      kind: VERDICT_KINDS.eviction,
      subject: peerIdBytes(subject),
      dimension: core.dimensions.row(dimension).number,
      reason,
      findings: findingsDigest(failed),
      ...terms
    })
    const own: [PeerIdString, Uint8Array] = [core.self, await core.signer.signature('certificate', verdict)]
    core.emit('verdict:signed', { subject: toPeerId(subject), dimension, proposer: toPeerId(core.self) })
    const others = [...new Set(failed.map(({ by }) => by))].filter(node => node !== core.self && core.roster.isTrusted(node))
    const answers = await Promise.all(others.slice(0, LIMITS.cosignatures - 1).map(async node => ask(node, verdict)))
    const signatures = [own, ...answers.flat()]
    if (signatures.length < core.roster.current().quorum) return undefined
    const cosignatures = signatures.map(([signer, signature]) => ({ signer: peerIdBytes(signer), signature }))
    return { encoded: messages.certificate.encode({ verdict, cosignatures }), signers: signatures.map(([signer]) => signer), reason }
  }
}

const DIGEST_BYTES = 32

/** Undefined if no honest node proposes this. A node proposes evictions only: reinstatements are the operators' business. */
export function readProposal(encoded: Uint8Array, dimensions: DimensionTable): Proposal | undefined {
  try {
    const { kind, subject, dimension: number, reason, findings, rosterVersion, issuedAtMs, expiresAtMs, serial } = messages.verdict.decode(encoded)
    const dimension = dimensions.findEvictable(number)
    if (kind !== VERDICT_KINDS.eviction || dimension == null) return undefined
    if (findings.byteLength !== DIGEST_BYTES || Buffer.byteLength(reason) > LIMITS.reasonBytes || /\p{Cc}/u.test(reason)) return undefined
    return { subject: peerIdFromBytes(subject), dimension, rosterVersion, issuedAtMs, expiresAtMs, serial }
  } catch {
    return undefined
  }
}
