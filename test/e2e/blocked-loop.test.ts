/** 27 hosts in one process, whose loop is blocked: all are late at once, and each of them sees only that the others are silent. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, suite, test } from 'node:test'
import { PRESETS } from '@peerwatch/model'
import { createTestnet } from '@peerwatch/node/testnet'
import type { PeerwatchEvents } from '../../packages/link/src/events.ts'
import type { PeerwatchNode, Testnet } from '@peerwatch/node/testnet'

const { windowMs, pingMisses } = PRESETS.demo
const PEERS = 16
const LEAST_LINKS = 7
const BLOCKED_MS = 5_000
const QUIET_WINDOWS = 3

type EventName = keyof PeerwatchEvents
/** What must not come of it. */
const HARM = [
  'neighbour:dead',
  'dead:reported',
  'peer:removed',
  'neighbour:cut',
  'peer:evicted',
  'case:opened',
  'peer:fault'
] as const satisfies readonly EventName[]

interface Told {
  readonly counts: Map<EventName, number>
  readonly alarms: string[]
}

function listen(nodes: readonly PeerwatchNode[]): Told {
  const told: Told = { counts: new Map(), alarms: [] }
  for (const { libp2p } of nodes) {
    const { peerwatch } = libp2p.services
    for (const name of [...HARM, 'neighbour:missed', 'health:changed'] as const) {
      peerwatch.addEventListener(name, () => told.counts.set(name, (told.counts.get(name) ?? 0) + 1))
    }
    peerwatch.addEventListener('alarm', ({ detail }) => told.alarms.push(detail.code))
  }
  return told
}

/** Blocks the loop of this process as a long computation does. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

async function windowEnds(node: PeerwatchNode): Promise<number> {
  const [event] = (await once(node.libp2p.services.peerwatch, 'window:closed')) as [PeerwatchEvents['window:closed']]
  return event.detail.window
}

suite('the loop of all hosts is blocked', () => {
  let testnet: Testnet
  let all: PeerwatchNode[]

  /** Windows that this process closed within half a window of their end. */
  const passGood = async (count: number): Promise<void> => {
    const [clock] = testnet.trusted
    assert.ok(clock != null)
    for (let good = 0; good < count; ) {
      const window = await windowEnds(clock)
      const { windows } = clock.libp2p.services.peerwatch.assembly.core
      const now = windows.now()
      if ((now.window - window - 1) * windowMs + now.offsetMs <= windowMs / 2) good++
    }
  }
  const isWhole = (): boolean =>
    testnet.peers.every(({ libp2p }) => {
      const { registry, neighbours } = libp2p.services.peerwatch.assembly
      return registry.state().state === 'registered' && neighbours.list().filter(({ state }) => state === 'connected').length >= LEAST_LINKS
    })

  before(async () => {
    testnet = await createTestnet({ seeds: 2, trusted: 3, watchers: 2, peers: PEERS })
    all = [...testnet.seeds, ...testnet.trusted, ...testnet.trusted.flatMap(node => node.watchers()), ...testnet.peers]
    assert.equal(all.length, 27)
    while (!isWhole()) await passGood(1)
  })
  after(async () => testnet.stop())

  test('for 5 s: nobody is called dead, tested, cut or reported, and misses are what they were before', async () => {
    const told = listen(all)
    const misses = (): number => told.counts.get('neighbour:missed') ?? 0
    await passGood(QUIET_WINDOWS)
    const healthy = misses()
    block(BLOCKED_MS)
    await passGood(QUIET_WINDOWS)
    const blocked = misses()
    await passGood(QUIET_WINDOWS)
    assert.ok(misses() - blocked <= healthy + pingMisses, `${misses() - blocked} misses, ${healthy} before`)
    assert.deepEqual(
      HARM.filter(name => told.counts.has(name)),
      []
    )
    assert.ok(blocked - healthy <= healthy + pingMisses, `${blocked - healthy} misses because of it`)
    // a machine with much other work is late for ten windows and more, and says so: that is none of what the block brings about
    assert.deepEqual(
      told.alarms.filter(code => code !== 'overloaded'),
      []
    )
    assert.ok((told.counts.get('health:changed') ?? 0) >= all.length, 'every host knows that it was late')
    assert.ok(isWhole())
  })
})
