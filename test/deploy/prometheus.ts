/** Prometheus and promtool, both of Debian's package `prometheus`: installed where it is missing and may be. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@peerwatch/node/testnet'
import { until } from '../support/until.ts'

export interface Target {
  readonly health: string
  readonly lastError: string
  readonly labels: Readonly<Record<string, string>>
}

export interface Rule {
  readonly name: string
  readonly health: string
  readonly lastError?: string
}

export interface Prometheus {
  /** Those that were scraped at least once. */
  readonly targets: () => Promise<Target[]>
  readonly rules: () => Promise<Rule[]>
  /** How many series an expression has now; rejects where Prometheus cannot evaluate it. */
  readonly count: (expr: string) => Promise<number>
  readonly stop: () => Promise<void>
}

export function havePrometheus(): void {
  if (['promtool', 'prometheus'].every(name => spawnSync(name, ['--version']).error == null)) return
  try {
    execFileSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'] })
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'prometheus'], { stdio: ['ignore', 'ignore', 'inherit'] })
  } catch (error) {
    throw new Error('Prometheus is needed: install the package `prometheus`, or run this as root on a Debian machine', { cause: error })
  }
}

/** deploy/prometheus.yml as it is, but that it finds these nodes by their ports instead of by Docker's names, and asks them every second. */
export async function startPrometheus(nodes: readonly { readonly name: string; readonly port: number }[]): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'peerwatch-prometheus-'))
  const [port = 0] = await freePorts(1)
  const found = nodes.map(({ name, port: of }) => `      - { targets: ["127.0.0.1:${of}"], labels: { __meta_dns_name: ${name} } }`)
  const config = readFileSync('deploy/prometheus.yml', 'utf8')
    .replace(/^ {4}dns_sd_configs:\n(?: {6,}.*\n)+/m, () => `    static_configs:\n${found.join('\n')}\n`)
    .replaceAll(/(_interval: )15s/g, '$11s')
  writeFileSync(join(folder, 'prometheus.yml'), config)
  copyFileSync('deploy/alerts.yml', join(folder, 'alerts.yml'))
  const child = spawn(
    'prometheus',
    [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`],
    { stdio: ['ignore', 'ignore', 'pipe'] }
  )
  let said = ''
  child.stderr.on('data', chunk => {
    said += String(chunk)
  })
  const ask = async <T>(path: string): Promise<T> => {
    const { status, data, error } = (await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json()) as { status: string; data: T; error?: string }
    if (status !== 'success') throw new Error(`Prometheus on ${path}: ${error}`)
    return data
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode == null) {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    }
    rmSync(folder, { recursive: true })
  }
  try {
    await until(async () => (await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined))?.ok === true, 'Prometheus is ready')
  } catch (error) {
    await stop()
    throw new Error(`Prometheus did not start: ${said}`, { cause: error })
  }
  return {
    targets: async () => (await ask<{ activeTargets: Target[] }>('targets')).activeTargets.filter(({ health }) => health !== 'unknown'),
    rules: async () => (await ask<{ groups: { rules: Rule[] }[] }>('rules')).groups.flatMap(({ rules }) => rules),
    count: async expr => (await ask<{ result: unknown[] }>(`query?query=${encodeURIComponent(expr)}`)).result.length,
    stop
  }
}
