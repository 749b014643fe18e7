import { isLinkLocal, isLoopback } from '@libp2p/utils'
import { Key } from 'interface-datastore'
import { LIMITS, messages } from '@peerwatch/wire'
import { sealPeerRecord } from './peer-record.ts'
import type { AddressManager } from '@libp2p/interface-internal'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Core } from '@peerwatch/link'

/** This node's own signed peer record. Its sequence numbers only grow, also over restarts on a clock that went back. */
export interface OwnRecord {
  readonly load: () => Promise<void>
  /** Signs a new one where the addresses changed. */
  readonly current: () => Promise<Uint8Array>
  /** Whether `current` would sign nothing. */
  readonly isCurrent: () => boolean
  /** The next `current` has a higher sequence number, also than `above`. True where nothing with that number was signed here, as far as is known. */
  readonly outdate: (above?: number) => boolean
  /** A signed goodbye that takes back every record signed so far. */
  readonly goodbye: () => Promise<Uint8Array>
}

const KEY = new Key('/peerwatch/registry/seq')

export function ownRecord(core: Core): OwnRecord {
  const { addressManager, datastore, peerId, privateKey } = core.components
  let last = 0
  let held: { readonly addresses: string; readonly record: Promise<Uint8Array> } | undefined

  const announced = (): Multiaddr[] => forOthers(addressManager).slice(0, LIMITS.addresses)
  const nextSeq = async (): Promise<number> => {
    last = Math.max(last + 1, core.clock.nowMs())
    const seq = last
    await datastore.put(KEY, new TextEncoder().encode(String(seq)))
    return seq
  }
  return {
    load: async () => {
      if (!(await datastore.has(KEY))) return
      const seq = Number(new TextDecoder().decode(await datastore.get(KEY)))
      if (Number.isSafeInteger(seq)) last = Math.max(last, seq)
    },
    current: async () => {
      const multiaddrs = announced()
      const addresses = multiaddrs.join(' ')
      if (held?.addresses !== addresses) {
        const record = nextSeq().then(async seq => sealPeerRecord(peerId, privateKey, multiaddrs, seq))
        const sealed = { addresses, record }
        held = sealed
        record.catch(() => {
          if (held === sealed) held = undefined
        })
      }
      return held.record
    },
    isCurrent: () => held?.addresses === announced().join(' '),
    outdate: (above = 0) => {
      held = undefined
      const isUnknown = above > last
      last = Math.max(last, above)
      return isUnknown
    },
    goodbye: async () => core.signer.sign('goodbye', messages.goodbye.encode({ recordSeq: await nextSeq() }))
  }
}

/**
 * To whoever reads the record on another machine a loopback address is that machine itself: it is left out where there is an address beside it.
 * The same for a link-local one: without its zone nobody can dial it. What the operator announces is told as it is.
 */
function forOthers(addressManager: AddressManager): Multiaddr[] {
  const all = addressManager.getAddresses()
  if (addressManager.getAnnounceAddrs().length > 0) return all
  const elsewhere = all.filter(address => !isLoopback(address) && !isLinkLocal(address))
  return elsewhere.length === 0 ? all : elsewhere
}
