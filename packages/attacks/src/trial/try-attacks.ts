import { fork } from 'node:child_process'
import { within } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import type { ChildProcess } from 'node:child_process'
import type { AttackOutcome, AttackRun } from './attack-run.ts'
import type { TrialNews, TrialOrder } from './messages.ts'

export interface TriedAttack extends AttackOutcome {
  readonly name: string
}

export interface TryAttacksInit {
  /** The module that exports these attacks as `ATTACKS`. Each process reads it anew. Default: the attacks of this package. */
  readonly table?: string
  readonly seed: number
  readonly say: (line: string) => void
  readonly tried: (row: TriedAttack, tookMs: number) => void
}

/** A neighbour of this file. It has the extension that this file has, compiled or not. */
const PROCESS_FILE = new URL(import.meta.url.replace(/try-attacks(?=\.[jt]s$)/, 'trial-process'))
const ATTACKS_FILE = import.meta.url.replace(/trial\/try-attacks(?=\.[jt]s$)/, 'runs/index')
/** Ends an attack whose process does not answer any more. The patience of an attack counts windows, and is over long before. */
const HANGS_AFTER_MS = 600_000
/** The time to stop its network and remove its folder. */
const ENDS_WITHIN_MS = 30_000
const TOLD_OF_ERRORS_CHARS = 300
const ORDER = ['seconds', 'windows', 'minutes'] as const

function rank({ takes = 'seconds' }: AttackRun): number {
  return ORDER.indexOf(takes)
}

/** Tries the attacks, the short ones first. What goes wrong in one attack stays with it: its row fails, and the next attack gets a new process. */
export async function tryAttacks(attacks: readonly AttackRun[], { seed, say, tried, table = ATTACKS_FILE }: TryAttacksInit): Promise<TriedAttack[]> {
  const rows: TriedAttack[] = []
  let process: TrialProcess | undefined
  for (const { name } of attacks.toSorted((a, b) => rank(a) - rank(b))) {
    const sinceMs = systemClock.monotonicMs()
    say(name)
    process ??= startTrialProcess(table, line => {
      say(`  ${line}`)
    })
    const outcome = await process.attempt({ type: 'attempt', name, seed })
    // where one failed, nobody knows what it left behind
    if (!outcome.pass) {
      await process.end()
      process = undefined
    }
    const row = { name, ...outcome }
    rows.push(row)
    tried(row, systemClock.monotonicMs() - sinceMs)
  }
  await process?.end()
  return rows
}

interface TrialProcess {
  readonly attempt: (order: Extract<TrialOrder, { type: 'attempt' }>) => Promise<AttackOutcome>
  readonly end: () => Promise<void>
}

function startTrialProcess(table: string, say: (line: string) => void): TrialProcess {
  const child = fork(PROCESS_FILE, [table], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-10_000)
  })
  const ended = new Promise<string>(resolve => {
    child.once('close', (code, signal) => {
      resolve(`its process ended with ${signal ?? `code ${code}`}: ${firstError(errors)}`)
    })
  })
  return {
    attempt: async order => {
      child.send(order)
      try {
        return await within(systemClock, HANGS_AFTER_MS, async signal => Promise.race([outcomeOf(child, say), ended.then(failed), aborted(signal)]))
      } catch {
        return failed(`its process did not answer within ${HANGS_AFTER_MS / 1000} s`)
      }
    },
    end: async () => {
      if (child.connected) child.send({ type: 'end' } satisfies TrialOrder)
      await within(systemClock, ENDS_WITHIN_MS, async signal => Promise.race([ended, aborted(signal)])).catch(() => child.kill('SIGKILL'))
      await ended
    }
  }
}

function failed(endedBy: string): AttackOutcome {
  return { cost: 'unknown', effect: 'unknown: it was not tried to its end', endedBy, pass: false }
}

function firstError(text: string): string {
  const line = text.split('\n').find(each => /\w*Error\b.*: /.test(each)) ?? text.trim()
  return line.slice(0, TOLD_OF_ERRORS_CHARS)
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error)
    })
  })
}

async function outcomeOf(child: ChildProcess, say: (line: string) => void): Promise<AttackOutcome> {
  return new Promise(resolve => {
    const hear = (news: unknown): void => {
      const told = news as TrialNews
      if (told.type === 'said') say(told.line)
      else {
        child.off('message', hear)
        resolve(told.outcome)
      }
    }
    child.on('message', hear)
  })
}
