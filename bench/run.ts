import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seededRng } from '@peerwatch/model'
import { figureLine } from './figure.ts'
import { flood } from './flood.ts'
import { gossipCost } from './gossip-cost.ts'
import { liars } from './liars.ts'
import { ingest } from './ingest.ts'
import { memory } from './memory.ts'
import { query } from './query.ts'
import { start } from './start.ts'
import { store } from './store.ts'
import { tell } from './tell.ts'
import { tree } from './tree.ts'
import { stopWorkers } from './workers.ts'
import type { Benchmark } from './benchmark.ts'
import type { Figure } from './figure.ts'

const benchmarks: readonly Benchmark[] = [store, ingest, query, gossipCost, flood, tell, memory, start, tree, liars]

const told = benchmarks.map(({ name, about, parts }) =>
  [name.padEnd(12), about, ...(parts == null ? [] : [`[parts: ${Object.keys(parts).join(', ')}]`])].join(' ')
)

const USAGE = `npm run bench -- [NAME[:PART]…] [--quick] [--json] [--seed N]

${told.map(line => `  ${line}`).join('\n')}
`

interface Options {
  readonly chosen: readonly Benchmark[]
  readonly quick: boolean
  readonly json: boolean
  readonly seed: number
}

/** `NAME`, or one of its parts: `NAME:PART`. None: there is no such benchmark or part. */
function chosenBy(named: string): Benchmark[] {
  const [name, part] = named.split(':', 2)
  const benchmark = benchmarks.find(each => each.name === name)
  if (benchmark == null || part == null) return benchmark == null ? [] : [benchmark]
  const run = Object.entries(benchmark.parts ?? {}).find(([each]) => each === part)?.[1]
  return run == null ? [] : [{ name: `${name}-${part}`, about: benchmark.about, run }]
}

function optionsFrom(args: readonly string[]): Options | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean' }, seed: { type: 'string' } }
  })
  const chosen = positionals.length === 0 ? benchmarks : positionals.flatMap(chosenBy)
  const unknown = positionals.find(name => chosenBy(name).length === 0)
  if (values.help === true || unknown != null) return unknown == null ? USAGE : `there is no benchmark ${unknown}\n\n${USAGE}`
  const seed = values.seed == null ? Date.now() % 1_000_000 : Number(values.seed)
  if (!Number.isInteger(seed)) return `--seed is a whole number, not ${values.seed}\n\n${USAGE}`
  return { chosen, quick: values.quick === true, json: values.json === true, seed }
}

async function runAll({ chosen, quick, seed }: Options, say: (line: string) => void): Promise<Figure[]> {
  const root = mkdtempSync(join(tmpdir(), 'peerwatch-bench-'))
  const figures: Figure[] = []
  let folders = 0
  say(`${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`)
  say(`seed ${seed}${quick ? ', quick: not enough runs to decide anything' : ''}, load ${loadavg()[0]?.toFixed(2)}`)
  try {
    for (const { name, run } of chosen) {
      const startedMs = performance.now()
      say(`\n${name}`)
      const folder = (what: string): string => {
        const path = join(root, `${name}-${what}-${++folders}`)
        mkdirSync(path)
        return path
      }
      let made: Figure[]
      try {
        made = await run({ quick, rng: seededRng(seed), folder, say: line => say(`  ${line}`) })
      } finally {
        await stopWorkers()
      }
      figures.push(...made)
      for (const figure of made) say(figureLine(figure))
      say(`  (${((performance.now() - startedMs) / 1000).toFixed(0)} s)`)
    }
    return figures
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const options = optionsFrom(process.argv.slice(2))
if (typeof options === 'string') {
  process.stderr.write(options)
  process.exitCode = 2
} else {
  const out = options.json ? process.stderr : process.stdout
  const figures = await runAll(options, line => out.write(`${line}\n`))
  if (options.json) process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`)
  if (figures.some(({ pass }) => !pass)) process.exitCode = 1
}
