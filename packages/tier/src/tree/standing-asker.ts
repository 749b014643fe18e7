import type { PeerIdString } from '@peerwatch/model'
import type { CoarseStanding, Core } from '@peerwatch/link'

export interface StandingAskerInit {
  readonly candidates: (subject: PeerIdString) => readonly PeerIdString[]
  readonly outOfReach: (node: PeerIdString) => boolean
  readonly ask: (node: PeerIdString, subject: PeerIdString) => Promise<CoarseStanding | undefined>
}

/** What others that hold a subject's records say of it: one after the other is asked until one answers; undefined where none does. */
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
