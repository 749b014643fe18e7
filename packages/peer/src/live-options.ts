import { checkOptions, peersOf } from './options.ts'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Enforcement } from './enforcement/enforcement.ts'
import type { Degree } from './neighbours/neighbours.ts'
import type { Network } from '@peerwatch/link'

/** Options that may change while a node runs. An absent one stays as it is; undefined is the default. */
export interface LiveOptions {
  readonly neverEvict?: readonly (PeerId | string)[] | undefined
  readonly neighbours?: Degree
}

export interface LiveOptionsInit {
  readonly network: Network
  /** The set that enforcement and defence read. */
  readonly never: Set<PeerIdString>
  readonly enforcing: Enforcement
  readonly setDegree: (degree: Degree) => void
}

/** Checks all before anything changes; throws ServicesError `bad-option`. */
export function liveOptions({ network, never, enforcing, setDegree }: LiveOptionsInit): (options: LiveOptions) => void {
  return options => {
    const { targetDegree, maxDegree } = options.neighbours ?? {}
    checkOptions(network, { ...(targetDegree != null && { targetDegree }), ...(maxDegree != null && { maxDegree }) })
    const kept = peersOf(options.neverEvict)
    if ('neverEvict' in options) {
      never.clear()
      for (const peer of kept) never.add(peer)
      enforcing.abortRefused()
    }
    if (options.neighbours != null) setDegree(options.neighbours)
  }
}
