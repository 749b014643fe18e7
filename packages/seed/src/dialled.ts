import { groupOf, toPeerId } from '@peerwatch/link'
import { changeOf } from '@peerwatch/peer/parts'
import { dialBacks } from './dial-backs.ts'
import { listedGuest } from './peer-lists.ts'
import { probe } from './probe.ts'
import { removals } from './removals.ts'
import { returningGuests } from './returning-guests.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { RegistryClient } from '@peerwatch/peer/parts'
import type { Testable } from './death-tests.ts'
import type { DialBacks } from './dial-backs.ts'
import type { Guests } from './guests.ts'
import type { RegistryServerOptions } from './options.ts'
import type { Probe } from './probe.ts'
import type { Registrations } from './registrations.ts'
import type { Removals } from './removals.ts'
import type { ReturningGuests } from './returning-guests.ts'
import type { SeedFeeds } from './seed-feeds.ts'

export interface DialledInit {
  readonly options: RegistryServerOptions
  readonly client: Pick<RegistryClient, 'learn'>
  readonly registered: Pick<Registrations, 'registrants' | 'reached'>
  readonly invited: Guests
  readonly feeds: Pick<SeedFeeds, 'tell' | 'tellRegistered'>
}

/** What a seed finds out by dialling: which peers are dead, which can be reached, and which guests are back. */
export interface Dialled {
  readonly prober: Probe
  readonly removing: Removals
  readonly dialling: DialBacks
  readonly returning: ReturningGuests
  readonly stop: () => void
}

/**
 * The group of a reporter. For another seed this is its own name. For a peer that a full registry has turned away, it is the group of its link, so that
 * names of one network are one voice there too.
 */
function groupOfLink(core: Core, by: PeerIdString): string {
  const [link] = core.roster.isSeed(by) ? [] : core.components.connectionManager.getConnections(toPeerId(by))
  return link == null ? by : groupOf(link.remoteAddr, core.roster.current().scope, by)
}

export function dialled(core: Core, { options, client, registered, invited, feeds }: DialledInit): Dialled {
  const { registrants } = registered
  const prober = probe(core)
  const testable = (peer: PeerIdString): Testable | undefined => {
    const guest = invited.get(peer)
    if (registrants.get(peer) != null || guest == null) return registrants.get(peer)
    return { addresses: guest.addresses, seq: guest.expiresAtMs, reach: 'untried', registeredAtMs: undefined }
  }
  const removing = removals(core, {
    probe: prober,
    mostTests: options.mostDeathTests,
    registrant: testable,
    groupOf: by => registrants.get(by)?.group ?? groupOfLink(core, by),
    tellSeeds: feeds.tell,
    onRemoval: client.learn
  })
  const dialling = dialBacks(core, {
    probe: prober,
    options,
    onResult: (peer, seq, reached) => {
      registered.reached(peer, seq, reached)
      feeds.tellRegistered(peer)
    },
    // the registration itself is told of after that
    onKnown: (peer, seq) => {
      registered.reached(peer, seq, true)
    }
  })
  const returning = returningGuests(core, {
    guests: invited,
    probe: prober,
    timeoutMs: options.dialBackTimeoutMs,
    onReturn: guest => {
      feeds.tell(changeOf({ registered: listedGuest(guest) }))
    }
  })
  return {
    prober,
    removing,
    dialling,
    returning,
    stop: () => {
      removing.stop()
      dialling.stop()
      returning.stop()
    }
  }
}
