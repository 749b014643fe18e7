import { Key } from 'interface-datastore'
import { toPeerId } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { CertificateBook, Core } from '@peerwatch/link'

/** The operator of this node allows these peers, whatever the network says of them. */
export interface Allowances extends Pick<CertificateBook, 'allow' | 'allowed'> {
  readonly has: (peer: PeerIdString) => boolean
  readonly load: () => Promise<void>
}

const ALLOWED = new Key('/peerwatch/allowed')

export function allowances(core: Omit<Core, 'certificates'>): Allowances {
  const { datastore } = core.components
  const allowed = new Set<PeerIdString>()
  return {
    has: peer => allowed.has(peer),
    allowed: () => [...allowed],
    allow: async (peer, isAllowed) => {
      const key = ALLOWED.child(new Key(peer))
      if (isAllowed === allowed.has(peer)) return
      if (isAllowed) allowed.add(peer)
      else allowed.delete(peer)
      core.log('the operator %s %s', isAllowed ? 'allows' : 'no longer allows', peer)
      core.emit('peer:allowed', { peer: toPeerId(peer), allowed: isAllowed })
      if (isAllowed) core.writes.put(key, new Uint8Array())
      else core.writes.delete(key)
      await core.writes.settled()
    },
    load: async () => {
      for await (const key of datastore.queryKeys({ prefix: ALLOWED.toString() })) allowed.add(key.name() as PeerIdString)
    }
  }
}
