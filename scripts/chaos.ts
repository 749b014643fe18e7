/**
 * Faults one after another befall the trusted nodes of a network of processes, while reporters write; then every acknowledged report is looked for.
 *
 *   npm run chaos -- [--seconds N] [--seed S] [--json]
 *
 * For so long new faults are begun (default 300); the same seed gives the same faults in the same order. Exit code 0 only if no acknowledged report is
 * lost, all who are to hold a report hold the same, and nobody else does; else 1, and the history and the folder with all data and logs.
 */
import { parseArgs } from 'node:util'
import { chaosNetwork } from './chaos/network.ts'
import { runChaos } from './chaos/run.ts'
import type { ChaosNetwork } from './chaos/network.ts'

const SEEDS = 2
const TRUSTED = 5
const USAGE = 'usage: npm run chaos -- [--seconds N] [--seed S] [--json]'

function misused(what: string): never {
  console.error(`chaos: ${what}\n${USAGE}`)
  process.exit(2)
}

function flags(): { seconds: number; seed: number; json: boolean } {
  const options = { seconds: { type: 'string', default: '300' }, seed: { type: 'string' }, json: { type: 'boolean', default: false } } as const
  try {
    const { values } = parseArgs({ options })
    const [seconds, seed] = [Number(values.seconds), Number(values.seed ?? Date.now() % 1_000_000)]
    if (!(seconds > 0 && seconds <= 86_400)) misused(`--seconds: expected a number above 0 and at most 86,400, found ${values.seconds}`)
    if (!Number.isSafeInteger(seed) || seed < 0) misused(`--seed: expected a whole number, 0 or more, found ${values.seed}`)
    return { seconds, seed, json: values.json }
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error))
  }
}

const { seconds, seed, json } = flags()
let isFallen = (_what: string): void => {}
const fallen = new Promise<never>((_, reject) => {
  isFallen = what => {
    reject(new Error(what))
  }
})
fallen.catch(() => {})
let net: ChaosNetwork | undefined
/** The exit code, once a signal has told it to end. */
let over: number | undefined

/** Never returns. */
async function leave(from: ChaosNetwork, code: number): Promise<never> {
  await from.close(false)
  process.exit(code)
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143]
] as const) {
  process.on(signal, () => {
    // at the second one nobody waits any more: what runs is killed all the same
    if (over != null) process.exit(code)
    over = code
    isFallen = () => {}
    console.error(`chaos: ${signal}: all nodes are ended${net == null ? '' : `, and ${net.root} goes`}`)
    if (net != null) void leave(net, code)
  })
}
net = await chaosNetwork(SEEDS, TRUSTED, what => {
  isFallen(what)
}).catch((error: unknown) => {
  if (over != null) process.exit(over)
  throw error
})
if (over != null) await leave(net, over)
const result = await runChaos(net, { seconds, seed, fallen, say: line => console.error(line) })
// it ends by the signal
if (over != null) await new Promise(() => {})
await net.close(!result.ok)
const { history, ...told } = result
if (!result.ok) {
  console.error(`\nwhat led there:\n${history.join('\n')}\n\nlogs and data are kept in ${net.root}`)
}
if (json) console.log(JSON.stringify({ ...told, ...(!result.ok && { history, folder: net.root }) }))
else
  console.log(
    `seed ${seed}: ${told.acknowledged} reports acknowledged, ${told.lost} lost, ${told.unequal} not held by all, ${told.surplus} where they do not belong: ${told.ok ? 'ok' : 'not ok'}`
  )
process.exit(told.ok ? 0 : 1)
