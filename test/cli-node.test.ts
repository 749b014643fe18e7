import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { cliNetwork } from './support/cli-network.ts'
import type { Command } from './support/command.ts'

const { root, port, start } = cliNetwork('node')
const seedArgs = (...more: string[]): string[] => ['seed', '--network', 'net/public', '--node', 'net/nodes/seed-1', ...more]

test('a node says who it is, keeps its data folder for itself, answers to its owner, and ends in order', async () => {
  const seed = start(...seedArgs('--json-ready'))
  const started = JSON.parse(await seed.line('"started"')) as { id: string; addresses: string[]; role: string }
  assert.equal(started.role, 'seed')
  assert.deepEqual(started.addresses, [`/ip4/127.0.0.1/tcp/${port()}/p2p/${started.id}`])

  const [second, other] = await Promise.all([start(...seedArgs()).ended, start(...seedArgs('--data', 'other')).ended])
  assert.match(
    second.stderr,
    /^peerwatch: data-locked: the data folder peerwatch-data\/seed-1 is in use by another node[^\n]*; expected [^\n]*--data peerwatch-data\/seed-1-2[^\n]*\n$/
  )
  assert.match(other.stderr, /^peerwatch: port-in-use: \S+ is in use by another program; expected [^\n]*--listen[^\n]*\n$/)
  assert.deepEqual([second.code, other.code], [1, 1])

  const asked = start('status', '--json')
  const status = JSON.parse(await asked.line('"version"')) as { role: string; peer: string }
  assert.deepEqual([status.role, status.peer], ['seed', started.id])

  seed.child.kill('SIGTERM')
  await seed.line('"stopped"')
  const { code, stderr } = await seed.ended
  assert.deepEqual([code, stderr], [0, ''])
  assert.ok(!(await readdir(join(root(), 'peerwatch-data', 'seed-1'))).includes('api.json'))
})

test('health is an exit code: 0 once the node takes part, else 1 with the reason', async () => {
  const none = await start('health', '--data', 'healthy').ended
  assert.match(none.stderr, /^peerwatch: not-running: [^\n]*\n$/)
  assert.equal(none.code, 1)

  const { peer } = await startPeer('healthy')
  const alone = await start('health', '--data', 'healthy').ended
  assert.match(alone.stderr, /^peerwatch: not-ready: the node runs but does not take part yet \(registered at no seed\); expected [^\n]*\n$/)
  assert.equal(alone.code, 1)

  const seed = start(...seedArgs('--json-ready'))
  await seed.line('"started"')
  const seedsHealth = start('health', '--data', 'peerwatch-data/seed-1', '--json')
  assert.deepEqual(JSON.parse(await seedsHealth.line('{')), { ready: true })
  assert.equal((await seedsHealth.ended).code, 0)
  await peer.line('"ready"')
  assert.equal((await start('health', '--data', 'healthy').ended).code, 0)
  peer.child.kill('SIGTERM')
  await peer.ended
  seed.child.kill('SIGTERM')
  await seed.ended
})

test('with --log - the events are on stdout as JSON lines, what people read on stderr, and no log file is made', async () => {
  const peer = start('peer', '--network', 'net/public', '--data', 'talking', '--log', '-')
  assert.equal((JSON.parse(await peer.line('"node:started"')) as { node: string }).node, 'peer')
  peer.child.kill('SIGTERM')
  await peer.line('node:stopped')
  const { code, stderr } = await peer.ended
  assert.equal(code, 0)
  assert.match(stderr, /^peer 12D3Koo/)
  assert.ok(!(await readdir(join(root(), 'talking'))).includes('log.jsonl'))
})

test('a damaged database is told in one line, and nothing in it is changed', async () => {
  const peer = start('peer', '--network', 'net/public', '--json-ready', '--data', 'damaged')
  await peer.line('"started"')
  peer.child.kill('SIGTERM')
  assert.equal((await peer.ended).code, 0)
  const current = join(root(), 'damaged', 'lock', 'CURRENT')
  await writeFile(current, 'garbage')
  const again = await start('peer', '--network', 'net/public', '--data', 'damaged').ended
  assert.match(again.stderr, /^peerwatch: data-corrupt: the database damaged is damaged [^\n]*; expected [^\n]*; move it away[^\n]*\n$/)
  assert.equal(again.code, 1)
  assert.equal(await readFile(current, 'utf8'), 'garbage')
})

async function startPeer(data: string, ...more: string[]): Promise<{ peer: Command; id: string }> {
  const peer = start('peer', '--network', 'net/public', '--json-ready', '--data', data, ...more)
  return { peer, id: (JSON.parse(await peer.line('"started"')) as { id: string }).id }
}

test('a peer whose seeds are silent warns once, counts how long it waits and goes on; its identity survives a restart', async () => {
  const first = await startPeer('lonely')
  await first.peer.line('unreachable-seed')
  await first.peer.line('waiting for')
  first.peer.child.kill('SIGINT')
  const { code, stderr } = await first.peer.ended
  assert.match(
    stderr,
    /^peerwatch: warning: unreachable-seed: seed 12D3Koo\w+ seed-1: [^\n]*ECONNREFUSED[^\n]*; expected at least one seed; the node goes on trying\n(?:peerwatch: waiting for \d+ s: no seed has answered yet\n)*$/
  )
  assert.equal(code, 0)
  const second = await startPeer('lonely')
  assert.equal(second.id, first.id)
  second.peer.child.kill('SIGINT')
  assert.equal((await second.peer.ended).code, 0)
})

test('a second signal ends a node at once', async () => {
  const { peer } = await startPeer('hasty')
  peer.child.kill('SIGINT')
  peer.child.kill('SIGTERM')
  const { code, stderr } = await peer.ended
  assert.ok(code === 130 || code === 143, `code ${code}`)
  assert.equal(stderr, '')
})
