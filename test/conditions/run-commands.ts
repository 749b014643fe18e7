/**
 * A process that runs commands one after the other and says as JSON what each said: hundreds of processes would be slow.
 *
 * Root reads everything, so as root it first loads all that a command could need, and then becomes another user, who need not even be able to read the sources.
 */
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { mock } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseConfigFile } from '../../packages/node/src/config/config-file.ts'
import { runProgram } from '../../packages/cli/src/program.ts'
import type { Told } from './told.ts'

export interface RunCommandsInit {
  readonly cwd: string
  /** Whom to become. */
  readonly uid?: number
  /** `NAME=VALUE … WORD …`, and the folder where it is typed, below `cwd`. */
  readonly runs: readonly { readonly line: string; readonly at: string }[]
}

const { cwd, uid, runs } = JSON.parse(await text(process.stdin)) as RunCommandsInit

async function become(user: number): Promise<void> {
  const top = fileURLToPath(new URL('../..', import.meta.url))
  const sources = globSync('packages/{cli,node}/src/**/*.ts', { cwd: top, exclude: ['**/cli/src/main.ts', '**/*.d.ts'] })
  for (const source of sources) await import(pathToFileURL(join(top, source)).href)
  // it loads its parser when it is first asked
  await parseConfigFile('empty.yaml', '')
  process.setgroups!([])
  process.setgid!(user)
  process.setuid!(user)
}

/** What the program writes meanwhile, and its exit code. */
async function told(line: string): Promise<Told> {
  const words = line.split(' ')
  const first = words.findIndex(word => !/^[A-Z_]+=/.test(word))
  const variables = words.slice(0, first).map(word => /^([A-Z_]+)=(.*)$/.exec(word)!)
  const written: string[] = []
  const keep = (piece: unknown): boolean => {
    written.push(String(piece))
    return true
  }
  const [stdout, stderr] = [mock.method(process.stdout, 'write', keep), mock.method(process.stderr, 'write', keep)]
  for (const [, name = '', value] of variables) process.env[name] = value
  process.exitCode = 0
  try {
    const exitCode = await runProgram(words.slice(first))
    return { line, exitCode, said: written.join('') }
  } finally {
    for (const [, name = ''] of variables) delete process.env[name]
    stdout.mock.restore()
    stderr.mock.restore()
  }
}

for (const name of Object.keys(process.env)) if (name.startsWith('PEERWATCH_')) delete process.env[name]
// each run of a node listens for signals, and for the end of its reader
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0)
if (uid != null) await become(uid)
const all: Told[] = []
for (const { line, at } of runs) {
  process.chdir(join(cwd, at))
  all.push(await told(line))
}
process.stdout.write(JSON.stringify(all), () => process.exit(0))
