import { ServicesError } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { SeedNews } from '@peerwatch/peer/parts'
import type { Guests } from './guests.ts'
import type { Registrations } from './registrations.ts'
import type { Removals } from './removals.ts'

export interface OtherSeedsInit {
  readonly registered: Pick<Registrations, 'learn'>
  readonly invited: Pick<Guests, 'take'>
  readonly removing: Pick<Removals, 'vote' | 'forwarded'>
  readonly fault: (peer: PeerIdString, what: string) => void
}

/** Takes what the other seeds tell this one. It checks each thing, and a wrong one counts against the seed that told it. */
export interface OtherSeeds {
  readonly takeVote: (from: PeerIdString, vote: Uint8Array) => Promise<void>
  readonly takeNews: (news: SeedNews) => Promise<void>
}

export function otherSeeds(core: Core, { registered, invited, removing, fault }: OtherSeedsInit): OtherSeeds {
  const takeRegistered = async ({ from, registered: told }: SeedNews): Promise<void> => {
    for (const listed of told) {
      try {
        if (listed.guest.byteLength > 0) await invited.take(listed.guest)
        else await registered.learn(listed)
      } catch (error) {
        core.log('registration told by %s refused: %e', from, error)
        if (!isOursAlone(error)) fault(from, 'bad-record')
      }
    }
  }
  const takeVote = async (from: PeerIdString, vote: Uint8Array): Promise<void> => {
    try {
      if (!core.roster.isSeed(from)) throw new Error(`${from} is no seed`)
      await removing.vote(vote)
    } catch (error) {
      core.log('removal vote from %s refused: %e', from, error)
      if (!isOursAlone(error)) fault(from, 'bad-vote')
    }
  }
  return {
    takeVote,
    takeNews: async news => {
      await takeRegistered(news)
      for (const vote of news.votes) await takeVote(news.from, vote)
      try {
        removing.forwarded(news.from, news.dead)
      } catch (error) {
        core.log('dead report from %s refused: %e', news.from, error)
        fault(news.from, 'malformed')
      }
    }
  }
}

/** Whether only this seed's clock or roster speaks against it. Then nobody is at fault. */
function isOursAlone(error: unknown): boolean {
  return error instanceof ServicesError && error.code === 'refused'
}
