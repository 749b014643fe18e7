/** What deploy/ says to Prometheus and Grafana, held against promtool and against what a node answers. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, suite, test } from 'node:test'
import { createTestnet } from '@peerwatch/node/testnet'
import { COUNTERS, GAUGES } from '../../packages/node/src/http/metrics-table.ts'
import { board } from '../../scripts/generate-board.ts'

interface Board {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[]
}

/** Words of PromQL that stand where a metric's name could. */
const WORDS = new Set('sum avg min max count topk by on without bool or and unless offset rate increase scalar absent min_over_time'.split(' '))
/** Made by Prometheus itself. */
const SCRAPE = ['up']

/** Runs promtool; it comes with Debian's package `prometheus`, which is installed where it is missing and may be. */
function promtool(args: readonly string[], input?: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', ...(input != null && { input }) })
  return { status, output: `${stdout}${stderr}` }
}

function havePromtool(): void {
  if (spawnSync('promtool', ['--version']).error == null) return
  try {
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'prometheus'], { stdio: ['ignore', 'ignore', 'inherit'] })
  } catch (error) {
    throw new Error('promtool is needed: install the package `prometheus`, or run this as root after `apt-get update`', { cause: error })
  }
}

/** Names of metrics in an expression: what is left without strings, label lists, ranges and words of the language. */
function metricsOf(expr: string): string[] {
  const bare = expr
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\boffset \w+/g, '')
    .replaceAll(/\b(by|on|without)\s*\([^)]*\)/g, '')
  return [...bare.matchAll(/[a-zA-Z_:][\w:]*/g)].map(([name]) => name).filter(name => !WORDS.has(name) && !/^\d/.test(name))
}

suite('deploy/', { timeout: 120_000 }, () => {
  let scraped = ''
  before(async () => {
    havePromtool()
    const init = { chat: { everyMs: 500 } }
    const testnet = await createTestnet({
      seeds: 1,
      trusted: 1,
      watchers: 0,
      peers: 2,
      nodeInit: name => (name === 'peer-1' ? { ...init, http: {}, libp2pMetrics: true, log: false } : init)
    })
    try {
      const { core } = testnet.peers[0]!.libp2p.services.peerwatch.assembly
      await new Promise<void>(resolve => {
        core.events.addEventListener('report:acknowledged', () => resolve(), { once: true })
      })
      const { address } = JSON.parse(readFileSync(`${testnet.directory}/peer-1/api.json`, 'utf8')) as { address: string }
      scraped = await (await fetch(`${address}/metrics`)).text()
    } finally {
      await testnet.stop()
    }
  })

  test('prometheus.yml and alerts.yml are what Prometheus takes', () => {
    const { status, output } = promtool(['check', 'config', 'deploy/prometheus.yml'])
    assert.equal(status, 0, output)
    assert.match(output, /SUCCESS: \d+ rules found/)
  })

  test('alerts fire when they should, and only then', () => {
    const { status, output } = promtool(['test', 'rules', 'deploy/alerts.test.yml'])
    assert.equal(status, 0, output)
  })

  test("metrics of ours are named after Prometheus' conventions", t => {
    const { output } = promtool(['check', 'metrics'], scraped)
    const complaints = output.split('\n').filter(line => line !== '')
    assert.deepEqual(
      complaints.filter(line => line.startsWith('peerwatch_')),
      []
    )
    t.diagnostic(`metrics of others that promtool would name otherwise: ${complaints.length}`)
  })

  test('no series names a peer, and no metric of ours has more than 33', () => {
    assert.doesNotMatch(scraped, /12D3Koo/)
    const series = new Map<string, number>()
    for (const [, name = ''] of scraped.matchAll(/^(peerwatch_\w+)/gm)) series.set(name, (series.get(name) ?? 0) + 1)
    assert.ok(series.size > 10, 'a node has metrics of ours')
    for (const [name, count] of series) assert.ok(count <= 33, `${name}: ${count}`)
  })

  test('alerts and board name only metrics that a node has', () => {
    const ours = [...Object.keys(COUNTERS), ...Object.keys(GAUGES)]
    const others = [...scraped.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name)
    const known = new Set([...ours, ...others, ...SCRAPE])
    const alerts = [...readFileSync('deploy/alerts.yml', 'utf8').matchAll(/^\s+expr: (.+)$/gm)].map(([, expr = '']) => expr)
    const panels = (JSON.parse(readFileSync('deploy/grafana/peerwatch.json', 'utf8')) as Board).panels
    const shown = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    assert.ok(alerts.length > 10 && shown.length > 25, 'nothing was read')
    for (const expr of [...alerts, ...shown]) {
      const names = metricsOf(expr)
      assert.ok(names.length > 0, expr)
      for (const name of names) assert.ok(known.has(name), `${name} in ${expr}`)
    }
    const used = new Set(shown.flatMap(metricsOf))
    assert.deepEqual(
      ours.filter(name => !used.has(name)),
      [],
      'the board shows all that we count'
    )
  })

  test("the board's expressions are PromQL", () => {
    const panels = (JSON.parse(readFileSync('deploy/grafana/peerwatch.json', 'utf8')) as Board).panels
    const rules = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m')))
    const file = JSON.stringify({ groups: [{ name: 'board', rules: rules.map((expr, index) => ({ record: `board:row${index}`, expr })) }] })
    const folder = mkdtempSync(join(tmpdir(), 'peerwatch-board-'))
    writeFileSync(join(folder, 'board.json'), file)
    const { status, output } = promtool(['check', 'rules', '--lint=none', join(folder, 'board.json')])
    rmSync(folder, { recursive: true })
    assert.equal(status, 0, output)
  })

  test('the board is the one that scripts/generate-board.ts makes', () => {
    assert.deepEqual(JSON.parse(readFileSync('deploy/grafana/peerwatch.json', 'utf8')), board(), 'node scripts/generate-board.ts makes it anew')
  })
})
