import { toPeerId } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, RegistryState } from '@peerwatch/link'
import type { SeedLink } from './seed-links.ts'

export interface RegisteredInit {
  /** Registers at every seed instead of ⌊n/2⌋ + 1. A seed does in any case. */
  readonly everySeed: boolean
  readonly openLinks: () => readonly SeedLink[]
}

/** At how many seeds this node is to be registered, and is. */
export interface Registered {
  readonly state: () => { readonly state: RegistryState; readonly seeds: readonly PeerIdString[] }
  readonly seeds: () => PeerIdString[]
  readonly aim: () => number
  /** Emits the state, and returns it, where it is another than the one told last. */
  readonly tell: () => RegistryState | undefined
  /** It is told again, whatever it is. */
  readonly forget: () => void
}

export function registeredAt(core: Core, { everySeed, openLinks }: RegisteredInit): Registered {
  let lastState: RegistryState | undefined

  const others = (): PeerIdString[] => core.roster.current().seeds.filter(seed => seed !== core.self)
  const aim = (): number => {
    const count = others().length
    return everySeed || core.roster.isSeed(core.self) ? count : Math.min(count, Math.floor(count / 2) + 1)
  }
  const state = (): { state: RegistryState; seeds: PeerIdString[] } => {
    // a link to one that the roster has no more lasts until another is there
    const current = others()
    const seeds = openLinks().flatMap(({ seed }) => (current.includes(seed) ? [seed] : []))
    if (seeds.length >= aim()) return { state: 'registered', seeds }
    return { state: seeds.length === 0 ? 'alone' : 'degraded', seeds }
  }
  return {
    seeds: others,
    aim,
    state,
    tell: () => {
      const now = state()
      if (now.state === lastState) return undefined
      lastState = now.state
      core.emit('registry:state', { state: now.state, seeds: now.seeds.map(toPeerId) })
      return now.state
    },
    forget: () => {
      lastState = undefined
    }
  }
}
