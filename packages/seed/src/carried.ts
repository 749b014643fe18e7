import { LIMITS, REGISTRY_STATUS } from '@peerwatch/wire'
import type { PeerIdString } from '@peerwatch/model'
import type { RegistryRequest } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { PeerStream, RegistryAnswer } from './peer-streams.ts'

export interface CarriedInit {
  readonly takeVote: (from: PeerIdString, vote: Uint8Array) => Promise<void>
  readonly tellWatching: (push: RegistryAnswer, except?: PeerIdString) => void
  readonly fault: (peer: PeerIdString, what: string) => void
}

/** The roster, certificates and votes. They carry their own signatures, so a seed checks them and hands them on. */
export interface Carried {
  readonly pull: (stream: PeerStream, wanted: NonNullable<RegistryRequest['pull']>) => RegistryAnswer
  readonly publish: (stream: PeerStream, published: NonNullable<RegistryRequest['publish']>) => Promise<RegistryAnswer>
}

/** The most frames of certificates that answer one pull: 2,000 evictions. */
const CERTIFICATE_FRAMES_MOST = 20

export function carried(core: Core, init: CarriedInit): Carried {
  const { takeVote, tellWatching, fault } = init

  const pull: Carried['pull'] = (stream, wanted) => {
    const encoded = wanted.certificates ? core.certificates.encoded() : []
    const frames = Array.from({ length: Math.ceil(encoded.length / LIMITS.certificates) }, (_, at) =>
      encoded.slice(at * LIMITS.certificates, (at + 1) * LIMITS.certificates)
    )
    for (const certificates of frames.slice(1, CERTIFICATE_FRAMES_MOST)) stream.push({ certificates })
    return { ...(wanted.roster && { roster: core.roster.current().encoded }), certificates: frames[0] ?? [] }
  }
  const publish: Carried['publish'] = async (stream, published) => {
    const fresh: Uint8Array[] = []
    for (const certificate of published.certificates) if ((await core.certificates.accept(certificate)) === 'new') fresh.push(certificate)
    if (fresh.length > 0) tellWatching({ certificates: fresh }, stream.peer)
    for (const vote of published.votes) await takeVote(stream.peer, vote)
    if (published.roster.byteLength === 0) return {}
    try {
      const taken = await core.roster.accept(published.roster)
      return taken === 'older' ? { roster: core.roster.current().encoded } : {}
    } catch (error) {
      core.log('roster from %s refused: %e', stream.peer, error)
      fault(stream.peer, 'bad-roster')
      return { status: REGISTRY_STATUS.badRoster, reason: `the roster here has version ${core.roster.current().version}` }
    }
  }
  return { pull, publish }
}
