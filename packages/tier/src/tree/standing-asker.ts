import type { PeerIdString } from '@peerwatch/model'
import type { CoarseStanding, Core } from '@peerwatch/link'

export interface StandingAskerInit {
  readonly candidates: (subject: PeerIdString) => readonly PeerIdString[]
  readonly outOfReach: (node: PeerIdString) => boolean
  readonly ask: (node: PeerIdString, subject: PeerIdString) => Promise<CoarseStanding | undefined>
}

/** Asks the nodes that hold a subject's records, one after the other, until one answers. Undefined: none does. */
export function standingAsker(core: Pick<Core, 'self' | 'log'>, { candidates, outOfReach, ask }: StandingAskerInit) {
  return async (subject: PeerIdString): Promise<CoarseStanding | undefined> => {
    for (const node of candidates(subject)) {
      if (node === core.self || outOfReach(node)) continue
      try {
        return await ask(node, subject)
      } catch (error) {
        core.log('standing of %s at %s: %s', subject, node, error)
      }
    }
    return undefined
  }
}
