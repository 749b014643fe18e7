import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { promisify } from 'node:util'

/** The npm or npx that started this process, however many shells are between them. */
export interface Starter {
  readonly pid: number
  /** False once it has ended, also where its number went to another process or its parent has not taken note yet. */
  readonly isAlive: () => boolean
}

export interface ProcessFacts {
  readonly pid: number
  readonly parent: number
  /** What it was called with, as far as it shows that. */
  readonly words: readonly string[]
  /** Where the platform tells it. */
  readonly session?: number
  /** Ticks since the machine started, where the platform tells it: a number may be given twice. */
  readonly startedAt?: string
  readonly isOver?: boolean
}

const VARIABLES = ['npm_execpath', 'npm_command', 'npm_lifecycle_event'] as const
const RUNNER = /^(?:npm|npx|pnpm|pnpx|yarn|yarnpkg|bun|bunx)(?:-cli)?(?:\.[cm]?js)?$/
/** Shells and wrappers between npm and this process are few. */
const ANCESTORS_MOST = 32

/**
 * The nearest ancestor that is npm, npx or the like; undefined where there is none.
 *
 * The environment alone proves nothing: whatever was ever started below npm inherits it. Nor is npm the starter of what was put into a session of its
 * own since (setsid, a daemon): that was to outlive it.
 */
export async function findStarter(env: NodeJS.ProcessEnv, lookUp?: (pid: number) => ProcessFacts | undefined): Promise<Starter | undefined> {
  if (VARIABLES.every(name => env[name] == null)) return undefined
  const look = lookUp ?? (process.platform === 'linux' ? factsOfProc : await factsOfPs())
  const self = look(process.pid)
  let at = self
  for (let depth = 0; at != null && depth < ANCESTORS_MOST; depth++) {
    const ancestor = look(at.parent)
    if (ancestor != null && isRunner(ancestor)) return ancestor.session === self?.session ? starterOf(ancestor, look) : undefined
    at = ancestor
  }
  return undefined
}

function isRunner({ words }: ProcessFacts): boolean {
  // `npm exec …` where it wrote its own title, else `node …/npx-cli.js`
  return words.slice(0, 2).some(word => RUNNER.test(basename(word)))
}

function starterOf({ pid, startedAt }: ProcessFacts, look: (pid: number) => ProcessFacts | undefined): Starter {
  // of `ps` there is one reading only
  if (startedAt == null) return { pid, isAlive: () => hasNumber(pid) }
  return {
    pid,
    isAlive: () => {
      const now = look(pid)
      return now != null && now.isOver !== true && now.startedAt === startedAt
    }
  }
}

function hasNumber(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

const GONE = new Set(['ENOENT', 'ESRCH'])

/** Throws where the file cannot be read for another reason than that there is no such process. */
function factsOfProc(pid: number): ProcessFacts | undefined {
  try {
    return parseProc(pid, readFileSync(`/proc/${pid}/stat`, 'latin1'), readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
  } catch (error) {
    if (GONE.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** The name of a process stands in brackets, and may itself hold brackets and spaces. */
export function parseProc(pid: number, stat: string, cmdline: string): ProcessFacts {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = '', parent, , session] = fields
  return {
    pid,
    parent: Number(parent),
    session: Number(session),
    startedAt: fields[19] ?? '',
    isOver: state === 'Z' || state === 'X',
    words: cmdline.split(/[\0 ]+/)
  }
}

/** Where there is no /proc. */
async function factsOfPs(): Promise<(pid: number) => ProcessFacts | undefined> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args='], { maxBuffer: 16 * 1024 * 1024 })
  const all = parsePs(stdout)
  return pid => all.get(pid)
}

export function parsePs(text: string): Map<number, ProcessFacts> {
  const found = new Map<number, ProcessFacts>()
  for (const line of text.split('\n')) {
    const [pid, parent, ...words] = line.trim().split(/\s+/)
    if (pid != null && parent != null) found.set(Number(pid), { pid: Number(pid), parent: Number(parent), words })
  }
  return found
}
