import type { NodeRole, Role } from './role.ts'

/**
 * Every role, in the order in which people meet them. Commands, options, the checks of keys and folders, services and the order of stopping
 * are made from this table; nothing outside it compares a role's name. It loads no libp2p: `load` does.
 */
export const ROLES: Readonly<Record<NodeRole, Role>> = Object.freeze({
  seed: {
    noun: 'a seed',
    about: 'run a seed: the registry of live peers',
    member: 'seeds',
    needs: [],
    needsSeeds: false,
    talks: false,
    ownsWatchers: false,
    offers: ['guests'],
    files: { folder: 'seed-1', records: false },
    options: ['every', 'registry'],
    sparesMemory: false,
    misbehaves: false,
    stops: 3,
    load: async () => import('./seed.ts')
  },
  trusted: {
    noun: 'a trusted node',
    about: 'run a trusted node: keeps reports, examines suspects, signs evictions',
    member: 'trusted',
    needs: ['dataDir', 'pepper'],
    needsSeeds: true,
    talks: false,
    ownsWatchers: true,
    offers: ['tree', 'stored reports', 'reinstatements'],
    files: { folder: 'trusted-1', records: true },
    options: ['every', 'tier'],
    sparesMemory: false,
    misbehaves: false,
    stops: 2,
    load: async () => import('./trusted.ts')
  },
  watcher: {
    noun: 'a watcher',
    about: 'run a watcher of a trusted node as a process of its own: to all others a peer',
    member: undefined,
    needs: ['owner'],
    needsSeeds: true,
    talks: true,
    ownsWatchers: false,
    offers: [],
    files: { folder: 'watcher-1-1', records: false },
    options: ['every', 'peers'],
    sparesMemory: true,
    misbehaves: false,
    stops: 1,
    load: async () => import('./watcher.ts')
  },
  peer: {
    noun: 'a peer',
    about: 'run a peer: watches its neighbours and reports what it sees',
    member: undefined,
    needs: [],
    needsSeeds: true,
    talks: true,
    ownsWatchers: false,
    offers: [],
    files: { folder: undefined, records: false },
    options: ['every', 'peers'],
    sparesMemory: true,
    misbehaves: true,
    stops: 1, // it says goodbye to seeds, and hands its last reports to trusted nodes
    load: async () => import('./peer.ts')
  }
})
