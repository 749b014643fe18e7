import type { RegistryView } from '@peerwatch/link'
import type { TrustTree } from '../tree/trust-tree.ts'

export interface SpreadInit {
  readonly tree: Pick<TrustTree, 'broadcast'>
  readonly registry: Pick<RegistryView, 'publish'>
  /** Puts a certificate onto the network's gossip topic. */
  readonly publishCertificate: (encoded: Uint8Array) => Promise<unknown>
}

export type Spread = (certificate: Uint8Array) => Promise<void>

/** Hands a certificate that was completed here to everybody: trusted nodes, seeds, and all who hear the gossip. */
export function spreader({ tree, registry, publishCertificate }: SpreadInit): Spread {
  return async certificate => {
    tree.broadcast('certificate', certificate)
    registry.publish({ certificates: [certificate] })
    await publishCertificate(certificate)
  }
}
