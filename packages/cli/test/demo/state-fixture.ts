import type { PeerFate, RunResult } from '@peerwatch/attacks/play'
import type { DemoEvent, DemoPeer, DemoState } from '../../src/demo/state.ts'
import type { PeerIdString } from '@peerwatch/model'

const misbehaving: Record<string, Partial<DemoPeer>> = {
  'peer-11': { behaviour: 'dies', state: 'removed', standing: undefined },
  'peer-12': { behaviour: 'corrupts', state: 'evicted', standing: 0.31 },
  'peer-13': { behaviour: 'floods', state: 'suspect', standing: 0.52 },
  'peer-14': { behaviour: 'slanders', state: 'good', standing: 0.97 },
  'peer-5': { behaviour: 'slandered', state: 'watched', standing: 0.01, isAcquitted: true }
}

/** The demo in its 24th second: every state of a peer occurs. */
export function demoState(): DemoState {
  const peers = Array.from({ length: 16 }, (_, index): DemoPeer => {
    const name = `peer-${index + 1}`
    return {
      name,
      role: 'peer',
      behaviour: 'honest',
      standing: index === 0 ? undefined : 1 - index / 200,
      state: index === 0 ? 'unknown' : 'good',
      isAcquitted: false,
      ...misbehaving[name]
    }
  })
  const watchers = ['1-1', '1-2', '2-1', '2-2', '3-1', '3-2'].map(
    (number): DemoPeer => ({
      name: `watcher-${number}`,
      role: 'watcher',
      behaviour: 'honest',
      standing: 0.98,
      state: number === '3-2' ? 'watched' : 'good',
      isAcquitted: false
    })
  )
  const events = Array.from(
    { length: 40 },
    (_, index): DemoEvent => ({
      atMs: index * 600,
      node: `trusted-${(index % 3) + 1}`,
      tone: 'quiet',
      text: `event ${index} about peer-12, integrity: failed (4 altered copies of 2 authors, 5 of 5 controls passed in the same windows)`
    })
  )
  return {
    elapsedMs: 24_321,
    phase: 'playing',
    doing: 'the misdeeds have begun',
    seed: 42,
    windowMs: 2_000,
    plots: [
      { misdeed: 'peer-11 dies without a word', outcome: '2 seeds test it and take it off the registry', afterMs: 6_240 },
      { misdeed: 'peer-12 alters the messages it passes on', outcome: '2 of 3 trusted nodes sign its eviction', afterMs: 12_300 },
      { misdeed: 'peer-13 floods its neighbours with pings', outcome: '2 of 3 trusted nodes sign its eviction', afterMs: undefined },
      { misdeed: 'peer-14, peer-15 and peer-16 slander peer-5', outcome: 'peer-5 is examined and acquitted', afterMs: undefined }
    ],
    trusted: [
      { name: 'trusted-1', parent: 'trusted-2', range: { from: '0000000000000000', to: '5555555555555555' }, reportsPerSecond: 12.34 },
      { name: 'trusted-2', range: { from: '5555555555555555', to: 'aaaaaaaaaaaaaaaa' }, reportsPerSecond: 20 },
      { name: 'trusted-3', parent: 'trusted-2', reportsPerSecond: 0 }
    ],
    peers: [...peers, ...watchers],
    events,
    counts: { messages: 1234, reports: 567, cases: 3, removed: 1, evicted: 1 }
  }
}

function id(name: string): PeerIdString {
  return `12D3KooW${name}` as PeerIdString
}

export function fate(name: string, behaviour: string, found: PeerFate['found'], afterMs?: number, expected: PeerFate['found'] = found): PeerFate {
  return { id: id(name), name, behaviour, expected, found, afterMs, afterWindows: afterMs == null ? undefined : Math.ceil(afterMs / 2_000) }
}

export function demoResult(): RunResult {
  const node = (role: RunResult['nodes'][number]['role'], name: string, behaviour = 'honest'): RunResult['nodes'][number] => ({
    id: id(name),
    name,
    role,
    behaviour
  })
  return {
    ok: true,
    end: 'shown',
    seed: 42,
    preset: 'demo',
    elapsedMs: 31_400,
    misdeedsAtMs: 8_000,
    misdeedsWindow: 5,
    windows: { good: 11, late: 1 },
    nodes: [
      node('seed', 'seed-1'),
      node('seed', 'seed-2'),
      node('trusted', 'trusted-1'),
      node('trusted', 'trusted-3'),
      ...Array.from({ length: 10 }, (_, index) => node('peer', `peer-${index + 1}`, index === 4 ? 'slandered' : 'honest')),
      node('peer', 'peer-11', 'dies'),
      node('peer', 'peer-12', 'corrupts'),
      ...['peer-14', 'peer-15', 'peer-16'].map(name => node('peer', name, 'slanders'))
    ],
    removed: [{ id: id('peer-11'), behaviour: 'dies', afterMs: 14_200, seeds: [id('seed-1'), id('seed-2')] }],
    evictions: [
      {
        id: id('peer-12'),
        behaviour: 'corrupts',
        dimension: 'integrity',
        reason: '3 altered copies of 2 authors',
        afterWindows: 6,
        afterMs: 12_345,
        reporterGroups: [],
        accusedBy: ['peer-1', 'peer-2', 'peer-3', 'peer-4'].map(id),
        findings: [
          { by: id('trusted-1'), outcome: 'failed' },
          { by: id('trusted-3'), outcome: 'failed' }
        ],
        signers: [id('trusted-1'), id('trusted-3')]
      }
    ],
    acquitted: [{ id: id('peer-5'), behaviour: 'slandered' }],
    wronglyEvicted: [],
    missed: [],
    fates: [
      fate('peer-1', 'honest', 'unharmed'),
      fate('peer-5', 'slandered', 'acquitted', 15_000),
      fate('peer-11', 'dies', 'removed', 14_200),
      fate('peer-12', 'corrupts', 'evicted', 12_345),
      fate('peer-14', 'slanders', 'unharmed')
    ]
  }
}
