import { PROTOCOLS } from '@peerwatch/wire'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { observedHost } from '../support/observed-host.ts'
import type { Connection, Stream, StreamMuxer } from '@libp2p/interface'
import type { Counts } from '@peerwatch/model'

const BLOCKED_MS = 5_000

/** Blocks the loop of this process as a long computation does. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** Calls when a ping has come, before it is answered: whoever sent it waits. It may come on a stream that was kept. */
function onPing(connection: Connection, run: () => void): void {
  const { muxer } = connection as Connection & { readonly muxer: StreamMuxer }
  const watch = (stream: Stream): void => {
    const inside = stream as Stream & { onData: (data: Uint8Array) => void }
    const take = inside.onData.bind(stream)
    inside.onData = data => {
      if (stream.direction === 'inbound' && stream.protocol === PROTOCOLS.ping) run()
      take(data)
    }
  }
  for (const stream of muxer.streams) watch(stream)
  muxer.addEventListener('stream', ({ detail }) => {
    watch(detail)
  })
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
  let blocks = 0
  let isDue = false
  const blockOnce = (): void => {
    if (!isDue) return
    isDue = false
    block(BLOCKED_MS)
    blocks++
  }
  for (const { node } of hosts) {
    // each that comes: a link that libp2p ended on a slow machine comes back
    node.addEventListener('connection:open', ({ detail }) => {
      onPing(detail, blockOnce)
    })
  }
  for (const { node } of others) await first!.node.dial(node.getMultiaddrs())
  await until(() => hosts.every(({ neighbours }) => neighbours.list().every(({ lastAnswerMs }) => lastAnswerMs != null)), 'each has answered')
  for (let due = 1; due <= 3; due++) {
    isDue = true
    await until(() => blocks === due, 'a ping')
    const before = windows
    await until(() => windows >= before + 3 * hosts.length, 'three windows')
  }
  assert.ok(hosts.every(({ core }) => core.health.lostMs() >= 3 * (BLOCKED_MS - 200)))
  assert.deepEqual([misses, blamed, alarms], [[], [], []])
  assert.deepEqual(
    hosts.flatMap(({ registry }) => registry.dead),
    []
  )
  assert.ok(hosts.every(({ neighbours }) => neighbours.list().every(({ state }) => state === 'connected')))
})
