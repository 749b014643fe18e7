/** What deploy/ says to Prometheus and Grafana, held against promtool and against what a node answers. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { createTestnet } from '@peerwatch/node/testnet'
import { METRICS } from '../../packages/peer/src/metrics/table.ts'
import { board } from '../../scripts/generate-board.ts'
import { until } from '../support/until.ts'
import { havePrometheus, startPrometheus } from './prometheus.ts'
import type { Testnet } from '@peerwatch/node/testnet'

interface Board {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[]
}

/** Words of PromQL that stand where a metric's name could. */
const WORDS = new Set('sum avg min max count topk by on without bool or and unless offset rate increase scalar absent min_over_time'.split(' '))
/** Counted by a label whose values nobody knows beforehand: nothing to see in a sound network. */
const UNTIL_IT_HAPPENS = new Set(['peerwatch_alarms_total', 'peerwatch_reports_refused_total', 'peerwatch_faults_total'])
/** Made by Prometheus itself. */
const SCRAPE = ['up']

function promtool(args: readonly string[], input?: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', ...(input != null && { input }) })
  return { status, output: `${stdout}${stderr}` }
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

function boardExpressions(): string[] {
  const { panels } = JSON.parse(readFileSync('deploy/grafana/peerwatch.json', 'utf8')) as Board
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
}

suite('deploy/', () => {
  let testnet: Testnet | undefined
  let scraped = ''
  before(async () => {
    havePrometheus()
    const init = { chat: { everyMs: 500 }, http: {}, log: false } as const
    testnet = await createTestnet({
      seeds: 1,
      trusted: 1,
      watchers: 1,
      peers: 2,
      // libp2p's own metrics are there once in a process
      nodeInit: name => ({ ...init, libp2pMetrics: name === 'peer-1' })
    })
    const { core } = testnet.peers[0]!.libp2p.services.peerwatch.assembly
    await new Promise<void>(resolve => {
      core.events.addEventListener('report:acknowledged', () => resolve(), { once: true })
    })
    scraped = await (await fetch(`${apiOf('peer-1')}/metrics`)).text()
  })
  after(async () => testnet?.stop())

  const apiOf = (name: string): string => (JSON.parse(readFileSync(`${testnet!.directory}/${name}/api.json`, 'utf8')) as { address: string }).address

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
    const ours = Object.keys(METRICS)
    const others = [...scraped.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name)
    const known = new Set([...ours, ...others, ...SCRAPE])
    const alerts = [...readFileSync('deploy/alerts.yml', 'utf8').matchAll(/^\s+expr: (.+)$/gm)].map(([, expr = '']) => expr)
    const shown = boardExpressions()
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
    const rules = boardExpressions().map(expr => expr.replaceAll('$__rate_interval', '1m'))
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

  test('Prometheus finds the nodes, evaluates every rule, and has data for the board', async t => {
    const names = ['seed-1', 'trusted-1', 'peer-1', 'peer-2']
    const prometheus = await startPrometheus(names.map(name => ({ name, port: Number(new URL(apiOf(name)).port) })))
    t.after(prometheus.stop)
    await until(async () => {
      const targets = await prometheus.targets()
      return targets.length === names.length && targets.every(({ health }) => health === 'up')
    }, 'all targets are up')
    const labels = (await prometheus.targets()).map(({ labels: { job, node, role } }) => ({ job, node, role }))
    assert.deepEqual(
      labels.toSorted((a, b) => names.indexOf(a.node ?? '') - names.indexOf(b.node ?? '')),
      names.map(node => ({ job: 'peerwatch', node, role: node.replace(/-\d$/, '') }))
    )
    await until(async () => (await prometheus.rules()).every(({ health }) => health !== 'unknown'), 'all rules were evaluated')
    const rules = await prometheus.rules()
    assert.equal(rules.length, readFileSync('deploy/alerts.yml', 'utf8').match(/^ +- alert: /gm)?.length)
    assert.deepEqual(
      rules.filter(({ health }) => health !== 'ok'),
      []
    )
    await until(async () => (await prometheus.count('rate(peerwatch_removals_total[10s])')) === names.length, 'each node was scraped twice')
    const counts = await Promise.all(boardExpressions().map(async expr => prometheus.count(expr.replaceAll('$__rate_interval', '10s'))))
    const empty = boardExpressions().filter((_, index) => counts[index] === 0)
    assert.deepEqual(
      empty.flatMap(metricsOf).filter(name => !UNTIL_IT_HAPPENS.has(name)),
      []
    )
  })
})
