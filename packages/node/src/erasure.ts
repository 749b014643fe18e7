import { ACCEPTED_PAST_WINDOWS } from '@peerwatch/model'
import { readCertificate } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { ErasureView, RemainsView } from './http/node-view.ts'
import type { MemberNames } from './member-names.ts'
import type { NodeAssembly } from './node-assembly.ts'

/** The receipt that every trusted node is asked for. Undefined on a role that keeps no records, and null where nobody knows an erasure of this peer. */
export async function erasureOf({ core, tier }: NodeAssembly, names: MemberNames, peer: PeerIdString): Promise<ErasureView | null | undefined> {
  if (tier == null) return undefined
  const receipt = await tier.tree.erasureReceipt(peer)
  if (receipt == null) return null
  const { preset, retentionMs } = core.roster.current()
  const { upToEpoch, holders } = receipt
  const upToMs = (upToEpoch + 1) * preset.epochWindows * preset.windowMs
  const untilMs = core.certificates
    .encoded()
    .map(encoded => readCertificate(encoded, core.dimensions))
    .find(read => read?.peer === peer)?.expiresAtMs
  const remains: RemainsView[] = [
    ...(untilMs == null ? [] : [{ what: 'certificate' as const, untilMs }]),
    ...(holders.some(({ state }) => state === 'case') ? [{ what: 'case' as const }] : []),
    // a whole epoch goes at a time
    { what: 'erasure', untilMs: upToMs + Math.max(retentionMs, ACCEPTED_PAST_WINDOWS * preset.windowMs) + preset.epochWindows * preset.windowMs },
    { what: 'later' },
    { what: 'registration' },
    { what: 'evictions' },
    { what: 'unsent' },
    { what: 'logs' }
  ]
  return {
    peer,
    upToEpoch,
    upToMs,
    isComplete: holders.every(({ state }) => state === 'erased'),
    holders: holders.map(({ node, state, records }) => ({ node, name: names.of(node), state, records })),
    remains
  }
}
