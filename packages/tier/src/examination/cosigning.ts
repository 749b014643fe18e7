import { DIMENSIONS, findDimension, isEvictable } from '@peerwatch/model'
import { findRefusal, verdictTerms } from '@peerwatch/reputation'
import { LIMITS, messages } from '@peerwatch/wire'
import { isSignedBy, peerIdBytes, peerIdFromBytes, toPeerId, VERDICT_KINDS } from '@peerwatch/link'
import { findingsDigest } from './finding-messages.ts'
import type { EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Case, Finding, FindingBook, Proposal, ReputationOptions } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'
import type { ExaminationTree, ProposalAnswer } from './interfaces.ts'

export interface CosigningInit {
  readonly tree: Pick<ExaminationTree, 'propose' | 'registeredCount'>
  readonly findings: FindingBook
  readonly options: ReputationOptions
}

export interface Cosigning {
  /** Resolves with a certificate and its signers once enough have signed. */
  readonly propose: (open: Case, findings: readonly Finding[]) => Promise<{ encoded: Uint8Array; signers: PeerIdString[]; reason: string } | undefined>
  readonly answer: (verdict: Uint8Array, from: PeerIdString) => Promise<ProposalAnswer>
}

interface ReadProposal extends Proposal {
  readonly dimension: EvictableDimension
}

/** Puts verdicts to other trusted nodes, and signs theirs only on its own evidence. */
export function cosigning(core: Core, { tree, findings, options }: CosigningInit): Cosigning {
  let signedIn: WindowNumber = -1
  let signed = new Set<PeerIdString>()

  /** Why this node does not sign; otherwise the subject counts towards what it may sign in this window. */
  const refusalOf = (proposal: ReadProposal): string | undefined => {
    const { window: now } = core.windows.now()
    if (signedIn !== now) {
      signedIn = now
      signed = new Set()
    }
    const { subject, dimension } = proposal
    const refusal = findRefusal(
      proposal,
      {
        now,
        windowMs: core.windows.windowMs,
        rosterVersion: core.roster.current().version,
        ownFinding: findings.of(core.self, subject, dimension, now),
        history: core.certificates.history(subject),
        isEvicted: core.certificates.evicted(subject) != null,
        isImmune: core.roster.isSeed(subject) || core.roster.isTrusted(subject) || core.certificates.allowed().includes(subject),
        signed,
        registeredCount: tree.registeredCount()
      },
      options
    )
    if (refusal == null) signed.add(subject)
    return refusal
  }
  const ask = async (node: PeerIdString, verdict: Uint8Array): Promise<[PeerIdString, Uint8Array][]> => {
    try {
      const answer = await tree.propose(node, verdict)
      if ('refused' in answer) {
        core.log('%s does not sign: %s', node, answer.refused)
        return []
      }
      if (await isSignedBy(node, 'certificate', core.network.id, verdict, answer.signature)) return [[node, answer.signature]]
      core.emit('peer:fault', { peer: toPeerId(node), protocol: 'propose', what: 'signature' })
    } catch (error) {
      core.log('%s could not be asked to sign: %e', node, error)
    }
    return []
  }
  return {
    propose: async (open, failed) => {
      const { subject, dimension, openedWindow, groups } = open
      const roster = core.roster.current()
      const terms = verdictTerms(openedWindow, core.windows.windowMs, core.certificates.history(subject), options)
      const refusal = refusalOf({ subject, dimension, rosterVersion: roster.version, ...terms })
      if (refusal != null) {
        core.emit('verdict:refused', { subject: toPeerId(subject), proposer: toPeerId(core.self), reason: refusal })
        return undefined
      }
      const reason = `${dimension}: ${failed.length} trusted nodes saw it, ${groups.length} groups accused`
      const verdict = messages.verdict.encode({
        kind: VERDICT_KINDS.eviction,
        rosterVersion: roster.version,
        subject: peerIdBytes(subject),
        dimension: DIMENSIONS[dimension],
        reason,
        findings: findingsDigest(failed),
        ...terms
      } as never)
      const own: [PeerIdString, Uint8Array] = [core.self, await core.signer.signature('certificate', verdict)]
      core.emit('verdict:signed', { subject: toPeerId(subject), dimension, proposer: toPeerId(core.self) })
      const others = [...new Set(failed.map(({ by }) => by))].filter(node => node !== core.self && core.roster.isTrusted(node))
      const answers = await Promise.all(others.slice(0, LIMITS.cosignatures - 1).map(async node => ask(node, verdict)))
      const signatures = [own, ...answers.flat()]
      if (signatures.length < roster.quorum) return undefined
      const cosignatures = signatures.map(([signer, signature]) => ({ signer: peerIdBytes(signer), signature }))
      return { encoded: messages.certificate.encode({ verdict, cosignatures } as never), signers: signatures.map(([signer]) => signer), reason }
    },
    answer: async (verdict, from) => {
      const proposal = core.roster.isTrusted(from) ? readProposal(verdict) : undefined
      if (proposal == null) {
        core.emit('peer:fault', { peer: toPeerId(from), protocol: 'propose', what: 'malformed' })
        return { refused: 'malformed' }
      }
      const { subject, dimension } = proposal
      const refused = refusalOf(proposal)
      if (refused != null) {
        core.emit('verdict:refused', { subject: toPeerId(subject), proposer: toPeerId(from), reason: refused })
        return { refused }
      }
      core.emit('verdict:signed', { subject: toPeerId(subject), dimension, proposer: toPeerId(from) })
      return { signature: await core.signer.signature('certificate', verdict) }
    }
  }
}

const DIGEST_BYTES = 32

/** Undefined for what no honest node proposes: only evictions are proposed, reinstatements are the operators' business. */
function readProposal(encoded: Uint8Array): ReadProposal | undefined {
  try {
    const { kind, subject, dimension: number, reason, findings, rosterVersion, issuedAtMs, expiresAtMs, serial } = messages.verdict.decode(encoded)
    const dimension = findDimension(number)
    if (kind !== VERDICT_KINDS.eviction || dimension == null || !isEvictable(dimension)) return undefined
    if (findings.byteLength !== DIGEST_BYTES || Buffer.byteLength(reason) > LIMITS.reasonBytes || /\p{Cc}/u.test(reason)) return undefined
    return { subject: peerIdFromBytes(subject), dimension, rosterVersion, issuedAtMs, expiresAtMs, serial }
  } catch {
    return undefined
  }
}
