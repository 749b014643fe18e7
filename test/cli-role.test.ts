import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { createNode } from '@peerwatch/node'
import { initNetwork } from '@peerwatch/node/init'
import { loadNetworkFolder, loadNodeFolder } from '@peerwatch/node/files'
import { roleNames, roleOf, ROLES, stopOrder } from '@peerwatch/node/roles'
import { freePorts } from '@peerwatch/node/testnet'
import { startCommand } from './support/command.ts'
import type { NodeRole } from '@peerwatch/node/roles'
import type { Command } from './support/command.ts'

/** The command that has a role more than Peerwatch. */
const HERALD = fileURLToPath(new URL('support/herald-command.ts', import.meta.url))

let root = ''
const running = new Set<Command>()
const at = (...names: string[]): string => join(root, ...names)

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'peerwatch-role-'))
  const [port = 0] = await freePorts(2)
  await initNetwork({ directory: at('net'), nowMs: Date.now(), preset: 'demo', seeds: 1, trusted: 1, seedPort: port, trustedPort: port + 1 })
  const key = await generateKeyPair('Ed25519')
  await mkdir(at('net/nodes/herald-1'))
  await writeFile(at('net/nodes/herald-1/key'), Buffer.from(privateKeyToProtobuf(key)), { mode: 0o600 })
  await writeFile(at('net/nodes/herald-1/node.json'), JSON.stringify({ format: 1, name: 'herald-1', role: 'herald', id: key.publicKey.toString() }))
})
after(async () => {
  for (const { child } of running) child.kill('SIGKILL')
  await rm(root, { recursive: true, force: true })
})

test('a role that is one more row runs as a process: it has a command and options, becomes ready, answers, and ends in order', async () => {
  const seed = startCommand(['seed', '--network', 'net/public', '--node', 'net/nodes/seed-1', '--json-ready'], { cwd: root }, running)
  await seed.line('"started"')
  const herald = (...args: string[]): Command => startCommand(args, { cwd: root, bin: HERALD }, running)

  const unready = await herald('herald', '--network', 'net/public').ended
  assert.match(unready.stderr, /required option '--node <folder>' not specified/)
  const elsewhere = await herald('peer', '--network', 'net/public', '--node', 'net/nodes/herald-1').ended
  assert.match(elsewhere.stderr, /is the folder of a herald; expected that of a peer; start it with `peerwatch herald`/)

  const run = herald('herald', '--network', 'net/public', '--node', 'net/nodes/herald-1', '--target-degree', '3', '--json-ready')
  assert.equal((JSON.parse(await run.line('"started"')) as { role: string }).role, 'herald')
  assert.equal((JSON.parse(await run.line('"ready"')) as { seeds: number }).seeds, 1)
  const status = JSON.parse(await herald('status', '--data', 'peerwatch-data/herald-1', '--json').line('"version"')) as { role: string }
  assert.equal(status.role, 'herald')
  const examined = JSON.parse(await herald('doctor', 'herald', '--data', 'peerwatch-data/herald-1', '--json').line('"checks"')) as {
    checks: { check: string; state: string }[]
  }
  assert.equal(examined.checks.find(({ check }) => check === 'registry')?.state, 'ok')

  run.child.kill('SIGTERM')
  await run.line('"stopped"')
  assert.equal((await run.ended).code, 0)
  const log = (await readFile(at('peerwatch-data/herald-1/log.jsonl'), 'utf8')).trim().split('\n')
  assert.ok(log.every(line => (JSON.parse(line) as { role: string }).role === 'herald'))
  await seed.stop()
})

test('a role that the table does not have is refused: by createNode, by the reader of node.json and by the command', async () => {
  const { network } = await loadNetworkFolder(at('net/public'))
  const says = /role is "herald"; expected seed, trusted, watcher, peer; /
  await assert.rejects(createNode({ role: 'herald' as NodeRole, network, dataDir: at('never') }), { code: 'bad-option', message: says })
  await assert.rejects(readFile(at('never', 'key')), { code: 'ENOENT' })
  await assert.rejects(loadNodeFolder(at('net/nodes/herald-1')), { code: 'bad-node', message: says })
  const { stderr } = await startCommand(['config', 'herald'], { cwd: root }, running).ended
  assert.match(stderr, /the role is "herald"; expected seed, trusted, watcher, peer/)
  for (const name of ['constructor', 'toString', '__proto__', ['seed'], 1, undefined]) assert.throws(() => roleOf(name), { code: 'bad-option' })
})

test('whoever needs others stops before them', () => {
  assert.deepEqual(stopOrder(), [['watcher', 'peer'], ['trusted'], ['seed']])
  assert.deepEqual(stopOrder({ ...ROLES, herald: { ...ROLES.peer, stops: 9 } }).at(-1), ['herald'])
  assert.deepEqual(roleNames(), ['seed', 'trusted', 'watcher', 'peer'])
})
