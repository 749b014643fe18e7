import { dealRoles } from '@peerwatch/attacks/play'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@peerwatch/model/system-clock'
import { commandName } from '../command-name.ts'
import { paintFor } from '../paint.ts'
import { EXIT } from '../report-error.ts'
import { endSignals } from '../signals.ts'
import { wrapped } from './line.ts'
import { GOOD_WINDOWS, LIMIT_MS, perform } from './perform.ts'
import { resultTable, whatNext } from './result-table.ts'
import { constantLines, storyLines } from './story.ts'
import type { RunResult } from '@peerwatch/attacks/play'
import type { DemoOptions } from './options.ts'

const COLUMNS = 100

/** Runs the whole demo; resolves to the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const startedMs = systemClock.monotonicMs()
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-demo-'))
  const logs = join(folder, 'logs')
  await mkdir(logs)
  const stopping = new AbortController()
  const interrupt = async (): Promise<void> => {
    // a second one finds no listener and ends the process at once
    await endSignals()
    stopping.abort()
  }
  void interrupt()
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const output = options.json === true ? process.stderr : process.stdout
  const columns = output.columns ?? COLUMNS
  const paint = paintFor(output)
  const say = (text: string): void => {
    output.write(`${text}\n`)
  }
  const roles = dealRoles(seed)
  const isLive = output.isTTY && options.json !== true
  const opening = [
    ...storyLines(roles, { seed, logs, plots: !isLive }),
    ...(options.verbose === true ? constantLines({ goodWindows: GOOD_WINDOWS, mostMs: LIMIT_MS }) : [])
  ]
  for (const text of opening.flatMap(each => wrapped(each, columns, '    '))) say(text)
  const tell = (result: RunResult): void => {
    if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`)
    else say(['', resultTable(result, { columns, paint }), '', whatNext(logs, result, commandName(), paint)].join('\n'))
  }
  try {
    const elapsedMs = (): number => Math.round(systemClock.monotonicMs() - startedMs)
    return exitCodeOf(await perform({ seed, roles, folder, output, isLive, keep: options.keep === true, paint, say, tell, elapsedMs, signal: stopping.signal }))
  } finally {
    await rm(join(folder, 'data'), { recursive: true, force: true })
  }
}

/** A machine that is too busy to show it says nothing against the network; what it did to the innocent does. */
function exitCodeOf({ ok, end, wronglyEvicted }: RunResult): number {
  if (ok) return EXIT.ok
  return end === 'too-busy' && wronglyEvicted.length === 0 ? EXIT.tooBusy : EXIT.failed
}
