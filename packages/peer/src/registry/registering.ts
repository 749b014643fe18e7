import { PROTOCOLS, REGISTRY_STATUS } from '@peerwatch/wire'
import { ServicesError, toPeerId } from '@peerwatch/link'
import { keyClaims } from './key-claims.ts'
import { readPeerRecord } from './peer-record.ts'
import { stamps } from './stamps.ts'
import type { CallOff, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { RegistryResponse } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { OwnRecord } from './own-record.ts'
import type { SeedLink } from './seed-links.ts'

export interface RegistrationInit {
  readonly own: OwnRecord
  readonly isRunning: () => boolean
  readonly seeds: () => readonly PeerIdString[]
  /** After so long without a sign of it nobody else uses this node's key any more. */
  readonly contestedForMs: number
  readonly onRegistered: (link: SeedLink, response: RegistryResponse) => void
}

/** Registers at seeds and renews that while the link is open. */
export interface Registration {
  /** Rejects where the seed refuses. */
  readonly register: (link: SeedLink) => Promise<void>
  /** Now; a failure closes the link, and another seed is tried. */
  readonly renew: (link: SeedLink) => void
  readonly forget: (link: SeedLink) => void
  /** The newest stamp that holds for this window, or the newest of all. */
  readonly stamp: (window?: WindowNumber) => Uint8Array | undefined
  /** Another node uses this node's key, and takes its links. */
  readonly isContested: () => boolean
  readonly stop: () => void
}

function nameOf(status: number): string {
  return Object.entries(REGISTRY_STATUS).find(([, number]) => number === status)?.[0] ?? `status ${status}`
}

export function registration(core: Core, init: RegistrationInit): Registration {
  const renewals = new Map<SeedLink, CallOff>()
  const claims = keyClaims()
  const stamped = stamps(core)
  let contestedUntilMs = -Infinity

  const isContested = (): boolean => core.clock.monotonicMs() < contestedUntilMs
  const contest = (seed: PeerIdString, seq: number): void => {
    if (!isContested()) {
      const message = `another node uses this node's key: seed ${seed} has a record that is signed with it, number ${seq}, which this node never signed (a copied data folder, container or machine?); each takes the registration of the other: stop one, or give it a key of its own`
      core.emit('alarm', { code: 'key-used-twice', message })
    }
    contestedUntilMs = core.clock.monotonicMs() + init.contestedForMs
  }
  /** Above what the seed has of this node. Throws where that is not signed with this node's key. */
  const outdate = async (link: SeedLink, { peers: [held] }: RegistryResponse): Promise<void> => {
    init.own.outdate()
    if (held == null) return
    try {
      const { peer, seq, isSigned } = readPeerRecord(held.record)
      if (peer !== core.self || !(await isSigned())) throw new ServicesError('bad-signature', `a record that ${link.seed} has not from this node`)
      if (init.own.outdate(seq) && claims.shown(init.seeds())) contest(link.seed, seq)
    } catch (error) {
      core.emit('peer:fault', { peer: toPeerId(link.seed), protocol: PROTOCOLS.registry, what: 'bad-record' })
      throw error
    }
  }
  const ask = async (link: SeedLink): Promise<RegistryResponse> => {
    core.budgets.spend('registrations')
    return link.call({ register: { record: await init.own.current(), watch: true } })
  }
  const register = async (link: SeedLink): Promise<void> => {
    let response = await ask(link)
    if (response.status === REGISTRY_STATUS.staleRecord) {
      await outdate(link, response)
      response = await ask(link)
    }
    if (response.status !== REGISTRY_STATUS.done)
      throw new ServicesError('refused', `it refused to register this node: ${nameOf(response.status)}: ${response.reason}`)
    // of one that the roster has no more it is worth nothing: the link lasts until another seed is there
    if (init.seeds().includes(link.seed)) await stamped.keep(link.seed, response.stamp)
    claims.accepted(link.seed)
    renewLater(link, response.renewEveryMs)
    init.onRegistered(link, response)
  }
  const renewLater = (link: SeedLink, everyMs: number): void => {
    const { windowMs } = core.windows
    const pauseMs = Math.min(Math.max(everyMs, windowMs / 4), windowMs * 4) * (0.8 + core.rng() * 0.2)
    renewals.get(link)?.()
    if (!init.isRunning() || !link.isOpen()) return
    renewals.set(
      link,
      core.clock.after(pauseMs, () => {
        renew(link)
      })
    )
  }
  const renew = (link: SeedLink): void => {
    register(link).catch(async (error: unknown) => {
      core.log('renewal at %s failed: %e', link.seed, error)
      // to end the link would send more
      if (error instanceof ServicesError && error.code === 'busy') renewLater(link, core.windows.windowMs)
      else await link.close()
    })
  }
  return {
    register,
    renew,
    forget: link => {
      renewals.get(link)?.()
      renewals.delete(link)
    },
    stamp: stamped.find,
    isContested,
    stop: () => {
      for (const callOff of renewals.values()) callOff()
      renewals.clear()
    }
  }
}
