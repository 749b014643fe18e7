/**
 * Hosts connect to one node of each role and leave again, for so long; then it tells by how much the nodes have grown.
 *
 *   node scripts/soak.ts --minutes 60 [--fresh] [--json] [--seed N]
 *
 * 200 keys are used again and again: after the warm-up heap, handles, listeners, timers and links grow by at most 5 %. `--fresh`: each host has a name
 * of its own, and the heap may grow by what docs/limits.md says of names that are remembered. Exit code 0 only if it held and no rejection was unhandled.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seededRng } from '@peerwatch/model'
import { churn } from './soak/churn.ts'
import { growthOf, hasHeld, leastOf } from './soak/growth.ts'
import { soakNetwork } from './soak/soak-network.ts'
import type { Grown, Sample } from './soak/growth.ts'
import type { SoakedNode, SoakedRole, SoakNetwork } from './soak/soak-network.ts'

const SAMPLES_COUNT = 12
/** It takes a minute until a neighbour that left without a word is no longer looked for: with shorter turns there would be more quiet than churn. */
const LEAST_CHURN_MS = 30_000
const LOOK_EVERY_MS = 500
const LOOKS_COUNT = 20
/** Whoever is linked or redialled for longer after all hosts have stopped is counted as what leaks. */
const LEFT_WITHIN_MS = 600_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    fresh: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' }
  }
})
const runMs = Number(values.minutes) * 60_000
if (!(runMs > 0)) throw new RangeError(`--minutes: expected a number above 0, found ${values.minutes}`)

async function pause(ms: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, ms)
  })
}

/** All nodes are ready, and linked to each other. */
async function raised(nodes: readonly SoakedNode[]): Promise<void> {
  while (!(await Promise.all(nodes.map(async node => node.held()))).every(({ isReady }) => isReady)) await pause(LOOK_EVERY_MS)
}

async function sampled(nodes: readonly SoakedNode[], samples: Map<SoakedRole, Sample[]>, at: Pick<Sample, 'names' | 'atMs'>): Promise<number> {
  const endMs = performance.now() + LEFT_WITHIN_MS
  const look = async (): Promise<Awaited<ReturnType<SoakedNode['held']>>[]> => Promise.all(nodes.map(async node => node.held()))
  let news = await look()
  while (!news.every(({ held, isQuiet }) => isQuiet && held.links < 2 * nodes.length) && performance.now() < endMs) {
    await pause(LOOK_EVERY_MS)
    news = await look()
  }
  // on a busy machine something is under way at any moment: what leaks is there at each look
  const least = news.map(({ held }) => held)
  for (let looks = 1; looks < LOOKS_COUNT; looks++) {
    await pause(LOOK_EVERY_MS)
    news = await look()
    for (const [index, { held }] of news.entries()) least[index] = leastOf(least[index]!, held)
  }
  for (const [index, { role }] of nodes.entries()) samples.get(role)?.push({ ...least[index]!, ...at })
  return news.reduce((sum, { rejections }) => sum + rejections, 0)
}

async function soak(net: SoakNetwork): Promise<boolean> {
  await raised(net.nodes)
  const samples = new Map(net.nodes.map(({ role }) => [role, [] as Sample[]]))
  const hosts = await churn(net, { isFresh: values.fresh, rng: seededRng(Number(values.seed)) })
  const sinceMs = performance.now()
  let rejections = 0
  while (performance.now() - sinceMs < runMs) {
    const leave = hosts.run()
    await pause(Math.max(LEAST_CHURN_MS, runMs / SAMPLES_COUNT))
    await leave()
    rejections = await sampled(net.nodes, samples, { names: hosts.names(), atMs: performance.now() - sinceMs })
    console.error(
      `${Math.round((performance.now() - sinceMs) / 1000)} s: ${hosts.names()} hosts; ${[...samples].map(([role, of]) => `${role} ${line(of)}`).join('; ')}`
    )
  }
  const roles = Object.fromEntries([...samples].map(([role, of]) => [role, growthOf(of, runMs, values.fresh)]))
  const ok = rejections === 0 && Object.values(roles).every(hasHeld)
  if (values.json)
    console.log(JSON.stringify({ ok, minutes: Number(values.minutes), fresh: values.fresh, hosts: hosts.names(), unhandledRejections: rejections, roles }))
  else {
    for (const [role, growth] of Object.entries(roles)) {
      for (const [what, grown] of Object.entries(growth)) console.log(`${role.padEnd(8)} ${what.padEnd(10)} ${told(grown)}`)
    }
    console.log(`${hosts.names()} hosts came and went; ${rejections} unhandled rejections: ${ok ? 'ok' : 'not ok'}`)
  }
  return ok
}

function line(samples: readonly Sample[]): string {
  const last = samples.at(-1)!
  return `${(last.heapBytes / 2 ** 20).toFixed(1)} MiB ${last.handles} handles ${last.timers} timers ${last.listeners} listeners ${last.links} links`
}

function told({ before, after, most }: Grown): string {
  return `${String(before).padStart(10)} → ${String(after).padStart(10)}${after <= most ? '' : `, more than ${most}`}`
}

const directory = await mkdtemp(join(tmpdir(), 'peerwatch-soak-'))
const net = await soakNetwork(directory)
let ok = false
try {
  ok = await soak(net)
} finally {
  await net.stop()
  await rm(directory, { recursive: true, force: true })
}
process.exitCode = ok ? 0 : 1
