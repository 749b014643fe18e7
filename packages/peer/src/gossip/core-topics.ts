import { LIMITS } from '@peerwatch/wire'
import type { Core, Part } from '@peerwatch/link'
import type { GossipTap } from './gossip-tap.ts'

/** The topics of one network. */
export interface GossipTopics {
  readonly certificates: string
  readonly roster: string
  readonly chat: string
}

export function gossipTopics(networkName: string): GossipTopics {
  const topic = (kind: string): string => `/peerwatch/${networkName}/${kind}/1`
  return { certificates: topic('certificates'), roster: topic('roster'), chat: topic('chat') }
}

export interface CoreTopics extends Part {
  readonly publishCertificate: (encoded: Uint8Array) => Promise<void>
}

/**
 * Takes certificates and rosters from gossip and passes on those that were news.
 *
 * A refused message is ignored, and the relay is never blamed: it may hold another roster, or have another clock.
 */
export function coreTopics(core: Core, tap: GossipTap): CoreTopics {
  const topics = gossipTopics(core.network.name)
  return {
    publishCertificate: async encoded => tap.publish(topics.certificates, encoded),
    start: async () => {
      await tap.join(topics.certificates, async data => {
        if (data.byteLength > LIMITS.certificateBytes) return 'ignore'
        return (await core.certificates.accept(data)) === 'new' ? 'accept' : 'ignore'
      })
      await tap.join(topics.roster, async data => {
        if (data.byteLength > LIMITS.rosterBytes) return 'ignore'
        try {
          return (await core.roster.accept(data)) === 'newer' ? 'accept' : 'ignore'
        } catch {
          return 'ignore'
        }
      })
    }
  }
}
