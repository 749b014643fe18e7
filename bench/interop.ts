/**
 * Gossip in a network of 20 TypeScript and 20 Go hosts, next to all-TypeScript and all-Go ones in the same run.
 *
 *   npm run bench:interop -- [--quick] [--json]
 */
import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { seededRng } from '@peerwatch/model'
import { buildGo, findGo, startGo, startLines } from '../test/interop/support/go.ts'
import { atLeast, atMost, figureLine, quantile, ratios, shown } from './figure.ts'
import { randomLinks, sleep } from './gossip-run.ts'
import type { GoEvent, GoProcess } from '../test/interop/support/go.ts'

const LANGUAGES = ['js', 'go'] as const
type Language = (typeof LANGUAGES)[number]

interface Run {
  /** Latencies of all deliveries, by author's and receiver's language. */
  readonly pairs: Map<string, number[]>
  readonly delivered: number
}

const HOSTS = 20
const DEGREE = 8
const MESSAGES_PER_SECOND = 10
const BYTES = 200
const SETTLE_MS = 5_000
const TRAVEL_MS = 2_000
const WARM_UP_MS = 4_000
const DIALLED_WITHIN_MS = 60_000
const JS_HOSTS = new URL('interop/hosts.ts', import.meta.url).pathname

async function start(language: Language): Promise<GoProcess> {
  return language === 'go' ? startGo('hosts', '-count', String(HOSTS)) : startLines(process.execPath, JS_HOSTS, String(HOSTS))
}

async function link(processes: readonly GoProcess[], seed: number): Promise<void> {
  const places = processes.flatMap(process => process.addresses.map((address, from) => ({ process, from, address })))
  const dials = new Map<GoProcess, number>()
  for (const [a, b] of randomLinks(places.length, DEGREE, seededRng(seed))) {
    const { process, from } = places[a]!
    dials.set(process, (dials.get(process) ?? 0) + 1)
    process.send(`dial ${from} ${places[b]!.address}`)
  }
  const end = Date.now() + DIALLED_WITHIN_MS
  for (const [process, count] of dials) {
    while (process.events.filter(({ event }) => event === 'dialled').length < count) {
      if (Date.now() > end) throw new Error('not all links could be made')
      await sleep(50)
    }
  }
}

/** Publishes for so long, lets what travels arrive, and asks all for their counts since they started; `nth` counts these questions. */
async function published(processes: readonly GoProcess[], forMs: number, nth: number): Promise<GoEvent[]> {
  for (const process of processes) process.send(`publish ${(1000 * processes.length) / MESSAGES_PER_SECOND} ${BYTES}`)
  await sleep(forMs)
  for (const process of processes) process.send('rest')
  await sleep(TRAVEL_MS)
  return Promise.all(
    processes.map(async process => {
      process.send('deliveries')
      let answers = 0
      return process.event('deliveries', () => ++answers === nth)
    })
  )
}

async function measure(languages: readonly [Language, Language], seed: number, measuredMs: number): Promise<Run> {
  const processes = await Promise.all(languages.map(start))
  try {
    await link(processes, seed)
    await sleep(SETTLE_MS)
    // the first messages of a process run code that nobody has compiled yet
    const before = await published(processes, WARM_UP_MS, 1)
    const after = await published(processes, measuredMs, 2)
    const pairs = new Map<string, number[]>()
    let sent = 0
    for (const [index, told] of after.entries()) {
      const earlier = before[index]!
      sent += Number(told['published']) - Number(earlier['published'])
      for (const author of LANGUAGES) {
        const pair = `${author} → ${languages[index]!}`
        const latencies = (told[author] as number[]).slice((earlier[author] as number[]).length)
        pairs.set(pair, [...(pairs.get(pair) ?? []), ...latencies])
      }
    }
    const received = [...pairs.values()].reduce((sum, { length }) => sum + length, 0)
    return { pairs, delivered: received / (sent * (HOSTS * processes.length - 1)) }
  } finally {
    await Promise.all(processes.map(async process => process.stop()))
  }
}

const networks = { js: ['js', 'js'], go: ['go', 'go'], mixed: ['js', 'go'] } as const
type NetworkName = keyof typeof networks
const names = Object.keys(networks) as NetworkName[]

const all = ({ pairs }: Run): number[] => [...pairs.values()].flat()

async function main(quick: boolean, json: boolean): Promise<void> {
  const out = json ? process.stderr : process.stdout
  const version = findGo()
  if (version == null) {
    out.write('go is not installed: nothing is measured\n')
    return
  }
  buildGo()
  out.write(`${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.version}, ${version}, load ${loadavg()[0]?.toFixed(2)}\n`)
  const runs: Record<NetworkName, Run[]> = { js: [], go: [], mixed: [] }
  for (let round = 1; round <= (quick ? 1 : 5); round++) {
    for (const name of names) {
      // the same links for all three
      const run = await measure(networks[name], round, quick ? 4_000 : 10_000)
      runs[name].push(run)
      out.write(`round ${round} ${name.padEnd(5)} p99 ${quantile(all(run), 0.99).toFixed(1)} ms, delivered ${run.delivered.toFixed(4)}\n`)
    }
  }
  const quantiles = (name: NetworkName, share: number): number[] => runs[name].map(run => quantile(all(run), share))
  const table = names.flatMap(name =>
    [...new Set(runs[name].flatMap(({ pairs }) => [...pairs.keys()]))]
      .filter(pair => runs[name].some(({ pairs }) => (pairs.get(pair) ?? []).length > 0))
      .flatMap(pair =>
        [0.5, 0.99].map(share =>
          shown(
            `interop: ${name}, ${pair}, p${share * 100}`,
            'ms',
            runs[name].map(({ pairs }) => quantile(pairs.get(pair) ?? [], share))
          )
        )
      )
  )
  const figures = [
    ...table,
    atMost('interop: p99 of mixed by all-TypeScript', '×', 1, ratios(quantiles('mixed', 0.99), quantiles('js', 0.99))),
    ...names.map(name => atLeast(`interop: delivered, ${name}`, 'of 1', 1, [Math.min(...runs[name].map(({ delivered }) => delivered))]))
  ]
  for (const figure of figures) out.write(`${figureLine(figure)}\n`)
  if (json) process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`)
  if (figures.some(({ pass }) => !pass)) process.exitCode = 1
}

const { values } = parseArgs({ options: { json: { type: 'boolean' }, quick: { type: 'boolean' } } })
await main(values.quick === true, values.json === true)
