/**
 * Runs the demo again and again while other processes keep the cores busy, and counts how it ends.
 *
 *   node scripts/demo-under-load.ts [--seeds 20] [--from 1] [--busy 2] [--one-core]
 *
 * `--seeds`: how many runs; `--from`: the first one's seed; `--busy`: processes that do nothing but compute, at normal priority; `--one-core`: the demo
 * alone on the first core (Linux). Exit code 0 only if every run was ok.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { ChildProcess } from 'node:child_process'
import type { RunResult } from '@peerwatch/attacks/play'

const COMMAND = fileURLToPath(import.meta.resolve('../packages/cli/bin/peerwatch.js'))

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    busy: { type: 'string', default: '2' },
    'one-core': { type: 'boolean', default: false }
  }
})

interface Run {
  readonly seed: number
  readonly code: number | null
  readonly result: RunResult | undefined
  readonly errors: string
}

function keepBusy(count: number): ChildProcess[] {
  return Array.from({ length: count }, () => spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' }))
}

async function demo(seed: number): Promise<Run> {
  const own = [process.execPath, COMMAND, 'demo', '--json', '--seed', String(seed)]
  const [program = '', ...args] = values['one-core'] ? ['taskset', '-c', '0', ...own] : own
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { seed, code, result: stdout === '' ? undefined : (JSON.parse(stdout) as RunResult), errors }
}

function told({ seed, code, result, errors }: Run): string {
  if (result == null) return `seed ${seed}: no result, exit code ${code}\n${errors.slice(-2_000)}`
  const { ok, end, elapsedMs, misdeedsAtMs, windows, missed, wronglyEvicted } = result
  const faults = [...missed.map(({ behaviour }) => `missed ${behaviour}`), ...wronglyEvicted.map(({ behaviour }) => `wronged ${behaviour}`)]
  const began = misdeedsAtMs == null ? 'never' : `at ${(misdeedsAtMs / 1000).toFixed(1)} s`
  return `seed ${seed}: ${ok ? 'ok' : `not ok (${end}, exit code ${code})`} after ${(elapsedMs / 1000).toFixed(1)} s; misdeeds ${began}; ${windows.good} windows in time, ${windows.late} late${faults.length > 0 ? `; ${faults.join(', ')}` : ''}`
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

const busy = keepBusy(Number(values.busy))
const runs: Run[] = []
try {
  for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed++) {
    const run = await demo(seed)
    runs.push(run)
    console.log(told(run))
  }
} finally {
  for (const child of busy) child.kill('SIGKILL')
}
const good = runs.filter(({ result }) => result?.ok === true)
const medianMs = median(good.map(({ result }) => result?.elapsedMs ?? 0))
console.log(
  `${good.length} of ${runs.length} ok beside ${busy.length} busy processes${values['one-core'] ? ', on one core' : ''}; median ${(medianMs / 1000).toFixed(1)} s`
)
process.exitCode = good.length === runs.length ? 0 : 1
