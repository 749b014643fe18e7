import { LIMITS } from '@peerwatch/wire'
import { BoundedMap } from '@peerwatch/model'
import { openSigned, peekSigned } from '@peerwatch/link'
import { encodeFinding, readFinding } from './finding-messages.ts'
import type { Finding, ReputationOptions } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'
import type { TrustTree } from '../tree/trust-tree.ts'

/** How many signatures are checked at a time. The node drops further findings, and reads them again from the store. */
const MOST_UNDER_WAY = 64
const SIGNED_OVERHEAD_BYTES = 256
const REMEMBERED = 4_096

export interface FindingsExchange {
  /** Signs what this node found, tells all other nodes that need it, and keeps it. */
  readonly publish: (finding: Finding) => Promise<void>
  /** Checks what another node says that it found. Resolves with the finding, or with undefined if it came before. Never rejects. */
  readonly take: (encoded: Uint8Array) => Promise<Finding | undefined>
}

export function findingsExchange(core: Core, options: ReputationOptions, tree: Pick<TrustTree, 'broadcast' | 'writeRecord'>): FindingsExchange {
  const taken = new BoundedMap<string, true>(REMEMBERED)
  let underWay = 0

  const publish = async (finding: Finding): Promise<void> => {
    taken.set(finding.id, true)
    const encoded = await core.signer.sign('finding', encodeFinding(finding, core.dimensions))
    tree.broadcast('finding', encoded)
    await tree.writeRecord('finding', encoded)
  }
  const check = async (encoded: Uint8Array): Promise<Finding | undefined> => {
    const { signer, payload } = peekSigned(encoded)
    const finding = core.roster.isTrusted(signer) ? readFinding(signer, payload, core.windows.now().window, options) : 'signer'
    if (typeof finding === 'string') {
      core.log('a finding is not taken: %s', finding)
      return undefined
    }
    if (taken.has(finding.id) || core.roster.isMember(finding.subject)) return undefined
    await openSigned('finding', core.network.id, encoded)
    taken.set(finding.id, true)
    return finding
  }
  return {
    publish,
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
