import { recorder } from '../../src/demo/recorder.ts'
import type { PeerId } from '@libp2p/interface'
import type { EvictableDimension } from '@peerwatch/model'
import type { PeerwatchNode, Testnet } from '@peerwatch/node/testnet'
import type { PeerwatchEvents } from '@peerwatch/services'
import type { Role } from '../../src/demo/cast.ts'
import type { RunFacts } from '../../src/demo/judge-run.ts'

/** A node as the demo asks it: whom it refuses, and what it tells. */
interface Actor {
  readonly node: PeerwatchNode
  readonly refused: Set<string>
  readonly tell: <K extends keyof PeerwatchEvents>(type: K, detail: PeerwatchEvents[K]['detail']) => void
}

export interface Play {
  readonly facts: RunFacts
  readonly actor: (name: string) => Actor
  readonly everyone: () => Actor[]
  /** Both seeds take it off the registry. */
  readonly remove: (name: string) => void
}

const BEHAVIOURS = { dead: 'dies', corrupter: 'corrupts', flooder: 'floods', slanderer: 'slanders', victim: 'slandered', neighbour: 'honest' } as const
const SEEDS = ['seed-1', 'seed-2']
const TRUSTED = ['trusted-1', 'trusted-2']

export const idOf = (name: string): string => `id-${name}`
const peerIdOf = (name: string): PeerId => ({ toString: () => idOf(name) }) as PeerId

function actor(name: string, role: PeerwatchNode['role'], watchers: readonly Actor[] = []): Actor {
  const refused = new Set<string>()
  const told = new EventTarget()
  const reporters = [
    { group: 'early', accuses: ['integrity', 'resource'] },
    { group: 'late', accuses: ['integrity'] }
  ]
  const peerwatch = Object.assign(told, {
    evictions: () => [...refused].map(peer => ({ peer })),
    assembly: { tier: role === 'trusted' ? { examination: { evidenceOf: () => ({ reporters }) } } : undefined }
  })
  const node = {
    name,
    role,
    peerId: peerIdOf(name),
    watchers: () => watchers.map(each => each.node),
    onFirstSight: () => {},
    libp2p: { services: { peerwatch } }
  }
  return {
    node: node as unknown as PeerwatchNode,
    refused,
    tell: (type, detail) => {
      told.dispatchEvent(new CustomEvent(type, { detail }))
    }
  }
}

/** A run that ended after 30 s, with what a recorder heard: misdeeds from the 10th second, a removal at 14 s, evictions at 15 s. */
export function play({ removedAt = SEEDS }: { removedAt?: readonly string[] } = {}): Play {
  let nowMs = 14_000
  const record = recorder(
    () => nowMs,
    () => {}
  )
  const watcher = actor('watcher-1', 'watcher')
  const seeds = SEEDS.map(name => actor(name, 'seed'))
  const trusted = TRUSTED.map((name, index) => actor(name, 'trusted', index === 0 ? [watcher] : []))
  const peers = Object.keys(BEHAVIOURS).map(name => actor(name, 'peer'))
  const all = [...seeds, ...trusted, watcher, ...peers]
  for (const { node } of all) record.listen(node)

  const find = (name: string): Actor => all.find(({ node }) => node.name === name)!
  const remove = (name: string, at: readonly string[]): void => {
    for (const seed of at) find(seed).tell('peer:removed', { peer: peerIdOf(name), seeds: SEEDS.map(peerIdOf), window: 7 })
  }
  const convict = (name: string, dimension: EvictableDimension): void => {
    const findings = TRUSTED.map(by => ({ by: peerIdOf(by), outcome: 'failed' as const }))
    const windows = { openedWindow: 5, window: 8 }
    const said = { subject: peerIdOf(name), dimension, signers: TRUSTED.map(peerIdOf), reporterGroups: ['early'], findings, reason: 'seen by two', ...windows }
    for (const { tell } of trusted) tell('certificate:made', said)
    // the dead hears nothing, and whom all refuse hears of itself alone
    for (const each of all) if (!['dead', 'corrupter', 'flooder'].includes(each.node.name)) each.refused.add(idOf(name))
  }
  remove('dead', removedAt)
  nowMs = 15_000
  convict('corrupter', 'integrity')
  convict('flooder', 'resource')
  trusted[0]!.tell('case:closed', { subject: peerIdOf('victim'), dimension: 'integrity', outcome: 'acquitted', openedWindow: 5, window: 9 })

  const testnet = { seeds, trusted, peers }
  const roles = Object.entries(BEHAVIOURS).map(([name, behaviour]): Role => ({ name, behaviour, hook: undefined }))
  return {
    facts: {
      seed: 7,
      elapsedMs: 30_000,
      misdeedsAtMs: 10_000,
      windowMs: 2_000,
      roles,
      testnet: Object.fromEntries(Object.entries(testnet).map(([part, actors]) => [part, actors.map(({ node }) => node)])) as unknown as Testnet,
      recorder: record
    },
    actor: find,
    everyone: () => all,
    remove: name => {
      remove(name, SEEDS)
    }
  }
}
