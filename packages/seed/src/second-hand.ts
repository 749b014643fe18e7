import { addressesIn } from '@peerwatch/link'
import { openStamp, readPeerRecord } from '@peerwatch/peer/parts'
import { reachOf } from './registrants.ts'
import type { ListedPeer } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { KeptRegistrants } from './kept-registrants.ts'
import type { Registrant } from './registrants.ts'
import type { RegistrantStore } from './registrant-store.ts'

/** Takes a registration at second hand, from another seed. Throws if anything in it is wrong. */
export type Learn = (listed: ListedPeer) => Promise<void>

export function secondHand(core: Core, store: RegistrantStore, { registrants: held, keep, isDeparted }: KeptRegistrants): Learn {
  return async ({ record, stamp, unreachable }) => {
    const opened = readPeerRecord(record)
    const { peer, seq } = opened
    const known = held.get(peer)
    const nowMs = core.clock.monotonicMs()
    if (known != null && Buffer.compare(known.record, record) === 0) {
      // its own dial-back counts for more than what another seed says
      const reach = known.registeredAtMs != null ? known.reach : unreachable ? 'unreachable' : 'untried'
      held.set({ ...known, heardAtMs: nowMs, reach }, core.rng)
      return
    }
    if (isDeparted(peer, seq) || (known != null && known.seq >= seq) || core.certificates.evicted(peer) != null) return
    const { signer, group, firstWindow } = await openStamp(core, stamp, peer)
    if (!(await opened.isSigned())) throw new Error(`the record of ${peer} has a wrong signature`)
    if (isDeparted(peer, seq) || (held.get(peer)?.seq ?? -1) >= seq) return
    const { scope } = core.roster.current()
    const addresses = addressesIn(group, opened.addresses, scope, peer)
    const reach = unreachable ? 'unreachable' : reachOf(addresses, known)
    const registrant: Registrant = {
      peer,
      record,
      seq,
      addresses,
      stamp,
      introducedBy: signer,
      group,
      firstWindow,
      reach,
      knownAtMs: known?.knownAtMs ?? nowMs,
      heardAtMs: nowMs,
      registeredAtMs: known?.registeredAtMs
    }
    if (keep(registrant)) store.put(registrant)
  }
}
