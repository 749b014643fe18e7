import { firstHand } from './first-hand.ts'
import { keptRegistrants } from './kept-registrants.ts'
import { secondHand } from './second-hand.ts'
import type { Core } from '@peerwatch/link'
import type { Register } from './first-hand.ts'
import type { KeptRegistrants } from './kept-registrants.ts'
import type { RegistryServerOptions } from './options.ts'
import type { RegistrantStore } from './registrant-store.ts'
import type { Learn } from './second-hand.ts'

/** The registered peers, and the rules by which they come, stay and go. */
export interface Registrations extends Omit<KeptRegistrants, 'keep' | 'isDeparted'> {
  readonly register: Register
  readonly learn: Learn
}

export function registrations(core: Core, store: RegistrantStore, options: RegistryServerOptions): Registrations {
  const kept = keptRegistrants(core, store, options)
  return { ...kept, register: firstHand(core, store, kept), learn: secondHand(core, store, kept) }
}
