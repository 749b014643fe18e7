import type { Assembly } from '@peerwatch/peer'
import type { SeedAssembly } from '@peerwatch/seed'
import type { TrustedAssembly, WatcherAssembly } from '@peerwatch/tier'

/** The parts of a node of any role: what its role does not have is absent. */
export type NodeAssembly = Assembly & Partial<Pick<SeedAssembly, 'seed'> & Pick<TrustedAssembly, 'tier'> & Pick<WatcherAssembly, 'watching'>>
