import { openRoster } from '@peerwatch/link'
import type { Core, Eviction } from '@peerwatch/link'

/**
 * The evictions in force here that would end with this roster, because too few of their signatures count by it. Rejects with ServicesError `bad-roster`.
 *
 * What a trusted node signed before it left counts on, and so does a quorum that was lower: only a key that was stolen, or a subject that becomes a member,
 * ends an eviction. Nobody can sign it again: a trusted node signs what its own watchers saw, and that is over.
 */
export async function lapsing({ network, certificates }: Pick<Core, 'network' | 'certificates'>, encoded: Uint8Array): Promise<Eviction[]> {
  const { trusted, seeds, formerTrusted, formerQuorums, quorum } = await openRoster(encoded, network.authority, network.id)
  return certificates.evictions().filter(({ peer, issuedAtMs, signers }) => {
    const counting = signers.filter(signer => trusted.includes(signer) || issuedAtMs <= (formerTrusted.get(signer) ?? -1))
    const needed = Math.min(quorum, ...formerQuorums.filter(({ untilMs }) => issuedAtMs <= untilMs).map(former => former.quorum))
    return counting.length < needed || trusted.includes(peer) || seeds.includes(peer)
  })
}
