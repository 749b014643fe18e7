import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { freePorts } from '@peerwatch/node/testnet'
import { cliNetwork } from '../support/cli-network.ts'
import { BIN, runCommand, startCommand } from '../support/command.ts'
import { until } from '../support/until.ts'
import type { AddressInfo } from 'node:net'
import type { Command, Ran } from '../support/command.ts'

/** As npm does it: a shell between, and no signal handed on. With DETACHED the shell has a session of its own, as by setsid. */
const NPX = `import { spawn } from 'node:child_process'
spawn('/bin/sh', ['-c', '"$0" "$@"; exit $?', process.execPath, ${JSON.stringify(BIN)}, ...process.argv.slice(2)], {
  stdio: 'inherit', detached: process.env.DETACHED != null, env: { ...process.env, npm_command: 'exec' }
})`

const { root, port, start } = cliNetwork('processes', async () => writeFile(at('npx.mjs'), NPX))
const at = (...names: string[]): string => join(root(), ...names)
const peerArgs = (data: string): string[] => ['peer', '--network', 'net/public', '--data', data]
const running = new Set<Command>()
const byNpx = (args: string[], env: Record<string, string> = {}): Command => startCommand(args, { cwd: root(), bin: at('npx.mjs'), env }, running)
const peerwatch = async (args: string[], env: Record<string, string> = {}): Promise<Ran> => runCommand(args, { cwd: root(), env })
const pidOf = async (data: string): Promise<number> => (JSON.parse(await readFile(at(data, 'api.json'), 'utf8')) as { pid: number }).pid
const listed = async (env: Record<string, string> = {}): Promise<{ dataDir: string; pid: number; name: string; state: string }[]> => {
  const { stdout } = await peerwatch(['nodes', '--json'], { TMPDIR: root(), ...env })
  return (JSON.parse(stdout) as { nodes: { dataDir: string; pid: number; name: string; state: string }[] }).nodes
}
after(() => {
  for (const { child } of running) child.kill('SIGKILL')
})

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`C80: a node that npx started stops in order when ${signal} ends npx`, async () => {
    const npx = byNpx([...peerArgs(signal), '--json-ready'])
    await npx.line('"started"')
    npx.child.kill(signal)
    // its output is closed by the node alone
    await npx.ended
    await npx.line('"stopped"')
    const { stdout } = await peerwatch(['logs', '--json', '--data', signal, '--type', 'node:stopped'])
    assert.match(stdout, /node:stopped/)
  })
}

test('C80: what was put into a session of its own, or only inherits the variables of npm, goes on', async () => {
  const npx = byNpx([...peerArgs('detached'), '--json-ready'], { DETACHED: '1' })
  const inherits = startCommand(peerArgs('inherits'), { cwd: root(), env: { npm_command: 'run-script' } }, running)
  await Promise.all([npx.line('"started"'), inherits.line('data in')])
  npx.child.kill('SIGKILL')
  const pid = await pidOf('detached')
  // each asks it anew, and takes longer than two of its looks
  for (let count = 0; count < 2; count++) assert.equal((await peerwatch(['status', '--data', 'detached'])).code, 0)
  process.kill(pid, 'SIGTERM')
  const { stderr } = await npx.ended
  assert.doesNotMatch(stderr, /is gone/)
  assert.equal((await peerwatch(['status', '--data', 'inherits'])).code, 0)
  await inherits.stop()
})

test('C81: nodes lists what runs, whatever its data folder, and nothing of what was killed', async () => {
  await mkdir(at('elsewhere'), { recursive: true })
  const [one, other] = [start(...peerArgs('elsewhere/one'), '--json-ready'), start(...peerArgs('peerwatch-data/other'), '--json-ready')]
  await Promise.all([one.line('"started"'), other.line('"started"')])
  await until(async () => (await listed()).length === 2, 'both are listed')
  assert.deepEqual((await listed()).map(({ dataDir }) => dataDir).toSorted(), [at('elsewhere', 'one'), at('peerwatch-data', 'other')])
  assert.match((await peerwatch(['nodes'])).stdout, new RegExp(`^peer +peerwatch +not ready +${one.child.pid} .*${at('elsewhere', 'one')}$`, 'm'))
  one.child.kill('SIGKILL')
  await one.ended
  assert.deepEqual(
    (await listed()).map(({ pid }) => pid),
    [other.child.pid]
  )
  // stopped, it answers nothing, and runs all the same
  assert.deepEqual(
    (await listed()).map(({ state }) => state),
    ['not-ready']
  )
  assert.match((await peerwatch(['nodes'])).stdout, /^peer, process \d+ +registered at no seed$/m)
  other.child.kill('SIGSTOP')
  assert.deepEqual(
    (await listed()).map(({ state }) => state),
    ['no-answer']
  )
  other.child.kill('SIGCONT')
  await other.stop()
  assert.match((await peerwatch(['nodes'], { TMPDIR: root() })).stdout, /^no node of this user runs here \(/m)
})

test('C81: what stands in the runtime folder is believed only as far as a node of this user wrote and holds it', async t => {
  const env = { XDG_RUNTIME_DIR: at('run') }
  await mkdir(at('run', 'peerwatch'), { recursive: true, mode: 0o700 })
  const right = {
    format: 1,
    role: 'peer',
    name: 'peer',
    id: '12D3Koo',
    network: 'net',
    authority: '12D3KooA',
    addresses: [],
    dataDir: '/x',
    pid: 1,
    startedAtMs: 1
  }
  const entry = async (id: string, content: unknown): Promise<void> => writeFile(at('run', 'peerwatch', `${id}.json`), JSON.stringify(content))
  const servers = await Promise.all(
    ['a', 'b', 'c', 'd', 'f', '9'].map(
      async letter =>
        new Promise<ReturnType<typeof createServer>>(resolve => {
          const server = createServer(socket => socket.destroy()).listen(at('run', 'peerwatch', `${letter.repeat(16)}.lock`), () => resolve(server))
        })
    )
  )
  t.after(() => {
    for (const server of servers) server.close()
  })
  await entry('a'.repeat(16), right)
  await entry('b'.repeat(16), { ...right, name: '\u001b[31mred' })
  await entry('c'.repeat(16), 'nothing')
  await writeFile(at('elsewhere.json'), JSON.stringify({ ...right, dataDir: '/linked' }))
  await symlink(at('elsewhere.json'), at('run', 'peerwatch', `${'d'.repeat(16)}.json`))
  await entry('e'.repeat(16), right)
  await entry('f'.repeat(16), { ...right, startedAtMs: 9e15 })
  await entry('9'.repeat(16), { ...right, authority: 7 })
  await entry('not-an-id', right)
  assert.deepEqual(
    (await listed(env)).map(({ dataDir }) => dataDir),
    ['/x']
  )
  // as anybody may do below the folder of temporary files
  await mkdir(at('link'))
  await symlink(at('run', 'peerwatch'), at('link', 'peerwatch'))
  assert.deepEqual(await listed({ XDG_RUNTIME_DIR: at('link') }), [])
})

test('a node that cannot put itself down says so, and runs', async () => {
  await writeFile(at('file'), '')
  const peer = startCommand(peerArgs('unlisted'), { cwd: root(), env: { XDG_RUNTIME_DIR: at('file') } }, running)
  await peer.line('data in')
  await peer.line('peerwatch: warning: data-unusable: the node cannot be put down')
  assert.equal((await peerwatch(['status', '--data', 'unlisted'])).code, 0)
  await peer.stop()
})

test('a second node on one folder is told a folder that is free', async () => {
  const peer = start(...peerArgs('peerwatch-data/peer'))
  await peer.line('data in')
  await mkdir(at('peerwatch-data', 'peer-2'))
  const { stderr, code } = await peerwatch(peerArgs('peerwatch-data/peer'))
  assert.equal(code, 1)
  assert.match(stderr, /data-locked: .*such as --data peerwatch-data\/peer-3; or stop that one$/m)
  await peer.stop()
})

test('C82: a seed elsewhere than network.json says is not ready, and its start, log, health and doctor say where it should be', async () => {
  const [free = 0] = await freePorts(1)
  const seedArgs = ['--network', 'net/public', '--node', 'net/nodes/seed-1', '--data', 'seed']
  const says = new RegExp(`listens at /ip4/127.0.0.1/tcp/${free}.*, and network.json says /ip4/127.0.0.1/tcp/${port()}/p2p/\\S+: nobody will find it`)
  const seed = start('seed', ...seedArgs, '--port', String(free))
  assert.match(await seed.line('warning: seed-elsewhere'), says)
  const [health, before, meanwhile] = [
    await peerwatch(['health', '--data', 'seed']),
    await peerwatch(['doctor', 'seed', ...seedArgs, '--port', String(free)]),
    await peerwatch(['doctor', '--data', 'seed'])
  ]
  assert.match(health.stderr, says)
  for (const { stdout, code } of [before, meanwhile]) {
    assert.match(stdout, says)
    assert.equal(code, 1)
  }
  await seed.stop()
  assert.match(await readFile(at('seed', 'log.jsonl'), 'utf8'), /"code":"seed-elsewhere"/)
  assert.match((await peerwatch(['doctor', 'seed', ...seedArgs, '--port', String(free)])).stdout, says)
  const right = start('seed', ...seedArgs)
  await right.line('ready')
  assert.equal((await peerwatch(['health', '--data', 'seed'])).code, 0)
  await right.stop()
})

test('--port is short for --listen: of both that of the stronger place counts, and a bare number tells of it', async () => {
  assert.match(
    (await peerwatch([...peerArgs('port'), '--listen', '4500'])).stderr,
    /^peerwatch: usage: --listen is "4500"; expected a multiaddr .*, or --port 4500 for a port alone; /
  )
  assert.match(
    (await peerwatch([...peerArgs('port'), '--listen', '/ip4/127.0.0.1/tcp/1', '--port', '2'])).stderr,
    /^peerwatch: bad-option: --listen and --port both say where to listen/
  )
  const [free = 0] = await freePorts(1)
  const peer = startCommand([...peerArgs('port'), '--port', String(free)], { cwd: root(), env: { PEERWATCH_LISTEN: '/ip4/127.0.0.2/tcp/7' } }, running)
  assert.match(await peer.line('peer 12D3Koo'), new RegExp(` at /ip4/127.0.0.1/tcp/${free}/p2p/`))
  await peer.stop()
})

test('init says which of its ports somebody has now', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  const { stderr, code } = await peerwatch(['init', 'taken', '--seeds', '1', '--seed-port', String(taken)])
  assert.equal(code, 0)
  assert.match(stderr, new RegExp(`^peerwatch: warning: port-in-use: something listens at [^;]*/ip4/127\\.0\\.0\\.1/tcp/${taken}[, ]`, 'm'))
})

test('init says which half of a network stays on this machine', async () => {
  const { stderr, code } = await peerwatch(['init', 'half', '--seed-host', 'seed.example.org'])
  assert.equal(code, 0)
  assert.match(stderr, /^peerwatch: warning: half-local: the trusted nodes are at \/ip4\/127\.0\.0\.1\/tcp\/14701.*make it again with --trusted-host$/m)
  assert.equal((await peerwatch(['init', 'whole', '--seed-host', 'seed.example.org', '--trusted-host', 'trusted.example.org'])).stderr, '')
})
