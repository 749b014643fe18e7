import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { initNetwork } from '@peerwatch/node/init'
import { freePorts } from '@peerwatch/node/testnet'
import { atMost, ratios, shown } from './figure.ts'
import type { Benchmark, BenchContext } from './benchmark.ts'
import type { Figure } from './figure.ts'

const BIN = fileURLToPath(new URL('../packages/cli/bin/peerwatch.js', import.meta.url))
const PAIRS = { quick: 5, whole: 21 }

/** How long a process of this Node takes, from its start to its end. */
async function timed(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, args, { stdio: 'ignore', env })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return performance.now() - startedMs
}

async function measure(context: BenchContext): Promise<Figure[]> {
  const folder = context.folder('network')
  const [port = 0] = await freePorts(2)
  await initNetwork({ directory: join(folder, 'net'), nowMs: Date.now(), preset: 'public', seeds: 1, trusted: 1, seedPort: port, trustedPort: port + 1 })
  const env = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(folder, 'compiled') }
  const seed = spawn(
    process.execPath,
    [BIN, 'seed', '--network', join(folder, 'net/public'), '--node', join(folder, 'net/nodes/seed-1'), '--data', join(folder, 'data'), '--json-ready'],
    { stdio: ['ignore', 'pipe', 'inherit'], env }
  )
  try {
    for await (const line of createInterface({ input: seed.stdout })) if (line.includes('"ready"')) break
    const ask = [BIN, 'status', '--data', join(folder, 'data')]
    await timed(ask, env)
    const [bare, status]: [number[], number[]] = [[], []]
    for (let pair = 0; pair < (context.quick ? PAIRS.quick : PAIRS.whole); pair++) {
      bare.push(await timed(['-e', '0'], env))
      status.push(await timed(ask, env))
    }
    return [
      atMost('start: peerwatch status, of node -e 0', 'x', 3, ratios(status, bare)),
      shown('start: peerwatch status', 'ms', status),
      shown('start: node -e 0', 'ms', bare)
    ]
  } finally {
    seed.kill('SIGTERM')
    await once(seed, 'exit')
  }
}

export const start: Benchmark = {
  name: 'start',
  about: 'how long a command that asks a running node takes, beside a Node that does nothing',
  run: measure
}
