/** The tier of trusted nodes grows and shrinks by commands, while its network runs. */
import assert from 'node:assert/strict'
import { cp, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePorts } from '@peerwatch/node/testnet'
import { cliNetwork } from '../support/cli-network.ts'
import { runCommand } from '../support/command.ts'
import { until } from '../support/until.ts'
import type { TreeView } from '@peerwatch/node/node-view'
import type { Command, Ran } from '../support/command.ts'

const { root, start } = cliNetwork('tier')
const peerwatch = async (...args: string[]): Promise<Ran> => runCommand(args, { cwd: root() })

async function said<T>(...args: string[]): Promise<T> {
  const { stdout, stderr, code } = await peerwatch(...args, '--json')
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout) as T
}

async function run(role: string, node: string | undefined, data: string, network = 'net/public'): Promise<Command> {
  const command = start(role, '--network', network, ...(node == null ? [] : ['--node', `net/nodes/${node}`]), '--data', data)
  await command.line('ready')
  return command
}

const treeAt = async (data: string): Promise<TreeView> => said<TreeView>('tree', '--data', data)

async function isWhole(data: string, rosterVersion: number, ranges: number): Promise<boolean> {
  const tree = await treeAt(data)
  return tree.rosterVersion === rosterVersion && tree.awaited.length === 0 && tree.nodes.filter(({ range }) => range != null).length === ranges
}

interface Changed {
  readonly version: number
  readonly added: { readonly id: string; readonly name: string; readonly role: string }
}

test('C120: one trusted node becomes three and then two, by commands alone; a change that came too early would lose records, and waits', async () => {
  const ports = await freePorts(2)
  await run('seed', 'seed-1', 'seed-1')
  await run('trusted', 'trusted-1', 'trusted-1')
  let second: Command | undefined
  await run('peer', undefined, 'peer-1')
  await run('peer', undefined, 'peer-2')
  for (const [index, port] of ports.entries()) {
    const name = `trusted-${index + 2}`
    const { version, added } = await said<Changed>('roster', 'add', 'net', '--trusted-host', '127.0.0.1', '--trusted-port', `${port}`, '--watchers', '1')
    assert.deepEqual([version, added.name, added.role], [index + 2, name, 'trusted'])
    assert.equal((await stat(join(root(), 'net', 'nodes', name, 'key'))).mode & 0o777, 0o600)
    await assert.rejects(stat(join(root(), 'net', 'nodes', name, 'pepper')), { code: 'ENOENT' }, 'the others give it')
    await stat(join(root(), 'net', 'nodes', `watcher-${index + 2}-1`, 'node.json'))
    const elsewhere = await peerwatch('roster', 'publish', 'net', '--data', 'peer-1')
    assert.match(elsewhere.stderr, /too-early: .*the trusted nodes change, and this node cannot tell/)
    assert.deepEqual(await said('roster', 'publish', 'net'), { taken: 'newer', version })
    await cp(join(root(), 'net', 'public'), join(root(), `public-${version}`), { recursive: true })
    if (index === 1) {
      // a third is named and does not run yet: nobody may go now
      assert.equal((await said<Changed>('roster', 'remove', 'net', 'trusted-2')).version, 4)
      assert.match((await peerwatch('roster', 'publish', 'net')).stderr, /too-early: .*trusted-3 have no range yet/)
    }
    const node = await run('trusted', name, name, `public-${version}`)
    second ??= node
    for (const data of ['trusted-1', name]) await until(async () => isWhole(data, version, index + 2), `${data} knows ${index + 2} ranges`)
  }
  assert.equal((await said<{ quorum: number }>('roster', 'show', 'net')).quorum, 2, 'a majority of two')
  assert.deepEqual(await said('roster', 'publish', 'net', '--data', 'trusted-1'), { taken: 'newer', version: 4 })
  for (const data of ['trusted-1', 'trusted-3']) await until(async () => isWhole(data, 4, 2), `${data} knows that the second has left`)
  await until(async () => (await peerwatch('health', '--data', 'trusted-2')).stderr.includes('no trusted node of roster 4: stop it'), 'it may be stopped')
  await second?.stop()
  assert.match((await peerwatch('roster', 'remove', 'net', 'trusted-1')).stdout, /stop the trusted node that was removed, once its `peerwatch health` says so/)
})

test('C134: tree --watch tells each change in a line where the output is no terminal, and ends in order by SIGINT; each format is whole', async () => {
  const watch = start('tree', '--watch', '--data', 'trusted-1')
  await watch.line('trust tree: 2 trusted nodes')
  const parsed = start('tree', '--watch', '--format', 'json', '--data', 'trusted-1')
  assert.equal((JSON.parse(await parsed.line('{')) as TreeView).nodes.length, 2)
  const { id } = (await said<{ trusted: { id: string; name: string }[] }>('roster', 'show', 'net')).trusted.find(({ name }) => name === 'trusted-3')!
  const pid = (await said<{ nodes: { id: string; pid: number }[] }>('nodes')).nodes.find(each => each.id === id)!.pid
  process.kill(pid, 'SIGSTOP')
  try {
    await watch.line('trusted-3 is out of reach')
    assert.match((await peerwatch('tree', '--data', 'trusted-1')).stdout, /trusted-3 .* out of reach$/m)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  await watch.line('trusted-3 is no longer out of reach')
  for (const each of [watch, parsed]) {
    each.child.kill('SIGINT')
    assert.deepEqual(await each.ended, { code: 130, stderr: '' })
  }
  for (const [format, whole] of [
    ['svg', /^<svg .*\n<\/svg>\n$/s],
    ['dot', /^digraph .*\n}\n$/s],
    ['text', /^trust tree: 2 trusted nodes/]
  ] as const) {
    const { stdout, stderr, code } = await peerwatch('tree', '--format', format, '--data', 'trusted-1')
    assert.deepEqual([stderr, code], ['', 0])
    assert.match(stdout, whole)
  }
  const watched = await peerwatch('tree', '--watch', '--format', 'svg', '--data', 'trusted-1')
  assert.equal(watched.code, 2)
  assert.match(watched.stderr, /--watch with --format svg; expected text or json/)
})

test('C121: what comes is told from what does not: one member, with its own options', async () => {
  for (const [args, message] of [
    [['add', 'net'], /neither --seed-host nor --trusted-host is given/],
    [['add', 'net', '--seed-host', 'a', '--trusted-host', 'b'], /--seed-host and --trusted-host are given/],
    [['add', 'net', '--seed-host', 'a', '--watchers', '1'], /--watchers is given for a seed/],
    [['add', 'net', '--trusted-host', 'a', '--seed-port', '1'], /--seed-port is given for a trusted node/],
    [['remove', 'net', 'trusted-9'], /"trusted-9" is no member of this roster; expected one of seed-1, trusted-/]
  ] as const) {
    const { stderr, code } = await peerwatch('roster', ...args)
    assert.notEqual(code, 0, args.join(' '))
    assert.match(stderr, message)
  }
})
