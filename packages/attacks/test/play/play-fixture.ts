import { recorder } from '../../src/play/recorder.ts'
import type { EvictableDimension, PeerIdString } from '@peerwatch/model'
import type { RunFacts } from '../../src/play/judge-run.ts'
import type { CastNode } from '../../src/play/result.ts'

export interface Play {
  readonly facts: RunFacts
  /** Whom each host refuses, by its name. */
  readonly refused: ReadonlyMap<string, Set<PeerIdString>>
  /** Both seeds take it off the registry. */
  readonly remove: (name: string) => void
}

const BEHAVIOURS = {
  dead: 'dies',
  corrupter: 'corrupts',
  flooder: 'floods',
  slanderer: 'slanders',
  'slanderer-2': 'slanders',
  'slanderer-3': 'slanders',
  victim: 'slandered',
  neighbour: 'honest'
} as const
const SEEDS = ['seed-1', 'seed-2']
const TRUSTED = ['trusted-1', 'trusted-2']

export const idOf = (name: string): PeerIdString => `id-${name}` as PeerIdString

function node(name: string, role: CastNode['role'], behaviour = 'honest'): CastNode {
  return { id: idOf(name), name, role, behaviour }
}

/** A run that ended after 30 s, with what a recorder heard: misdeeds from the 10th second, a removal at 14 s, evictions at 15 s. */
export function play({ removedAt = SEEDS }: { removedAt?: readonly string[] } = {}): Play {
  let nowMs = 14_000
  const nodes = [
    ...SEEDS.map(name => node(name, 'seed')),
    ...TRUSTED.map(name => node(name, 'trusted')),
    node('watcher-1', 'watcher'),
    ...Object.entries(BEHAVIOURS).map(([name, behaviour]) => node(name, 'peer', behaviour))
  ]
  const record = recorder({ elapsedMs: () => nowMs })
  const refused = new Map(nodes.map(({ name }) => [name, new Set<PeerIdString>()]))

  const remove = (name: string, at: readonly string[]): void => {
    for (const seed of at) record.hear(seed, { event: 'peer:removed', detail: { peer: idOf(name), seeds: SEEDS.map(idOf), window: 7 } })
  }
  const convict = (name: string, dimension: EvictableDimension): void => {
    const findings = TRUSTED.map(by => ({ by: idOf(by), outcome: 'failed' as const }))
    const windows = { openedWindow: 5, window: 8 }
    const detail = { subject: idOf(name), dimension, signers: TRUSTED.map(idOf), reporterGroups: ['early'], findings, reason: 'seen by two', ...windows }
    for (const by of TRUSTED) record.hear(by, { event: 'certificate:made', detail })
    // the dead hears nothing, and whom all refuse hears of itself alone
    for (const [by, whom] of refused) if (!['dead', 'corrupter', 'flooder'].includes(by)) whom.add(idOf(name))
  }
  remove('dead', removedAt)
  nowMs = 15_000
  convict('corrupter', 'integrity')
  convict('flooder', 'resource')
  record.hear('trusted-1', {
    event: 'case:closed',
    detail: { subject: idOf('victim'), dimension: 'integrity', outcome: 'acquitted', openedWindow: 5, window: 9 }
  })
  return {
    facts: {
      end: 'shown',
      seed: 7,
      preset: 'demo',
      elapsedMs: 30_000,
      misdeedsAtMs: 10_000,
      misdeedsWindow: 5,
      windowMs: 2_000,
      windows: { good: 9, late: 1 },
      nodes,
      recorder: record,
      evictedAt: name => [...(refused.get(name) ?? [])],
      accusers: [
        { peer: idOf('corrupter'), dimension: 'integrity', group: 'late' },
        { peer: idOf('corrupter'), dimension: 'integrity', group: 'early' },
        { peer: idOf('corrupter'), dimension: 'integrity', group: 'late' },
        { peer: idOf('corrupter'), dimension: 'resource', group: 'of another dimension' }
      ]
    },
    refused,
    remove: name => {
      remove(name, SEEDS)
    }
  }
}
