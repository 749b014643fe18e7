import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, suite, test } from 'node:test'
import { childrenOf, logLines } from './processes.ts'
import { eventually, keepOnFailure, makePlace } from './support.ts'
import type { CastNode, RunResult } from '@peerwatch/attacks/play'
import type { Place } from './support.ts'

const COMMANDS_PAGE = new URL('../../docs/commands.md', import.meta.url)
/** It promises three minutes; the rest is for loading and stopping. */
const OVER_WITHIN_MS = 240_000
const LIMIT_MS = 181_000
/** ⌊3/2⌋ + 1 of the three trusted nodes. */
const QUORUM = 2

let place: Place

/** Keys of an object, each with what is below it; in an array, of each entry. */
type Shape = { readonly [key: string]: Shape } | readonly Shape[] | null

/** What docs/commands.md says that `--json` puts on stdout: `{ ok, removed: [{ id, … }] }`. */
function documentedShape(): Shape {
  const [, shown] = /^`(\{ ok, end, seed, [^`]*\})`/m.exec(readFileSync(COMMANDS_PAGE, 'utf8')) ?? []
  assert.ok(shown != null, 'docs/commands.md shows no result of the demo')
  return JSON.parse(shown.replaceAll(/\w+(?=:)/g, '"$&"').replaceAll(/\w+(?=,| \})/g, '"$&": null')) as Shape
}

/** Of whom nothing befell it has no time. */
const LEFT_OUT = ['afterWindows', 'afterMs']

/** What is documented and what is there have the same keys; a list may be empty. */
function assertShape(found: unknown, shape: Shape, where: string): void {
  if (shape == null) return
  assert.ok(typeof found === 'object' && found != null, `${where} is ${JSON.stringify(found)}`)
  if (isList(shape)) {
    assert.ok(Array.isArray(found), where)
    for (const [index, entry] of found.entries()) assertShape(entry, shape[0]!, `${where}[${index}]`)
    return
  }
  const isUnharmed = 'found' in found && found.found === 'unharmed'
  const expected = Object.keys(shape).filter(key => !isUnharmed || !LEFT_OUT.includes(key))
  assert.deepEqual(Object.keys(found).toSorted(), expected.toSorted(), where)
  for (const [key, below] of Object.entries(shape)) assertShape((found as Record<string, unknown>)[key], below, `${where}.${key}`)
}

function isList(shape: object): shape is readonly Shape[] {
  return Array.isArray(shape)
}

before(async () => {
  place = await makePlace('demo')
})
afterEach(context => keepOnFailure(context, place))
after(async () => place.close())

function folders(): string[] {
  return readdirSync(place.root).filter(name => name.startsWith('peerwatch-demo-'))
}

/** How many messages peers of this run have got. */
function heardIn(folder: string): number {
  const logs = join(place.root, folder, 'logs')
  const peers = readdirSync(logs).filter(name => name.startsWith('peer-'))
  return peers.flatMap(name => logLines(join(logs, name))).filter(({ event }) => event === 'chat:first-sight').length
}

suite('the demo as a process', () => {
  test('runs to its end: one object as documented, who died is removed, who corrupts or floods is evicted, nobody else is', async t => {
    const demo = place.spawn('demo', '--json', '--seed', '4')
    await eventually('it is over', OVER_WITHIN_MS, demo.hasEnded)
    const { code, stdout, stderr } = await demo.ended()
    const result = JSON.parse(stdout) as RunResult
    assert.deepEqual([result.missed, result.wronglyEvicted, code], [[], [], 0], stderr.slice(-2_000))
    assert.match(stderr, /^Peerwatch demo: .*, run 4\n/)
    assert.match(stderr, /\nLogs, one file per host: .*\/peerwatch-demo-\w+\/logs\n$/)
    assertShape(result, documentedShape(), 'result')
    const { ok, seed, elapsedMs, nodes, removed, evictions } = result
    t.diagnostic(`${elapsedMs} ms; ${evictions.map(({ behaviour, reason }) => `${behaviour}: ${reason}`).join('; ')}`)
    assert.deepEqual([ok, seed], [true, 4])
    assert.ok(result.misdeedsAtMs! < elapsedMs && elapsedMs < LIMIT_MS, `${elapsedMs} ms`)
    assert.equal(result.end, 'shown')

    const thoseWho = (is: (node: CastNode) => boolean): string[] => nodes.filter(is).map(({ id }) => id)
    const doing = (behaviour: string): string[] => thoseWho(node => node.behaviour === behaviour)
    assert.deepEqual(Object.fromEntries(['dies', 'corrupts', 'floods', 'slanders', 'slandered'].map(name => [name, doing(name).length])), {
      dies: 1,
      corrupts: 1,
      floods: 1,
      slanders: 3,
      slandered: 1
    })
    assert.deepEqual(
      removed.map(({ id, behaviour, seeds }) => ({ id, behaviour, seeds: seeds.toSorted() })),
      [{ id: doing('dies')[0], behaviour: 'dies', seeds: thoseWho(({ role }) => role === 'seed').toSorted() }]
    )
    assert.deepEqual(evictions.map(({ id, behaviour, dimension }) => `${behaviour} ${dimension} ${id}`).toSorted(), [
      `corrupts integrity ${doing('corrupts')[0]}`,
      `floods resource ${doing('floods')[0]}`
    ])
    const trusted = thoseWho(({ role }) => role === 'trusted')
    for (const { behaviour, signers, findings, afterMs, afterWindows } of evictions) {
      assert.equal(new Set(signers.filter(signer => trusted.includes(signer))).size, signers.length, behaviour)
      assert.ok(signers.length >= QUORUM, `${behaviour}: ${signers.length} signers`)
      const failed = new Set(findings.filter(({ outcome }) => outcome === 'failed').map(({ by }) => by))
      assert.ok(failed.size >= QUORUM && [...failed].every(by => trusted.includes(by)), `${behaviour}: found by ${[...failed].join(', ')}`)
      assert.ok(afterMs > 0 && afterMs < elapsedMs && afterWindows > 0)
    }
  })

  test('Ctrl+C in the middle: it ends in order, says that it failed, and leaves neither child nor data', async () => {
    const earlier = new Set(folders())
    const demo = place.spawn('demo', '--json', '--seed', '5')
    const folder = await eventually('its folder', 30_000, () => folders().find(name => !earlier.has(name)))
    await eventually('the misdeeds have begun', 120_000, () => demo.stderr().includes('the misdeeds have begun'))
    await eventually('peers hear each other', 120_000, () => existsSync(join(place.root, folder, 'logs')) && heardIn(folder) > 10)
    assert.equal(folders().length, earlier.size + 1)
    assert.deepEqual(childrenOf(demo.pid()), [])
    const { code, stdout } = await demo.stop('SIGINT')
    assert.equal(code, 1)
    const result = JSON.parse(stdout) as { ok: boolean; seed: number; nodes: unknown[]; wronglyEvicted: unknown[] }
    assert.deepEqual([result.ok, result.seed, result.wronglyEvicted], [false, 5, []])
    assert.ok(result.nodes.length >= 21)
    assert.deepEqual(readdirSync(join(place.root, folder)), ['logs'])
  })

  test('a second Ctrl+C ends it at once', async () => {
    const demo = place.spawn('demo', '--json', '--seed', '6')
    await eventually('it has begun', 30_000, () => /starting hosts/.test(demo.stderr()))
    demo.signal('SIGINT')
    // two that come together are one to the process
    await eventually('it has ended', 20_000, () => {
      demo.signal('SIGINT')
      return demo.hasEnded()
    })
    const { code, signal, stdout } = await demo.stop('SIGINT')
    assert.ok(signal === 'SIGINT' || code === 130, `${code} ${signal}`)
    assert.equal(stdout, '')
  })
})
