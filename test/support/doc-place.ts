/** A folder in which the commands of documents are run as a reader would: by a shell, one after the other, with nodes as processes. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '@peerwatch/node/testnet'
import { BIN, commandEnv } from './command.ts'
import { HANGS_AFTER_MS, until } from './until.ts'
import type { ChildProcess } from 'node:child_process'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** What a network only knows after a moment; `grep --quiet` says nothing. Anything else is wrong, however often it is tried. */
const TOO_EARLY = /^peerwatch: (unknown-peer|not-ready|no-route|too-early): |^$/
/** Nobody is evicted here: this much a command that ends an eviction gets to say. */
const NOBODY_EVICTED = { command: /^peerwatch reinstate /, said: /^peerwatch: not-evicted: / }
/** What a reader puts a peer id of his network into, and one that belongs to nobody. */
const PEER_ID = '12D3Koo…'
const GUEST_ID = '12D3KooWEChVMMMzV8acJ53mJHrw1pQ27UAGkCxWXLJutbeUMvVu'
/** A network of one seed and one trusted node with short windows: what the commands do is the same, in a tenth of the time. */
const SMALL = '--seeds 1 --trusted 1 --preset demo'

/** `jq` as far as the documents use it, since not every machine has it. */
const JQ = `const [, path = '.'] = process.argv
let text = ''
for await (const piece of process.stdin) {
  text += piece
  for (let end = text.indexOf('\\n'); end >= 0; end = text.indexOf('\\n')) {
    const value = path.split('.').filter(Boolean).reduce((at, name) => at?.[name], JSON.parse(text.slice(0, end)))
    console.log(JSON.stringify(value))
    text = text.slice(end + 1)
  }
}
`

/** More than any document makes. */
const MOST_SEEDS = 10

interface Running {
  readonly child: ChildProcess
  readonly hasEnded: () => boolean
}

export interface DocPlace {
  readonly folder: string
  /** Runs a line of a block; rejects with what it said where it fails. Nodes, and commands that follow, go on in the background. */
  readonly run: (line: string) => Promise<string>
  readonly write: (name: string, text: string) => Promise<void>
  readonly close: () => Promise<void>
}

const isNode = (line: string): boolean => /^(npx )?peerwatch (seed|trusted|watcher|peer) /.test(line)
const isEndless = (line: string): boolean => isNode(line) || / --(follow|watch)( |$)/.test(line)

/** Which node a line starts: what is started again is stopped before. */
function nodeName(line: string): string {
  const [, data] = / --data (\S+)/.exec(line) ?? []
  const [, node] = / --node \S*?([^/\s]+)(?:\s|$)/.exec(line) ?? []
  const [, role = ''] = /peerwatch (\w+)/.exec(line) ?? []
  return data ?? node ?? role
}

export async function docPlace(name: string): Promise<DocPlace> {
  await mkdir(join(ROOT, 'build'), { recursive: true })
  // inside the repository, where a script of a document finds its imports
  const folder = await mkdtemp(join(ROOT, 'build', `docs-${name}-`))
  const bin = join(folder, '.bin')
  const node = `exec '${process.execPath}'`
  const programs = {
    peerwatch: `#!/bin/sh\n${node} '${BIN}' "$@"\n`,
    npx: '#!/bin/sh\nexec "$@"\n',
    node: `#!/bin/sh\n${node} "$@"\n`,
    jq: `#!/bin/sh\n${node} --input-type=module --eval "$(cat '${join(bin, 'jq.js')}')" "$@"\n`,
    'jq.js': JQ
  }
  await mkdir(bin)
  await mkdir(join(folder, '.config', 'fish', 'completions'), { recursive: true })
  for (const [program, text] of Object.entries(programs)) {
    await writeFile(join(bin, program), text)
    await chmod(join(bin, program), 0o755)
  }
  const running = new Map<string, Running>()
  let network = ''
  let otherPeer: Promise<string> | undefined

  const environment = (line: string): NodeJS.ProcessEnv => {
    // a reader has one node where he asks; here several run side by side
    const isAsking = !isNode(line) && !/ --(data|config|log) /.test(line)
    return {
      ...commandEnv(),
      PATH: `${bin}:${process.env['PATH']}`,
      HOME: folder,
      PEERWATCH_WATCHERS: '0',
      ...(isAsking && { PEERWATCH_DATA: line.includes('peerwatch guest ') ? 'peerwatch-data/seed-1' : 'peerwatch-data/peer' })
    }
  }
  /** What the test puts in: ids, and ports that are free. */
  const filled = async (line: string): Promise<string> => {
    const whole = line.replace('ADDRESS', `/ip4/203.0.113.7/tcp/4001/p2p/${PEER_ID}`).replaceAll(`/p2p/${PEER_ID}`, `/p2p/${GUEST_ID}`)
    if (whole.includes(PEER_ID)) return whole.replaceAll(PEER_ID, await (otherPeer ??= startOther()))
    const host = / --(seed|trusted)-host /.exec(whole)?.[1]
    if (/peerwatch roster add /.test(whole))
      return `${whole.replace(/ --trusted-host \S+/, ' --trusted-host 127.0.0.1')} --${host}-port ${(await freePorts(1))[0]}`
    // the small network has one seed and two trusted nodes less
    if (!/peerwatch init /.test(whole)) return whole.replace('nodes/seed-3', 'nodes/seed-2').replaceAll('trusted-4', 'trusted-2')
    // those of seeds are counted up from the first
    const found = await freePorts(2 * MOST_SEEDS)
    const ports = `--seed-port ${found[0]} --trusted-port ${found[MOST_SEEDS]}`
    return `${whole} ${ports}${/init (devnet .*|my-network)$/.test(line) ? ` ${SMALL}` : ''}`
  }
  const stop = async (key: string): Promise<void> => {
    const found = running.get(key)
    running.delete(key)
    if (found == null || found.hasEnded() || found.child.pid == null) return
    const ended = once(found.child, 'close')
    process.kill(-found.child.pid, 'SIGTERM')
    await ended
  }
  const start = async (line: string): Promise<string> => {
    const key = isNode(line) ? nodeName(line) : line
    await stop(key)
    // a group of its own: a signal reaches what stands behind a pipe, too
    const child = spawn('bash', ['-c', line], { cwd: folder, env: environment(line), detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', piece => (stdout += String(piece)))
    child.stderr.on('data', piece => (stderr += String(piece)))
    let code: number | null | undefined
    child.once('close', ended => (code = ended))
    running.set(key, { child, hasEnded: () => code !== undefined })
    const isThere = (): boolean => {
      assert.equal(code, undefined, `${line}\n${stderr}`)
      return isNode(line) ? /^ready/m.test(stdout) : stdout.includes('\n')
    }
    await until(isThere, `a word of \`${line}\`; it said ${stdout}${stderr}`)
    return stdout
  }
  /** Somebody whom the peer of the document watches. */
  const startOther = async (): Promise<string> => /^peer (\S+)/m.exec(await start(`peerwatch peer --network ${network} --data other-peer`))?.[1] ?? ''
  const execute = async (line: string, cwd: string): Promise<{ code: number; said: string }> =>
    new Promise(resolve => {
      const script = `set -eo pipefail; fpath=(. .); ${line}`
      execFile('bash', ['-c', script], { cwd, env: environment(line), timeout: HANGS_AFTER_MS }, (error, stdout, stderr) => {
        resolve({ code: error == null ? 0 : Number(error.code ?? -1), said: error == null ? stdout : stdout + stderr })
      })
    })
  /** What is asked too early is asked again. */
  const finish = async (line: string): Promise<string> => {
    const [, made] = /peerwatch (?:init|new app) (\S+)/.exec(line) ?? []
    // shown a second time: somewhere else
    const cwd = made != null && existsSync(join(folder, made)) ? await mkdtemp(join(folder, 'again-')) : folder
    let last = await execute(line, cwd)
    if (NOBODY_EVICTED.command.test(line) && NOBODY_EVICTED.said.test(last.said)) return last.said
    const isDone = async (): Promise<boolean> => {
      assert.ok(last.code === 0 || TOO_EARLY.test(last.said), `${line}: exit code ${last.code}\n${last.said}`)
      if (last.code !== 0) last = await execute(line, cwd)
      return last.code === 0
    }
    await until(isDone, `exit code 0 of \`${line}\``)
    return last.said
  }
  const run = async (line: string): Promise<string> => {
    const text = await filled(line)
    network = / --network (\S+)/.exec(text)?.[1] ?? network
    // a reader stops the node first, as the page says
    const [, stopped] = /peerwatch rotate --data (\S+)/.exec(text) ?? []
    if (stopped != null) await Promise.all([...running.keys()].filter(key => stopped.endsWith(`/${key.split('/').at(-1)}`)).map(stop))
    return isEndless(text) ? start(text) : finish(text)
  }
  return {
    folder,
    run,
    write: async (file, text) => writeFile(join(folder, file), text),
    close: async () => {
      await Promise.all([...running.keys()].map(stop))
      await rm(folder, { recursive: true, force: true })
    }
  }
}
