import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@peerwatch/model/system-clock'
import { core } from '../../../test/support/besieged.ts'
import { until } from '../../../test/support/until.ts'
import { createTestnet } from '../src/testnet.ts'
import type { Clock } from '@peerwatch/model'
import type { PeerwatchNode } from '../src/testnet.ts'

const HOURS_MS = 3 * 3_600_000

/** Clocks that are wrong by what is set at the time. */
function wrongClocks(): { readonly of: (name: string) => Clock; readonly set: (offs: Readonly<Record<string, number>>) => void } {
  let offByName: Readonly<Record<string, number>> = {}
  return {
    of: name => ({ ...systemClock, nowMs: () => systemClock.nowMs() + (offByName[name] ?? 0) }),
    set: offs => {
      offByName = offs
    }
  }
}

const isRight = (node: PeerwatchNode): boolean => Math.abs(core(node).windows.nowMs() - systemClock.nowMs()) <= core(node).windows.windowMs

test('N55: with a seed and a trusted node hours ahead and behind, and while they jump, each report of an honest peer is acknowledged and none refused', async t => {
  const clocks = wrongClocks()
  clocks.set({ 'seed-1': HOURS_MS, 'trusted-1': -HOURS_MS })
  const net = await createTestnet({ seeds: 2, trusted: 3, peers: 3, watchers: 0, preset: 'demo', nodeInit: name => ({ clock: clocks.of(name) }) })
  t.after(net.stop)
  const refused: string[] = []
  const faults: string[] = []
  const stepsBack: string[] = []
  const alarms = new Map<string, string[]>()
  const acknowledged = new Map<string, number>()
  const all = [...net.seeds, ...net.trusted, ...net.peers]
  const honest = new Set(net.peers.map(node => core(node).self as string))
  for (const node of all) {
    alarms.set(node.name, [])
    const { events, windows } = core(node)
    events.addEventListener('alarm', ({ detail: { code, message } }) => alarms.get(node.name)!.push(`${code}: ${message}`))
    events.addEventListener('peer:fault', ({ detail: { peer, what } }) => {
      if (honest.has(peer.toString())) faults.push(`${node.name}: ${what}`)
    })
    events.addEventListener('report:refused', ({ detail: { reason, window } }) => refused.push(`${node.name}: ${reason} of ${window}`))
    events.addEventListener('report:acknowledged', () => acknowledged.set(node.name, (acknowledged.get(node.name) ?? 0) + 1))
    let last = windows.nowMs()
    windows.onWindow(() => {
      // a seed whose clock was never agreed with is set at once
      if (windows.nowMs() < last && node.name !== 'seed-1') stepsBack.push(node.name)
      last = windows.nowMs()
    })
  }
  const honestSeed = net.seeds[1]!
  const goOn = async (what: string): Promise<void> => {
    acknowledged.clear()
    await until(() => net.peers.every(({ name }) => (acknowledged.get(name) ?? 0) >= 6), what)
    assert.ok([honestSeed, ...net.peers].every(isRight), what)
    assert.deepEqual([refused, faults], [[], []], what)
  }
  await goOn('with a seed ahead and a trusted node behind')
  clocks.set({ 'seed-1': -HOURS_MS, 'peer-3': -HOURS_MS })
  await until(() => [...net.seeds, ...net.trusted, ...net.peers].every(isRight), 'a seed and a peer whose clocks jumped, and a trusted node that is back')
  await goOn('with a seed and a peer behind')
  clocks.set({ 'trusted-1': HOURS_MS })
  await goOn('with a trusted node ahead')
  assert.ok([...alarms.values()].flat().some(alarm => alarm.includes('clocks-differ')))
  assert.deepEqual(stepsBack, [])
  for (const { name } of net.trusted) assert.equal((alarms.get(name) ?? []).filter(alarm => alarm.includes('retention')).length, 0)
})
