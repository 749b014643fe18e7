import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, suite, test } from 'node:test'
import { childrenOf, eventually, keepOnFailure, logLines, makePlace } from './support.ts'
import type { Place } from './support.ts'

let place: Place

before(async () => {
  place = await makePlace('demo')
})
afterEach(context => keepOnFailure(context, place))
after(async () => place.close())

function folders(): string[] {
  return readdirSync(place.root).filter(name => name.startsWith('peerwatch-demo-'))
}

function heard(): number {
  const logs = folders().map(name => join(place.root, name, 'logs'))
  const peers = logs.flatMap(folder =>
    readdirSync(folder)
      .filter(name => name.startsWith('peer-'))
      .map(name => join(folder, name))
  )
  return peers.flatMap(logLines).filter(({ event }) => event === 'chat:first-sight').length
}

suite('the demo as a process', () => {
  test('Ctrl+C in the middle: it ends in order, says that it failed, and leaves neither child nor data', async () => {
    const demo = place.spawn('demo', '--json', '--seed', '5')
    await eventually('peers hear each other', 50_000, () => heard() > 10)
    assert.equal(folders().length, 1)
    assert.deepEqual(childrenOf(demo.pid()), [])
    const { code, stdout, afterMs } = await demo.stop('SIGINT')
    assert.equal(code, 1)
    const result = JSON.parse(stdout) as { ok: boolean; seed: number; nodes: unknown[]; wronglyEvicted: unknown[] }
    assert.deepEqual([result.ok, result.seed, result.wronglyEvicted], [false, 5, []])
    assert.ok(result.nodes.length >= 21)
    assert.ok(afterMs < 15_000, `${afterMs} ms`)
    assert.deepEqual(readdirSync(join(place.root, folders()[0]!)), ['logs'])
  })

  test('a second Ctrl+C ends it at once', async () => {
    const demo = place.spawn('demo', '--json', '--seed', '6')
    await eventually('it has begun', 30_000, () => /preset demo/.test(demo.stderr()))
    demo.signal('SIGINT')
    // two that come together are one to the process
    await eventually('it has ended', 3_000, () => {
      demo.signal('SIGINT')
      return demo.hasEnded()
    })
    const { code, signal, stdout } = await demo.stop('SIGINT')
    assert.ok(signal === 'SIGINT' || code === 130, `${code} ${signal}`)
    assert.equal(stdout, '')
  })
})
