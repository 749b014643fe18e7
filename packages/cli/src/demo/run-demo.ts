import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PRESETS, seededRng } from '@peerwatch/model'
import { createTestnet } from '@peerwatch/node/testnet'
import { paintFor } from '../paint.ts'
import { CAST, dealRoles, initOf, PEERS_COUNT, rehearse } from './cast.ts'
import { demoState } from './demo-state.ts'
import { judgeRun } from './judge-run.ts'
import { liveView, plainLine } from './live-view.ts'
import { recorder } from './recorder.ts'
import { resultTable, whatNext } from './result-table.ts'
import type { Testnet } from '@peerwatch/node/testnet'
import type { Role } from './cast.ts'
import type { DemoOptions } from './options.ts'
import type { Recorder } from './recorder.ts'
import type { DemoResult } from './result.ts'

const PRESET = 'demo'
/** The demo is over by then whatever happened. */
const LIMIT_MS = 60_000
/** Time to link up and to see each other behave. Source: EVIDENCE, "Demo: misdeeds from 10 s". */
const MISDEEDS_AFTER_MS = 10_000
/** Stopping 27 hosts takes about a second; the result is taken before. */
const STOP_RESERVE_MS = 4_000
const DRAW_EVERY_MS = 250

/** Runs the whole demo; resolves to the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-demo-'))
  await mkdir(join(folder, 'logs'))
  const stopping = new AbortController()
  const stop = (): void => {
    // a second signal finds no listener and ends the process at once
    process.removeListener('SIGINT', stop)
    process.removeListener('SIGTERM', stop)
    stopping.abort()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const startedMs = performance.now()
  const elapsedMs = (): number => Math.round(performance.now() - startedMs)
  const output = options.json === true ? process.stderr : process.stdout
  const paint = paintFor(output)
  const say = (line: string): void => {
    output.write(`${line}\n`)
  }
  const { windowMs } = PRESETS[PRESET]
  for (const line of introduction(seed, folder)) say(line)

  const live = output.isTTY && options.json !== true ? liveView(output, paint) : undefined
  const record = recorder(elapsedMs, event => {
    if (live == null) say(plainLine(event, paint))
  })
  const roles = dealRoles(seed)
  let testnet: Testnet | undefined
  let drawing: NodeJS.Timeout | undefined
  let result: DemoResult | undefined
  try {
    testnet = await raise(folder, roles, seed, record)
    const running = testnet
    if (live != null) {
      drawing = setInterval(() => {
        live.show(demoState({ testnet: running, roles, recorder: record, elapsedMs: elapsedMs(), limitMs: LIMIT_MS, seed, preset: PRESET, windowMs, result }))
      }, DRAW_EVERY_MS)
    }
    await within(stopping.signal, Math.max(0, MISDEEDS_AFTER_MS - elapsedMs()))
    const misdeedsAtMs = elapsedMs()
    const attacks = rehearse(roles, testnet.peers, seededRng(seed))
    for (const attack of attacks) attack.start()
    const judge = (): DemoResult => judgeRun({ seed, elapsedMs: elapsedMs(), misdeedsAtMs, windowMs, roles, testnet: running, recorder: record })
    result = await untilDone(judge, roles, elapsedMs, stopping.signal)
    clearInterval(drawing)
    live?.show(demoState({ testnet, roles, recorder: record, elapsedMs: elapsedMs(), limitMs: LIMIT_MS, seed, preset: PRESET, windowMs, result }))
    live?.done()
    if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`)
    else for (const line of ['', resultTable(result, paint), '', whatNext(join(folder, 'logs'), result, paint)]) say(line)
    if (options.keep === true && !stopping.signal.aborted) {
      say('\nGoes on running; Ctrl+C ends it. Ask a node:')
      for (const node of [...testnet.trusted.slice(0, 1), ...testnet.peers.slice(0, 1)]) say(`  peerwatch status --data ${node.dataDir}`)
      await once(stopping.signal, 'abort')
    }
    for (const attack of attacks) attack.stop()
  } finally {
    record.end()
    clearInterval(drawing)
    await testnet?.stop()
    await rm(join(folder, 'data'), { recursive: true, force: true })
    process.removeListener('SIGINT', stop)
    process.removeListener('SIGTERM', stop)
  }
  return result?.ok === true ? 0 : 1
}

function introduction(seed: number, folder: string): string[] {
  const { windowMs, pingEveryMs, pingMisses, watchersCount, theta } = PRESETS[PRESET]
  return [
    `Peerwatch demo: ${CAST.seeds} seeds, ${CAST.trusted} trusted nodes with ${watchersCount} watchers each, ${CAST.honest} honest peers, ${CAST.misbehaving.length} that misbehave; seed ${seed}`,
    `preset ${PRESET}: window ${windowMs / 1000} s; ping every ${pingEveryMs / 1000} s, ${pingMisses} misses = dead; θ integrity ${theta.integrity}, resource ${theta.resource}, forwarding ${theta.forwarding} (shown only)`,
    `misdeeds begin after ${MISDEEDS_AFTER_MS / 1000} s; it ends within ${LIMIT_MS / 1000} s; logs in ${join(folder, 'logs')}`,
    ''
  ]
}

async function raise(folder: string, roles: readonly Role[], seed: number, record: Recorder): Promise<Testnet> {
  return createTestnet({
    seeds: CAST.seeds,
    trusted: CAST.trusted,
    peers: PEERS_COUNT,
    preset: PRESET,
    directory: join(folder, 'data'),
    nodeInit: name => ({
      ...initOf(name, roles, seed),
      http: {},
      log: { path: join(folder, 'logs', `${name}.jsonl`) },
      onCreated: record.listen
    })
  })
}

/** Checks once a window whether all has come about; the time is bounded by LIMIT_MS. */
async function untilDone(judge: () => DemoResult, roles: readonly Role[], elapsedMs: () => number, signal: AbortSignal): Promise<DemoResult> {
  const slandered = roles.filter(({ behaviour }) => behaviour === 'slandered').length
  const lastMs = LIMIT_MS - STOP_RESERVE_MS
  for (;;) {
    const result = judge()
    if (signal.aborted || elapsedMs() >= lastMs) return result
    if (result.ok && result.acquitted.length >= slandered) return result
    await within(signal, Math.min(500, lastMs - elapsedMs()))
  }
}

async function within(signal: AbortSignal, ms: number): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>(resolve => {
    const timer = setTimeout(finish, ms)
    function finish(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    signal.addEventListener('abort', finish)
  })
}
