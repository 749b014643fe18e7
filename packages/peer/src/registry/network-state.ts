import { LIMITS, PROTOCOLS } from '@peerwatch/wire'
import { toPeerId } from '@peerwatch/link'
import type { RegistryResponse } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { SeedLink } from './seed-links.ts'

/** Keeps roster and certificates level with a seed's: whoever is behind gets what the other has. */
export interface NetworkState {
  /** Takes what came in any answer or push. */
  readonly take: (link: SeedLink, response: RegistryResponse) => Promise<void>
  /** Compares versions and live sets of an answer with our own; pulls and hands over what differs. */
  readonly level: (link: SeedLink, response: RegistryResponse) => Promise<void>
}

export function networkState(core: Core): NetworkState {
  // Per seed, the pair of sets that was compared last: a certificate that one side refuses is not carried to and fro for ever.
  const compared = new WeakMap<SeedLink, string>()

  const take = async (link: SeedLink, response: RegistryResponse): Promise<void> => {
    if (response.roster.byteLength > 0) {
      try {
        await core.roster.accept(response.roster)
      } catch (error) {
        core.log('roster from %s refused: %e', link.seed, error)
        core.emit('peer:fault', { peer: toPeerId(link.seed), protocol: PROTOCOLS.registry, what: 'bad-roster' })
      }
    }
    for (const certificate of response.certificates) await core.certificates.accept(certificate)
  }
  const levelCertificates = async (link: SeedLink, live: NonNullable<RegistryResponse['live']>): Promise<void> => {
    const theirs = Buffer.from(live.hash).toString('hex')
    const ours = (): string => Buffer.from(core.certificates.liveSet().hash).toString('hex')
    const pair = (): string => `${theirs} ${ours()}`
    if (ours() === theirs || compared.get(link) === pair()) return
    if (live.count > 0) {
      if (!core.budgets.take('pulls')) return
      await take(link, await link.call({ pull: { roster: false, certificates: true } }))
    }
    const certificates = core.certificates.encoded().slice(0, LIMITS.certificates)
    if (ours() !== theirs && certificates.length > 0) {
      await link.call({ publish: { certificates, roster: new Uint8Array(), votes: [] } })
    }
    compared.set(link, pair())
  }
  return {
    take,
    level: async (link, response) => {
      const own = core.roster.current()
      if (response.rosterVersion > own.version) {
        if (core.budgets.take('pulls')) await take(link, await link.call({ pull: { roster: true, certificates: false } }))
      } else if (response.rosterVersion > 0 && response.rosterVersion < own.version) {
        // with a newer one, where the seed has got it meanwhile
        await take(link, await link.call({ publish: { certificates: [], roster: own.encoded, votes: [] } }))
      }
      if (response.live != null) await levelCertificates(link, response.live)
    }
  }
}
