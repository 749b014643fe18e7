import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { initNetwork } from '@peerwatch/node/init'
import { cliNetwork } from './support/cli-network.ts'
import { runCommand } from './support/command.ts'
import { until } from './support/until.ts'
import type { Command, Ran } from './support/command.ts'

/** A node that takes part. */
interface Node extends Command {
  readonly id: string
}

const {
  root,
  port,
  start: spawned
} = cliNetwork('operate', async () => {
  await config(CONFIG)
  seed = await start('seed', '--network', 'net/public', '--node', 'net/nodes/seed-1')
  peer = await start('peer', '--config', 'peer.yaml', '--reporting-most-pending', '77')
})
let seed: Node
let peer: Node

const peerwatch = async (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> => runCommand(args, { cwd: root(), env })

async function start(...args: string[]): Promise<Node> {
  const command = spawned(...args, '--json-ready')
  const { id } = JSON.parse(await command.line('"started"')) as { id: string }
  await command.line('"ready"')
  return { ...command, id }
}

const CONFIG = 'network: net/public\ndata: pdata\ntargetDegree: 4\nchat: { everyMs: 1000 }\n'
const config = async (text: string): Promise<void> => writeFile(join(root(), 'peer.yaml'), text)

async function isDebug(): Promise<boolean> {
  return (await readFile(join(root(), 'pdata', 'log.jsonl'), 'utf8')).includes('"level":"debug"')
}

function entry(event: string): string {
  return `${JSON.stringify({ time: '2026-01-01T00:00:00.000Z', level: 'info', node: 'x', event })}\n`
}

suite('a node that runs', () => {
  test('reload applies what can change at run time, tells what needs a restart for as long as it waits, and says when there is nothing', async () => {
    await config(`${CONFIG.replace('targetDegree: 4', 'targetDegree: 5')}http: { port: 1 }\nlog: { level: debug }\n`)
    const first = await peerwatch(['reload', '--data', 'pdata', '--json'])
    assert.deepEqual(JSON.parse(first.stdout), {
      changed: [
        { name: 'log.level', from: 'info', to: 'debug' },
        { name: 'targetDegree', from: 4, to: 5 }
      ],
      restart: [{ name: 'http.port', from: 0, to: 1 }]
    })
    const second = await peerwatch(['reload', '--data', 'pdata'])
    assert.equal(second.stdout, 'a restart is needed to change http.port from 0 to 1\n')
    await config(`${CONFIG.replace('targetDegree: 4', 'targetDegree: 5')}log: { level: debug }\n`)
    assert.equal((await peerwatch(['reload', '--data', 'pdata'])).stdout, 'nothing to change\n')
    await until(isDebug, 'the log has debug lines from now on')
  })

  test('a broken file changes nothing, and the command, the signal and the log say why', async () => {
    const told = peer.nextLine('bad-config')
    await config('targetDegree: 6\nlog: { levle: info }\n')
    const { code, stdout, stderr } = await peerwatch(['reload', '--data', 'pdata'])
    assert.deepEqual([code, stdout], [2, ''])
    assert.equal(
      stderr,
      'peerwatch: bad-config: peer.yaml:2:8: "log.levle" is no option; expected log.level, perhaps; correct it: `peerwatch config` lists all options\n'
    )
    peer.child.kill('SIGHUP')
    assert.equal(`${await told}\n`, stderr)
    const { stdout: events } = await peerwatch(['events', '--data', 'pdata', '--type', 'node:reload-refused'])
    assert.match(events, /node:reload-refused code=bad-config message="peer\.yaml:2:8: /)
    await config(CONFIG.replace('targetDegree: 4', 'targetDegree: 5'))
    const again = JSON.parse((await peerwatch(['reload', '--data', 'pdata', '--json'])).stdout) as { changed: { name: string; from: unknown }[] }
    assert.deepEqual(again.changed, [{ name: 'log.level', from: 'debug', to: 'info' }], 'targetDegree stayed 5')
  })

  test('a node and its log are found by the file that PEERWATCH_CONFIG names', async () => {
    const env = { PEERWATCH_CONFIG: 'peer.yaml' }
    await writeFile(join(root(), 'elsewhere.yaml'), 'data: pdata\nlog: { file: elsewhere.jsonl }\n')
    await writeFile(join(root(), 'elsewhere.jsonl'), entry('alarm'))
    const [status, health, logs, elsewhere, flag] = await Promise.all([
      peerwatch(['status', '--json'], env),
      peerwatch(['health'], env),
      peerwatch(['logs', '--json', '--type', 'node:started', '--lines', '1'], env),
      peerwatch(['logs', '--json'], { PEERWATCH_CONFIG: 'elsewhere.yaml' }),
      peerwatch(['logs', '--json', '--type', 'node:started', '--lines', '1', '--data', 'pdata'], { PEERWATCH_CONFIG: 'elsewhere.yaml' })
    ])
    assert.equal((JSON.parse(status.stdout) as { peer: string }).peer, peer.id)
    assert.deepEqual([health.stdout, health.code], ['ready\n', 0])
    assert.equal((JSON.parse(logs.stdout) as { peer: string }).peer, peer.id)
    assert.equal(elsewhere.stdout, entry('alarm'))
    assert.equal((JSON.parse(flag.stdout) as { peer: string }).peer, peer.id)
  })

  test('SIGHUP reads the file again, and stdout tells what changed', async () => {
    const told = peer.nextLine('"reloaded"')
    await config(CONFIG.replace('everyMs: 1000', 'everyMs: 2000').replace('targetDegree: 4', 'targetDegree: 5'))
    peer.child.kill('SIGHUP')
    assert.deepEqual(JSON.parse(await told), { event: 'reloaded', changed: [{ name: 'chat.everyMs', from: 1000, to: 2000 }], restart: [] })
  })

  test('C103: doctor ends with 0 for a node that takes part or was stopped, and with 1 for one that was killed', async () => {
    const killed = await start('peer', '--network', 'net/public', '--data', 'killed')
    killed.child.kill('SIGKILL')
    await killed.ended
    const dead = await doctor('--network', 'net/public', '--data', 'killed')
    assert.deepEqual([dead.code, dead.ok, dead.states['process']], [1, false, 'failed'])
    assert.match(dead.checks.find(({ check }) => check === 'process')?.remedy ?? '', /start it again/)
    await (await start('peer', '--network', 'net/public', '--data', 'killed')).stop()
    const stopped = await doctor('--network', 'net/public', '--data', 'killed')
    assert.deepEqual([stopped.code, stopped.states['process'], stopped.states['clock']], [0, undefined, 'skipped'])
  })

  test('events --follow gives the recent ones, then those that come, filtered by type and peer, until the node ends', async () => {
    const follower = spawned('events', '--data', 'peerwatch-data/seed-1', '--follow', '--json', '--type', 'peer', '--peer', peer.id)
    let found = ''
    follower.child.stdout.on('data', (piece: Buffer) => {
      found += String(piece)
    })
    await follower.line('peer:registered')
    const guest = await start('peer', '--network', 'net/public', '--data', 'other')
    for (const node of [guest, peer, seed]) await node.stop()
    const { code } = await follower.ended
    const events = found
      .trim()
      .split('\n')
      .map(text => JSON.parse(text) as { event: string; peer: string })
    assert.deepEqual(new Set(events.map(event => event.peer)), new Set([peer.id]))
    assert.ok(events.some(({ event }) => event === 'peer:goodbye'))
    assert.equal(code, 0)
  })

  test('logs prints the end of the log for people, or as it is, also after the node has ended', async () => {
    const [people, json, none] = await Promise.all([
      peerwatch(['logs', '--data', 'pdata', '--type', 'node', '--lines', '2']),
      peerwatch(['logs', '--data', 'pdata', '--json', '--type', 'node:started', '--peer', peer.id]),
      peerwatch(['logs', '--data', 'pdata', '--level', 'error', '--type', 'neighbour'])
    ])
    assert.match(
      people.stdout,
      /^\d{4}-\d\d-\d\d [\d:.]+Z info {2}peer node:reloaded changed=chat\.everyMs restart=none\n\S+ \S+ info {2}peer node:stopped uptimeMs=\d+\n$/
    )
    assert.equal((JSON.parse(json.stdout) as { peer: string }).peer, peer.id)
    assert.equal(none.stdout, '')
  })
})

test('--no-chat-first-sights leaves the lines of first sights out of the log, and nothing else', async () => {
  const again = await start('seed', '--network', 'net/public', '--node', 'net/nodes/seed-1')
  const options = ['peer', '--network', 'net/public', '--chat-every-ms', '100']
  const [loud, quiet] = await Promise.all([start(...options, '--data', 'loud'), start(...options, '--data', 'quiet', '--no-chat-first-sights')])
  const heard = async (): Promise<number> => (await readFile(join(root(), 'loud', 'log.jsonl'), 'utf8')).split(`"origin":"${quiet.id}"`).length - 1
  await until(async () => (await heard()) >= 10, 'what each says reaches the other')
  for (const node of [loud, quiet, again]) await node.stop()
  const text = await readFile(join(root(), 'quiet', 'log.jsonl'), 'utf8')
  assert.ok(text.includes('"event":"neighbour:connected"') && !text.includes('first-sight'))
})

test('--log-format pretty writes the log for people, and logs prints it', async () => {
  const node = spawned('peer', '--network', 'net/public', '--data', 'pretty', '--log-format', 'pretty', '--json-ready')
  await node.line('"started"')
  await node.stop()
  const text = await readFile(join(root(), 'pretty', 'log.jsonl'), 'utf8')
  assert.match(text, /^\S+ \S+ \w+ +peer \S+/m)
  assert.equal((await peerwatch(['logs', '--data', 'pretty'])).stdout, text)
})

test('C108: logs reads files alone: a device has no end, and a pipe is waited for', async () => {
  execFileSync('mkfifo', [join(root(), 'pipe')])
  for (const path of ['/dev/zero', 'pipe', '/dev/null']) {
    const { code, stderr } = await peerwatch(['logs', '--log', path])
    assert.deepEqual([code, stderr.replace(/;.*/s, '')], [1, `peerwatch: no-log: ${path} is a device or pipe`])
  }
})

test('logs --follow goes on, over a rotated file too', async () => {
  const path = join(root(), 'rotated.jsonl')
  await writeFile(path, entry('node:started'))
  const follower = spawned('logs', '--log', path, '--follow')
  await follower.line('node:started')
  await writeFile(path, entry('node:stopped'), { flag: 'a' })
  await follower.line('node:stopped')
  await rm(path)
  await writeFile(path, entry('alarm'))
  await follower.line('alarm')
  follower.child.kill('SIGINT')
  await follower.ended
})

test('config shows every effective value and who set it', async () => {
  await writeFile(join(root(), 'all.yaml'), 'listen:\n  - /ip4/127.0.0.1/tcp/14601\nlog:\n  level: warn\nregistry: { mostPeers: 5 }\n')
  const env = { PEERWATCH_HTTP_PORT: '9100', PEERWATCH_CONFIG: 'all.yaml', PEERWATCH_LOGLEVEL: 'x' }
  const [people, json] = await Promise.all([peerwatch(['config', 'seed', '--log-level', 'error'], env), peerwatch(['config', 'seed', '--json'], env)])
  for (const row of [
    /^listen +\/ip4\/127\.0\.0\.1\/tcp\/14601 +all\.yaml:2:3$/m,
    /^http\.port +9100 +PEERWATCH_HTTP_PORT$/m,
    /^log\.level +error +--log-level$/m,
    /^registry\.mostPeers +5 peers +all\.yaml:5:24$/m,
    /^enforce +true +default$/m
  ])
    assert.match(people.stdout, row)
  assert.ok(!people.stdout.includes('targetDegree'), 'a seed has no degree')
  assert.match(people.stderr, /^peerwatch: warning: unknown-variable: PEERWATCH_LOGLEVEL \(PEERWATCH_LOG_LEVEL, perhaps\) [^\n]*; expected [^\n]*; [^\n]*\n$/)
  const { options } = JSON.parse(json.stdout) as { options: { name: string }[] }
  assert.deepEqual(
    options.find(({ name }) => name === 'log.level'),
    { name: 'log.level', value: 'warn', live: true, source: { kind: 'file', path: 'all.yaml', line: 4, column: 10 } }
  )
})

interface Check {
  readonly check: string
  readonly state: string
  readonly remedy?: string
}

async function doctor(...args: string[]): Promise<{ code: number; ok: boolean; states: Record<string, string>; checks: Check[] }> {
  const { code, stdout } = await peerwatch(['doctor', '--json', ...args])
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] }
  return { code, ok, checks, states: Object.fromEntries(checks.map(({ check, state }) => [check, state])) }
}

test('doctor finds nothing wrong with a node that takes part, and says what to do about one that cannot', async () => {
  const again = await start('seed', '--network', 'net/public', '--node', 'net/nodes/seed-1')
  const healthy = await start('peer', '--network', 'net/public', '--data', 'pdata')
  const good = await doctor('--network', 'net/public', '--data', 'pdata')
  const { node: _node, reachability, ...states } = good.states
  assert.deepEqual(states, {
    version: 'ok',
    network: 'ok',
    'data folder': 'ok',
    'file modes': 'ok',
    disk: 'ok',
    ports: 'ok',
    seeds: 'ok',
    clock: 'ok',
    registry: 'ok'
  })
  assert.ok(reachability === 'ok' || reachability === 'skipped')
  assert.deepEqual([good.code, good.ok], [0, true])
  await healthy.stop()

  const ofSeed = await doctor('--network', 'net/public', '--node', 'net/nodes/seed-1')
  assert.deepEqual([ofSeed.code, ofSeed.states['clock'], ofSeed.states['registry']], [0, 'skipped', 'ok'])
  assert.match(ofSeed.checks.find(({ check }) => check === 'clock')?.remedy ?? '', /NTP/)

  const taken = await doctor('--network', 'net/public', '--data', 'none', '--listen', `/ip4/127.0.0.1/tcp/${port()}`)
  assert.deepEqual([taken.code, taken.states['ports'], taken.states['clock'], taken.states['file modes']], [1, 'failed', 'skipped', 'skipped'])
  const api = await doctor('--network', 'net/public', '--data', 'none', '--http-port', String(port()))
  assert.deepEqual([api.code, api.states['ports']], [1, 'failed'])
  assert.match(api.checks.find(({ state }) => state === 'failed')?.remedy ?? '', /--http-port/)
  await again.stop()

  await initNetwork({ directory: join(root(), 'other'), nowMs: Date.now(), seeds: 1, trusted: 1, seedPort: port(), trustedPort: port() + 1 })
  const foreign = await doctor('--network', 'other/public', '--data', 'pdata')
  assert.deepEqual([foreign.code, foreign.states['data folder']], [1, 'failed'])
  const asSeed = await doctor('seed', '--network', 'net/public', '--data', 'pdata')
  assert.equal(asSeed.states['data folder'], 'failed')

  await chmod(join(root(), 'pdata'), 0o755)
  const wide = await doctor('--network', 'net/public', '--data', 'pdata')
  assert.deepEqual([wide.states['file modes'], wide.checks.find(({ check }) => check === 'file modes')?.remedy], ['failed', 'chmod go-rwx pdata'])
  await chmod(join(root(), 'pdata'), 0o700)
  await chmod(join(root(), 'pdata', 'key'), 0o644)
  const bad = await doctor('--network', 'net/public', '--data', 'pdata')
  assert.deepEqual([bad.code, bad.ok, bad.states['file modes'], bad.states['seeds'], bad.states['ports']], [1, false, 'failed', 'failed', 'ok'])
  assert.ok(bad.checks.filter(({ state }) => state === 'failed').every(({ remedy }) => (remedy ?? '').length > 10))
  const lost = await doctor('--network', 'nowhere')
  assert.deepEqual([lost.code, lost.states['network']], [1, 'failed'])
})
