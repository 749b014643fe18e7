/** One run of docker-compose.yml under a project name of its own, asked through the `docker` command alone. */
import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

const OUTPUT_BYTES_MOST = 256 * 1024 * 1024
const POLL_MS = 3_000
/** Lines are asked for again over this time: the engine stamps them a little later than the node wrote them. */
const OVERLAP_MS = 5_000

export interface LogLine {
  readonly time: string
  readonly node: string
  readonly event: string
  readonly [field: string]: unknown
}

/** What `docker inspect` says of a container, as far as it is looked at. */
export interface Container {
  readonly Id: string
  readonly Name: string
  readonly State: { readonly Status: string; readonly StartedAt: string; readonly ExitCode: number; readonly Health?: { readonly Status: string } }
  readonly Config: { readonly User: string; readonly Labels: Readonly<Record<string, string>> }
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean
    readonly CapDrop: readonly string[] | null
    readonly PortBindings: Readonly<Record<string, unknown>>
  }
  readonly Mounts: readonly { readonly Type: string; readonly Name?: string; readonly Destination: string; readonly RW: boolean }[]
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface ComposeProject {
  /** `docker compose …`; rejects with its stderr where it fails. */
  readonly compose: (...args: string[]) => Promise<string>
  readonly containers: () => Promise<Container[]>
  /** The events that a container has told, from `sinceMs` (ms since the Unix epoch) on. */
  readonly log: (container: Container, sinceMs?: number) => Promise<LogLine[]>
  readonly exec: (container: Container, ...command: string[]) => Promise<Outcome>
  /** Containers, networks and volumes. */
  readonly remove: () => Promise<void>
}

export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, { maxBuffer: OUTPUT_BYTES_MOST })
  return stdout
}

export function serviceOf({ Config }: Container): string {
  return Config.Labels['com.docker.compose.service'] ?? ''
}

export function composeProject(name: string, env: Readonly<Record<string, string>>): ComposeProject {
  const compose: ComposeProject['compose'] = async (...args) => {
    const { stdout } = await run('docker', ['compose', '--project-name', name, ...args], { maxBuffer: OUTPUT_BYTES_MOST, env: { ...process.env, ...env } })
    return stdout
  }
  return {
    compose,
    containers: async () => {
      const ids = (await docker('ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${name}`)).split('\n').filter(id => id !== '')
      return ids.length === 0 ? [] : (JSON.parse(await docker('inspect', ...ids)) as Container[])
    },
    log: async ({ Id }, sinceMs = 0) => {
      const lines = (await docker('logs', '--since', new Date(sinceMs).toISOString(), Id)).split('\n')
      return lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line) as LogLine)
    },
    exec: async ({ Id }, ...command) =>
      run('docker', ['exec', Id, ...command]).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        ({ code, stdout, stderr }: Outcome) => ({ code, stdout, stderr })
      ),
    remove: async () => {
      await compose('--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '5')
    }
  }
}

/** Asks again until there is an answer; rejects with what was missing last after `withinMs`. */
export async function until<T>(withinMs: number, look: () => Promise<{ readonly found: T } | { readonly missing: string }>): Promise<T> {
  const deadlineMs = performance.now() + withinMs
  for (;;) {
    const answer = await look()
    if ('found' in answer) return answer.found
    if (performance.now() > deadlineMs) throw new Error(`after ${Math.round(withinMs / 1000)} s still missing: ${answer.missing}`)
    await pause(POLL_MS)
  }
}

/**
 * Until each of the containers has told such a line. One container at a time and each line about once:
 * on a small machine the test must not be what it waits for.
 */
export async function untilAllTell(
  { log }: ComposeProject,
  { withinMs, what, containers, isLine }: { withinMs: number; what: string; containers: readonly Container[]; isLine: (line: LogLine) => boolean }
): Promise<void> {
  const silent = new Map(containers.map(each => [each, 0]))
  await until(withinMs, async () => {
    for (const [container, sinceMs] of silent) {
      const askedMs = Date.now()
      if ((await log(container, sinceMs)).some(isLine)) silent.delete(container)
      else silent.set(container, askedMs - OVERLAP_MS)
    }
    return silent.size === 0 ? { found: true } : { missing: `${what} in ${Array.from(silent.keys(), ({ Name }) => Name).join(', ')}` }
  })
}

export function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`
}

/** Prints what was done, and how long it took. */
export async function step<T>(what: string, act: () => Promise<T>): Promise<T> {
  const sinceMs = performance.now()
  const result = await act()
  console.log(`ok  ${what} (${seconds(sinceMs)})`)
  return result
}
