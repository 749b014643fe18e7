import { ServicesError } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { ErasureState } from './erasures.ts'

/** What a holder says of an erasure. `out of reach`: it does not answer. */
export interface HolderReceipt {
  readonly node: PeerIdString
  readonly state: ErasureState['state'] | 'out of reach'
  /** How many records it removed. */
  readonly records: number
}

/** How far the erasure of a peer is on every trusted node. */
export interface ErasureReceipt {
  /** The highest epoch that any of them knows. */
  readonly upToEpoch: number
  readonly holders: readonly HolderReceipt[]
}

export interface ReceiptInit {
  readonly own: (peer: PeerIdString) => ErasureState
  readonly ask: (node: PeerIdString, peer: PeerIdString) => Promise<ErasureState>
}

/** Undefined if no node that answers knows an erasure of this peer: there was none, or retention has passed it. */
export function erasureReceipts(core: Core, { own, ask }: ReceiptInit): (peer: PeerIdString) => Promise<ErasureReceipt | undefined> {
  const asked = async (node: PeerIdString, peer: PeerIdString): Promise<ErasureState | undefined> => {
    try {
      return node === core.self ? own(peer) : await ask(node, peer)
    } catch (error) {
      if (!(error instanceof ServicesError)) core.log.error('an erasure at %s: %e', node, error)
      return undefined
    }
  }
  return async peer => {
    const { trusted, leaving } = core.roster.current()
    const nodes = [...trusted, ...leaving]
    const answers = await Promise.all(nodes.map(async node => ({ node, told: await asked(node, peer) })))
    const upToEpoch = Math.max(...answers.map(({ told }) => (told == null || told.state === 'unknown' ? -1 : told.upToEpoch)))
    if (upToEpoch < 0) return undefined
    const holders = answers.map(({ node, told }): HolderReceipt => {
      if (told == null) return { node, state: 'out of reach', records: 0 }
      return told.upToEpoch < upToEpoch ? { node, state: 'unknown', records: 0 } : { node, state: told.state, records: told.records }
    })
    return { upToEpoch, holders }
  }
}
