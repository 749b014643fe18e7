import { messages } from '@peerwatch/wire'
import { ServicesError } from '../errors.ts'
import { peerIdFromBytes, toPeerId } from '../peer-ids.ts'
import { isLate } from '../reporting/hellos.ts'
import { openSigned } from '../signatures.ts'
import { REGISTRY_PROTOCOL, REGISTRY_STATUS, wireBytes } from './protocol.ts'
import type { CallOff } from '@peerwatch/model'
import type { RegistryResponse } from '@peerwatch/wire'
import type { Core } from '../core.ts'
import type { OwnRecord } from './own-record.ts'
import type { SeedLink } from './seed-links.ts'

export interface RegistrationInit {
  readonly own: OwnRecord
  /** Whether the seed's window is taken over. */
  readonly followWindows: () => boolean
  readonly isRunning: () => boolean
  readonly onRegistered: (link: SeedLink, response: RegistryResponse) => void
}

/** Registers at seeds and renews that while the link is open. */
export interface Registration {
  /** Rejects where the seed refuses. */
  readonly register: (link: SeedLink) => Promise<void>
  /** Now; a failure closes the link, and another seed is tried. */
  readonly renew: (link: SeedLink) => void
  readonly forget: (link: SeedLink) => void
  readonly stamp: () => Uint8Array | undefined
  readonly stop: () => void
}

export function registration(core: Core, init: RegistrationInit): Registration {
  const renewals = new Map<SeedLink, CallOff>()
  let stamp: Uint8Array | undefined
  let hasFollowed = false

  const keepStamp = async (link: SeedLink, encoded: Uint8Array): Promise<void> => {
    if (encoded.byteLength === 0) return
    const { signer, payload } = await openSigned('stamp', core.network.id, encoded)
    const { peer } = messages.stamp.decode(payload)
    if (signer !== link.seed || !core.roster.isSeed(signer) || peerIdFromBytes(peer) !== core.self) {
      throw new ServicesError('bad-signature', `a stamp that ${link.seed} did not sign for this node`)
    }
    stamp = encoded
  }
  const register = async (link: SeedLink): Promise<void> => {
    let askedAtMs = core.clock.monotonicMs()
    let response = await link.call({ register: { record: wireBytes(await init.own.current()), watch: true } })
    if (response.status === REGISTRY_STATUS.staleRecord) {
      init.own.outdate()
      askedAtMs = core.clock.monotonicMs()
      response = await link.call({ register: { record: wireBytes(await init.own.current()), watch: true } })
    }
    const tookMs = core.clock.monotonicMs() - askedAtMs
    if (response.status !== REGISTRY_STATUS.done) throw new ServicesError('refused', `seed ${link.seed} refused to register: ${response.reason}`)
    try {
      await keepStamp(link, response.stamp)
    } catch (error) {
      core.emit('peer:fault', { peer: toPeerId(link.seed), protocol: REGISTRY_PROTOCOL, what: 'bad-stamp' })
      throw error
    }
    if (init.followWindows()) follow(response, tookMs)
    renewLater(link, response.renewEveryMs)
    init.onRegistered(link, response)
  }
  const follow = ({ window, windowOffsetMs }: RegistryResponse, tookMs: number): void => {
    if (window === 0 || windowOffsetMs >= core.windows.windowMs || (hasFollowed && isLate(tookMs, core.windows.windowMs))) return
    hasFollowed = true
    core.windows.follow(window, windowOffsetMs)
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
      await link.close()
    })
  }
  return {
    register,
    renew,
    forget: link => {
      renewals.get(link)?.()
      renewals.delete(link)
    },
    stamp: () => stamp,
    stop: () => {
      for (const callOff of renewals.values()) callOff()
      renewals.clear()
    }
  }
}
