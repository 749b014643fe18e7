import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { delay, PRESETS, repeat, seededRng } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import { createTestnet } from '@peerwatch/node/testnet'
import { paintFor } from '../paint.ts'
import { EXIT } from '../report-error.ts'
import { firstSignal } from '../signals.ts'
import { CAST, dealRoles, initOf, PEERS_COUNT, rehearse } from './cast.ts'
import { demoState } from './demo-state.ts'
import { introduction } from './introduction.ts'
import { judgeRun } from './judge-run.ts'
import { liveView, plainLine } from './live-view.ts'
import { recorder } from './recorder.ts'
import { resultTable, whatNext } from './result-table.ts'
import type { Testnet } from '@peerwatch/node/testnet'
import type { Paint } from '../paint.ts'
import type { Role } from './cast.ts'
import type { DemoOptions } from './options.ts'
import type { Recorder } from './recorder.ts'
import type { DemoResult } from './result.ts'

const PRESET = 'demo'
const WINDOW_MS = PRESETS[PRESET].windowMs
/** The demo is over by then whatever happened. */
const LIMIT_MS = 60_000
/** Time to link up and to see each other behave. Source: EVIDENCE, "Demo: misdeeds from 10 s". */
const MISDEEDS_AFTER_MS = 10_000
/** Stopping 27 hosts takes about a second; the result is taken before. */
const STOP_RESERVE_MS = 4_000
const DRAW_EVERY_MS = 250

/** Where one run takes place. */
interface Stage {
  readonly options: DemoOptions
  readonly seed: number
  readonly folder: string
  readonly output: NodeJS.WriteStream
  readonly paint: Paint
  readonly elapsedMs: () => number
  /** Aborted by the first Ctrl+C; a second one finds no listener and ends the process at once. */
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** Runs the whole demo; resolves to the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-demo-'))
  await mkdir(join(folder, 'logs'))
  const stopping = new AbortController()
  const interrupt = async (): Promise<void> => {
    await firstSignal()
    stopping.abort()
  }
  void interrupt()
  const startedMs = systemClock.monotonicMs()
  const output = options.json === true ? process.stderr : process.stdout
  const stage: Stage = {
    options,
    seed: options.seed ?? Math.floor(Math.random() * 2 ** 31),
    folder,
    output,
    paint: paintFor(output),
    elapsedMs: () => Math.round(systemClock.monotonicMs() - startedMs),
    signal: stopping.signal,
    say: line => {
      output.write(`${line}\n`)
    }
  }
  const told = { seed: stage.seed, preset: PRESET, misdeedsAfterMs: MISDEEDS_AFTER_MS, limitMs: LIMIT_MS, logs: join(folder, 'logs') } as const
  for (const line of introduction(told)) stage.say(line)
  try {
    return (await perform(stage)).ok ? EXIT.ok : EXIT.failed
  } finally {
    await rm(join(folder, 'data'), { recursive: true, force: true })
  }
}

async function perform(stage: Stage): Promise<DemoResult> {
  const { seed, folder, output, paint, elapsedMs, signal, options, say } = stage
  const live = output.isTTY && options.json !== true ? liveView(output, paint) : undefined
  const record = recorder(elapsedMs, event => {
    if (live == null) say(plainLine(event, paint))
  })
  const roles = dealRoles(seed)
  const testnet = await raise(folder, roles, seed, record)
  const attacks = rehearse(roles, testnet, seededRng(seed))
  const draw = (): void => {
    live?.show(demoState({ testnet, roles, recorder: record, elapsedMs: elapsedMs(), limitMs: LIMIT_MS, seed, preset: PRESET, windowMs: WINDOW_MS }))
  }
  const stopDrawing = repeat(systemClock, DRAW_EVERY_MS, draw)
  try {
    await pause(signal, Math.max(0, MISDEEDS_AFTER_MS - elapsedMs()))
    const misdeedsAtMs = elapsedMs()
    for (const attack of attacks) attack.start()
    const judge = (): DemoResult => judgeRun({ seed, elapsedMs: elapsedMs(), misdeedsAtMs, windowMs: WINDOW_MS, roles, testnet, recorder: record })
    const result = await untilDone(judge, roles, elapsedMs, signal)
    stopDrawing()
    draw()
    live?.done()
    tellResult(stage, result)
    if (options.keep === true && !signal.aborted) await keepRunning(stage, testnet)
    return result
  } finally {
    stopDrawing()
    record.end()
    for (const attack of attacks) attack.stop()
    await testnet.stop()
  }
}

function tellResult({ options, folder, paint, say }: Stage, result: DemoResult): void {
  if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`)
  else for (const line of ['', resultTable(result, paint), '', whatNext(join(folder, 'logs'), result, paint)]) say(line)
}

async function keepRunning({ signal, say }: Stage, { seeds, trusted, peers }: Testnet): Promise<void> {
  say('\nGoes on running; Ctrl+C ends it. Ask a node, for instance:')
  for (const node of [seeds[0], trusted[0], peers[0]]) if (node?.dataDir != null) say(`  npx peerwatch status --data ${node.dataDir}`)
  await pause(signal)
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
    await pause(signal, Math.min(500, lastMs - elapsedMs()))
  }
}

/** Resolves after so long, or as soon as the signal is aborted. */
async function pause(signal: AbortSignal, ms = Infinity): Promise<void> {
  await delay(systemClock, ms, signal).catch(() => {})
}
