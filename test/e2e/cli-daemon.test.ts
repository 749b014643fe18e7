import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readFile, rename } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { cliNetwork } from '../support/cli-network.ts'
import { BIN, commandEnv, runCommand } from '../support/command.ts'
import { until } from '../support/until.ts'
import type { Socket } from 'node:net'
import type { Ran } from '../support/command.ts'

const { root, port, start } = cliNetwork('daemon')
const at = (...names: string[]): string => join(root(), ...names)
const peerArgs = (data: string): string[] => ['peer', '--network', 'net/public', '--data', data]
const peerwatch = async (...args: string[]): Promise<Ran> => runCommand(args, { cwd: root() })
const events = async (log: string): Promise<string[]> =>
  (await readFile(log, 'utf8').catch(() => ''))
    .split('\n')
    .filter(line => line !== '')
    .map(line => (JSON.parse(line) as { event: string }).event)
const isThere = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false
  )
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const pidOf = async (data: string): Promise<number> => (JSON.parse(await readFile(at(data, 'api.json'), 'utf8')) as { pid: number }).pid

test('C70: after kill -9 a command takes what a node left behind for no node, and finds the one that runs', async () => {
  const [killed, lives] = [start(...peerArgs('peerwatch-data/killed'), '--json-ready'), start(...peerArgs('peerwatch-data/lives'), '--json-ready')]
  const [, started] = await Promise.all([killed.line('"started"'), lives.line('"started"')])
  const both = await peerwatch('status')
  assert.match(both.stderr, /bad-option: 2 nodes run here/)
  killed.child.kill('SIGKILL')
  await killed.ended
  assert.ok(await isThere(at('peerwatch-data', 'killed', 'api.json')))
  const { stdout, code } = await peerwatch('status', '--json')
  assert.deepEqual([code, (JSON.parse(stdout) as { peer: string }).peer], [0, (JSON.parse(started) as { id: string }).id])
  await lives.stop()
  const none = await peerwatch('status')
  assert.match(none.stderr, /^peerwatch: not-running: /)
})

test('C71: a node outlives whoever reads its stdout and stderr, and still ends in order', async () => {
  const peer = start(...peerArgs('unread'))
  await peer.line('data in')
  peer.child.stdout.destroy()
  peer.child.stderr.destroy()
  for (let count = 1; count <= 2; count++) {
    // each makes it say something that nobody reads
    const told = async (): Promise<boolean> =>
      (await events(at('unread', 'log.jsonl'))).filter(event => event === 'node:reload-refused' || event === 'node:reloaded').length >= count
    peer.child.kill('SIGHUP')
    await until(told, 'it has read its configuration again')
  }
  assert.equal((await peerwatch('status', '--data', 'unread')).code, 0)
  await peer.stop()
  assert.equal((await peer.ended).code, 0)
  assert.equal((await events(at('unread', 'log.jsonl'))).at(-1), 'node:stopped')
  assert.ok(!(await isThere(at('unread', 'api.json'))))
})

test('C72: a node that was started on a terminal stops in order when the terminal is gone', async () => {
  const line = ['exec', process.execPath, BIN, ...peerArgs('terminal')]
    .map(word => `'${word}'`)
    .join(' ')
    .replace("'exec'", 'exec')
  const terminal = spawn('script', ['-qefc', line, '/dev/null'], { cwd: root(), stdio: ['pipe', 'ignore', 'ignore'], env: commandEnv({ SHELL: '/bin/sh' }) })
  await until(async () => isThere(at('terminal', 'api.json')), 'the node runs')
  const pid = await pidOf('terminal')
  terminal.kill('SIGKILL')
  await until(() => !isAlive(pid), 'the node has ended')
  assert.equal((await events(at('terminal', 'log.jsonl'))).at(-1), 'node:stopped')
  assert.ok(!(await isThere(at('terminal', 'api.json'))))
})

test('C73: whoever renames the log and sends SIGHUP gets a new one, which the commands read', async () => {
  const peer = start(...peerArgs('rotated'), '--json-ready')
  await peer.line('"started"')
  await until(async () => (await events(at('rotated', 'log.jsonl'))).includes('node:started'), 'its first line is written')
  await rename(at('rotated', 'log.jsonl'), at('rotated', 'log.jsonl.1'))
  const told = peer.nextLine('"reloaded"')
  peer.child.kill('SIGHUP')
  await told
  await until(async () => (await events(at('rotated', 'log.jsonl'))).includes('node:reloaded'), 'the new log has what came after the signal')
  const earlier = await events(at('rotated', 'log.jsonl.1'))
  await peer.stop()
  assert.deepEqual([earlier.includes('node:started'), earlier.includes('node:reloaded')], [true, false])
  assert.deepEqual(await events(at('rotated', 'log.jsonl.1')), earlier)
  const { stdout } = await peerwatch('logs', '--data', 'rotated', '--type', 'node:stopped', '--json')
  assert.match(stdout, /"event":"node:stopped"/)
})

test('C74: a node that runs out of file descriptors says so, no command advises to start it again, and it goes on once there are some', async t => {
  const args = ['seed', '--network', 'net/public', '--node', 'net/nodes/seed-1', '--data', 'spent']
  const child = spawn('bash', ['-c', 'ulimit -n 80; exec "$0" "$@"', process.execPath, BIN, ...args], { cwd: root(), stdio: 'ignore', env: commandEnv() })
  t.after(() => child.kill('SIGKILL'))
  await until(async () => isThere(at('spent', 'api.json')), 'the seed runs')
  const sockets = new Set<Socket>()
  const hold = (): void => {
    const socket = connect(port(), '127.0.0.1')
    sockets.add(socket)
    const again = (): void => {
      if (sockets.delete(socket)) hold()
    }
    socket.on('error', () => {}).on('close', () => setImmediate(again))
  }
  t.after(() => {
    for (const socket of sockets) {
      sockets.delete(socket)
      socket.destroy()
    }
  })
  for (let count = 0; count < 120; count++) hold()
  await until(async () => (await readFile(at('spent', 'log.jsonl'), 'utf8')).includes('"descriptors-spent"'), 'the log says it')
  const { stderr, code } = await peerwatch('status', '--data', 'spent')
  assert.equal(code, 1)
  assert.match(stderr, /no-answer: .* runs and does not answer \(\d+ of 80 file descriptors in use\)/)
  assert.doesNotMatch(stderr, /start it again/)
  for (const socket of sockets) {
    sockets.delete(socket)
    socket.destroy()
  }
  await until(async () => (await peerwatch('status', '--data', 'spent')).code === 0, 'it answers again')
  child.kill('SIGTERM')
  await once(child, 'exit')
})
