import { LIMITS } from '@peerwatch/wire'
import { BoundedMap, openSigned, peekSigned, toPeerId } from '@peerwatch/link'
import { encodeFinding, findingId, readFinding } from './finding-messages.ts'
import type { EvictableDimension, PeerIdString } from '@peerwatch/model'
import type { Finding } from '@peerwatch/reputation'
import type { Core, RegistryView } from '@peerwatch/link'
import type { ConclusiveAssessment, ExaminationTree } from './interfaces.ts'
import type { Judge } from './judge.ts'

/** Signatures checked at a time; what comes beyond is dropped, and read again from the store. */
const MOST_UNDER_WAY = 64
const SIGNED_OVERHEAD_BYTES = 256
const REMEMBERED = 4_096

export interface FindingsExchange {
  /** Signs what a watcher found and tells everybody concerned. In force here at once. */
  readonly sign: (subject: PeerIdString, dimension: EvictableDimension, assessment: ConclusiveAssessment) => void
  /** Checks what another node says it found; resolves with it when it is news. Never rejects. */
  readonly take: (encoded: Uint8Array) => Promise<Finding | undefined>
}

export function findingsExchange(
  core: Core,
  known: Judge,
  tree: Pick<ExaminationTree, 'broadcast' | 'writeRecord'>,
  registry: Pick<RegistryView, 'publish'>
): FindingsExchange {
  const taken = new BoundedMap<string, true>(REMEMBERED)
  let underWay = 0

  const announce = (finding: Finding, reason: string): void => {
    const { subject, dimension, outcome, by, window } = finding
    core.emit('finding:signed', { subject: toPeerId(subject), dimension, outcome, by: toPeerId(by), window, reason })
  }
  const publish = async (finding: Finding, payload: Uint8Array): Promise<void> => {
    const encoded = await core.signer.sign('finding', payload)
    tree.broadcast({ finding: encoded })
    // on one signed `failed` finding seeds answer the suspect with honeypots only
    if (finding.outcome === 'failed') registry.publish({ findings: [encoded] })
    await tree.writeRecord('finding', finding.subject, encoded)
  }
  const check = async (encoded: Uint8Array): Promise<Finding | undefined> => {
    const { signer, payload } = peekSigned(encoded)
    const finding = core.roster.isTrusted(signer) ? readFinding(signer, payload, known.now(), known.options) : 'signer'
    if (typeof finding === 'string') {
      core.log('a finding is not taken: %s', finding)
      return undefined
    }
    if (taken.has(finding.id) || core.roster.isSeed(finding.subject) || core.roster.isTrusted(finding.subject)) return undefined
    await openSigned('finding', core.network.id, encoded)
    taken.set(finding.id, true)
    if (!known.findings.add(finding)) return undefined
    // our own come back from the store after a restart
    if (signer !== core.self) announce(finding, 'signed by another trusted node')
    return finding
  }
  return {
    sign: (subject, dimension, assessment) => {
      const { outcome, ok, bad, controls, controlsPassed, reason } = assessment
      const content = { subject, dimension, outcome, window: known.now(), ok, bad, controls, controlsPassed }
      const payload = encodeFinding(content)
      const finding: Finding = { ...content, by: core.self, id: findingId(core.self, payload) }
      taken.set(finding.id, true)
      known.findings.add(finding)
      announce(finding, reason)
      publish(finding, payload).catch((error: unknown) => {
        core.log.error('a finding about %s could not be kept: %e', subject, error)
      })
    },
    take: async encoded => {
      if (encoded.byteLength > LIMITS.findingBytes + SIGNED_OVERHEAD_BYTES || underWay >= MOST_UNDER_WAY) return undefined
      underWay++
      try {
        return await check(encoded)
      } catch (error) {
        core.log('a finding is not taken: %e', error)
        return undefined
      } finally {
        underWay--
      }
    }
  }
}
