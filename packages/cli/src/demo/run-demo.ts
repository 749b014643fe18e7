import { castOf, dealRoles, summarise } from '@peerwatch/attacks/play'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@peerwatch/model/system-clock'
import { commandName } from '../command-name.ts'
import { paintFor } from '../paint.ts'
import { EXIT } from '../report-error.ts'
import { endSignals } from '../signals.ts'
import { wrapped } from '../wrap.ts'
import { spareCpu } from '../spare-cpu.ts'
import { csvHead, csvRows } from './csv.ts'
import { demoFolder } from './demo-folder.ts'
import { perform } from './perform.ts'
import { resultTable, verdict, whatNext } from './result-table.ts'
import { constantLines, storyLines } from './story.ts'
import { summaryTable } from './summary-table.ts'
import type { Cast, RunResult } from '@peerwatch/attacks/play'
import type { Paint } from '../paint.ts'
import type { DemoOptions } from './options.ts'

const COLUMNS = 100
const SEEDS = 2 ** 32

/** Where a demo is shown, and what ends it. */
interface Show {
  readonly options: DemoOptions
  readonly cast: Cast
  readonly output: NodeJS.WriteStream
  readonly paint: Paint
  readonly signal: AbortSignal
}

/** Runs the whole demo, or several in a row; resolves to the exit code. Throws AttacksError `bad-option` where no play can be made of the options. */
export async function runDemo(options: DemoOptions): Promise<number> {
  spareCpu()
  const cast = castOf({ preset: options.preset, peers: options.peers, misdeeds: options.behaviour })
  const stopping = new AbortController()
  const interrupt = async (): Promise<void> => {
    // a second one finds no listener and ends the process at once
    await endSignals()
    stopping.abort()
  }
  void interrupt()
  const output = options.json === true || options.csv === true ? process.stderr : process.stdout
  const show: Show = { options, cast, output, paint: paintFor(output), signal: stopping.signal }
  const { repeat = 1 } = options
  const first = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  if (options.csv === true) console.log(csvHead())
  const results: RunResult[] = []
  const place = await demoFolder(options.repeat != null)
  try {
    for (let run = 0; run < repeat && !stopping.signal.aborted; run++) {
      const result = await runOnce(show, (first + run) % SEEDS, { run: run + 1, of: repeat, folder: await place.ofRun(run + 1) })
      results.push(result)
      if (options.csv === true) for (const row of csvRows(result, run + 1)) console.log(row)
    }
  } finally {
    // a single run for people says so beside what to try next
    if (options.repeat != null || output === process.stderr || results.length === 0) output.write(`\n${place.logsLine()}\n`)
  }
  if (options.repeat != null) {
    const summary = summarise(results)
    if (options.json === true) console.log(JSON.stringify({ summary, runs: results }))
    output.write(`\n${summaryTable(summary, { columns: output.columns ?? COLUMNS, paint: show.paint })}\n`)
  }
  return worstOf(results.map(exitCodeOf))
}

interface Turn {
  readonly run: number
  readonly of: number
  readonly folder: string
}

async function runOnce({ options, cast, output, paint, signal }: Show, seed: number, { run, of, folder }: Turn): Promise<RunResult> {
  const startedMs = systemClock.monotonicMs()
  const logs = join(folder, 'logs')
  const columns = output.columns ?? COLUMNS
  const isData = output === process.stderr
  const isLive = output.isTTY && !isData
  const say = (text: string): void => {
    output.write(`${text}\n`)
  }
  const roles = dealRoles(cast, seed)
  const opening = [
    ...(options.repeat == null ? [] : [`Run ${run} of ${of}`]),
    ...storyLines(roles, { seed, cast, logs, plots: !isLive }),
    ...(options.verbose === true ? constantLines(cast) : [])
  ]
  for (const text of opening.flatMap(each => wrapped(each, columns, '    '))) say(text)
  const tell = (result: RunResult): void => {
    const page = { columns, paint }
    if (options.json === true && options.repeat == null) console.log(JSON.stringify(result))
    else if (options.repeat != null) say(['', ...verdict(result, page), ''].join('\n'))
    else if (!isData) say(['', resultTable(result, page), '', whatNext(logs, { ...options, seed }, commandName(), page)].join('\n'))
  }
  const elapsedMs = (): number => Math.round(systemClock.monotonicMs() - startedMs)
  try {
    return await perform({ seed, cast, roles, folder, output, isLive, keep: options.keep === true, paint, say, tell, elapsedMs, signal })
  } finally {
    await rm(join(folder, 'data'), { recursive: true, force: true })
  }
}

/** A machine that is too busy to show it says nothing against the network; what it did to the innocent does. */
function exitCodeOf({ ok, end, wronglyEvicted }: RunResult): number {
  if (ok) return EXIT.ok
  return end === 'too-busy' && wronglyEvicted.length === 0 ? EXIT.tooBusy : EXIT.failed
}

/** One run that failed fails all; that the machine was too busy is told before that all was well. */
function worstOf(codes: readonly number[]): number {
  return [EXIT.failed, EXIT.tooBusy].find(code => codes.includes(code)) ?? EXIT.ok
}
