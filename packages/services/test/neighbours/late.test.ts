import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testNetwork, until } from '../support/core.ts'
import { observedHost } from '../support/observed-host.ts'
import type { Connection, StreamMuxer } from '@libp2p/interface'
import type { Counts } from '@peerwatch/model'

const BLOCKED_MS = 5_000

/** Blocks the loop of this process as a long computation does. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

test('H10: a loop that stood still for longer than a neighbour may be silent counts no miss, calls nobody dead and blames nobody', async t => {
  const { network } = await testNetwork()
  const hosts = [await observedHost(network), await observedHost(network), await observedHost(network), await observedHost(network)]
  const [first, ...others] = hosts
  t.after(async () => Promise.all(hosts.map(async host => host.stop())))
  const misses: number[] = []
  const alarms: string[] = []
  const blamed: Counts[] = []
  let windows = 0
  for (const { core } of hosts) {
    core.events.addEventListener('neighbour:missed', ({ detail }) => misses.push(detail.misses))
    core.events.addEventListener('alarm', ({ detail }) => alarms.push(detail.code))
    core.events.addEventListener('window:closed', ({ detail }) => {
      windows++
      blamed.push(...detail.observations.flatMap(({ counts }) => Object.values(counts)).filter(({ bad }) => bad > 0))
    })
  }
  for (const { node } of others) await first!.node.dial(node.getMultiaddrs())
  await until(() => hosts.every(({ neighbours }) => neighbours.list().every(({ lastAnswerMs }) => lastAnswerMs != null)), 'no answers')
  let blocks = 0
  let isDue = false
  for (const connection of hosts.flatMap(({ node }) => node.getConnections())) {
    const { muxer } = connection as Connection & { readonly muxer?: StreamMuxer }
    // a ping has come, and whoever sent it waits for the answer
    muxer?.addEventListener('stream', () => {
      if (!isDue) return
      isDue = false
      block(BLOCKED_MS)
      blocks++
    })
  }
  for (let due = 1; due <= 3; due++) {
    isDue = true
    await until(() => blocks === due, 'no ping')
    const before = windows
    await until(() => windows >= before + 3 * hosts.length, 'no windows')
  }
  assert.ok(hosts.every(({ core }) => core.health.lostMs() >= 3 * (BLOCKED_MS - 200)))
  assert.deepEqual([misses, blamed, alarms], [[], [], []])
  assert.deepEqual(
    hosts.flatMap(({ registry }) => registry.dead),
    []
  )
  assert.ok(hosts.every(({ neighbours }) => neighbours.list().every(({ state }) => state === 'connected')))
})
