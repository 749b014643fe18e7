import { REGISTRY_STATUS } from '@peerwatch/wire'
import { peekSigned, toPeerId } from '@peerwatch/link'
import { changeOf } from '@peerwatch/peer/parts'
import { listedPeer } from './peer-lists.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { RegistryRequest } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { RegistryClient } from '@peerwatch/peer/parts'
import type { Carried } from './carried.ts'
import type { DialBacks } from './dial-backs.ts'
import type { PeerLists } from './peer-lists.ts'
import type { PeerStream, RegistryAnswer } from './peer-streams.ts'
import type { Registrations } from './registrations.ts'
import type { Removals } from './removals.ts'
import type { SeedFeeds } from './seed-feeds.ts'

export interface RegistryAnswersInit {
  readonly client: Pick<RegistryClient, 'learn'>
  readonly registered: Pick<Registrations, 'register' | 'registrants'>
  readonly removing: Pick<Removals, 'heard' | 'reported'>
  readonly dialling: Pick<DialBacks, 'consider'>
  readonly feeds: Pick<SeedFeeds, 'isDue' | 'tellRegistered' | 'add'>
  readonly lists: PeerLists
  readonly carrying: Carried
  /** Whether the peer has no newer stream. */
  readonly isCurrent: (stream: PeerStream) => boolean
  /** Called when the peer has registered. */
  readonly onBack: (peer: PeerIdString) => void
  readonly fault: (peer: PeerIdString, what: string) => void
}

/** Answers each request of a peer. */
export function registryAnswers(core: Core, init: RegistryAnswersInit): (stream: PeerStream, request: RegistryRequest) => Promise<RegistryAnswer> {
  const { client, registered, removing, dialling, feeds, lists, carrying, isCurrent, onBack, fault } = init

  const networkNow = (): RegistryAnswer => {
    const { window, offsetMs } = core.windows.now()
    const { count, hash } = core.certificates.liveSet()
    return {
      window,
      windowOffsetMs: Math.floor(offsetMs),
      renewEveryMs: core.windows.windowMs,
      live: { count, hash },
      rosterVersion: core.roster.current().version,
      registered: registered.registrants.count()
    }
  }
  const register = async (stream: PeerStream, { record, watch }: NonNullable<RegistryRequest['register']>): Promise<RegistryAnswer> => {
    const result = await registered.register(stream.peer, stream.remote, record)
    if (result.status !== REGISTRY_STATUS.done) {
      // the peer's own record, so that it learns what number to sign, and that another may use its key
      return { status: result.status, reason: result.reason, ...(result.held != null && { peers: [listedPeer(result.held)] }) }
    }
    const { registrant, isNew, isChanged } = result
    stream.registeredAtMs = registrant.registeredAtMs
    stream.watches = watch
    removing.heard(registrant.peer)
    onBack(registrant.peer)
    dialling.consider(registrant)
    if (isChanged || feeds.isDue(registrant.peer)) feeds.tellRegistered(registrant.peer)
    if (isNew) core.log('%s registered in group %s', registrant.peer, registrant.group)
    core.emit('peer:registered', { peer: toPeerId(registrant.peer), group: registrant.group, isNew })
    if (watch && core.roster.isSeed(registrant.peer) && isCurrent(stream)) feeds.add(stream)
    return { ...networkNow(), stamp: registrant.stamp, unreachable: registrant.reach === 'unreachable' }
  }
  const goodbye = async (stream: PeerStream, encoded: Uint8Array): Promise<RegistryAnswer> => {
    try {
      if (peekSigned(encoded).signer !== stream.peer) throw new Error(`a goodbye in the name of another than ${stream.peer}`)
      await client.learn(changeOf({ goodbye: encoded }))
      return {}
    } catch (error) {
      core.log('goodbye of %s refused: %e', stream.peer, error)
      fault(stream.peer, 'bad-goodbye')
      return { status: REGISTRY_STATUS.badSignature, reason: 'this goodbye is not yours' }
    }
  }
  return async (stream, request) => {
    if (request.register != null) return register(stream, request.register)
    if (stream.registeredAtMs == null) return { status: REGISTRY_STATUS.notRegistered, reason: 'register on this stream first' }
    try {
      if (request.goodbye.byteLength > 0) return await goodbye(stream, request.goodbye)
      if (request.list != null) return { peers: lists.list(stream.peer, request.list.most) }
      if (request.find != null) return { peers: await lists.find(request.find.peers) }
      if (request.pull != null) return carrying.pull(stream, request.pull)
      if (request.publish != null) return await carrying.publish(stream, request.publish)
      if (request.dead.length > 0) removing.reported(stream.peer, request.dead)
      return {}
    } catch (error) {
      core.log('request of %s refused: %e', stream.peer, error)
      fault(stream.peer, 'malformed')
      return { status: REGISTRY_STATUS.malformed, reason: 'this cannot be read' }
    }
  }
}
