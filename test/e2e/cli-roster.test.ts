/** A roster is changed where the authority's key is, given to one running node, and in force everywhere: no node is started again. */
import assert from 'node:assert/strict'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { initNetwork } from '@peerwatch/node/init'
import { freePorts } from '@peerwatch/node/testnet'
import { cliNetwork } from '../support/cli-network.ts'
import { runCommand } from '../support/command.ts'
import { until } from '../support/until.ts'
import type { StatusView } from '@peerwatch/node/node-view'
import type { Command, Ran } from '../support/command.ts'

const { root, start } = cliNetwork('roster')
const at = (...names: string[]): string => join(root(), ...names)
const peerwatch = async (...args: string[]): Promise<Ran> => runCommand(args, { cwd: root() })
const roster = async (...args: string[]): Promise<Ran> => peerwatch('roster', ...args)

async function said<T>(...args: string[]): Promise<T> {
  const { stdout, stderr, code } = await peerwatch(...args, '--json')
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout) as T
}

const statusOf = async (data: string): Promise<StatusView> => said<StatusView>('status', '--data', data)

async function run(role: string, node: string | undefined, data: string): Promise<Command> {
  const command = start(role, '--network', 'net/public', ...(node == null ? [] : ['--node', `net/nodes/${node}`]), '--data', data)
  await command.line('ready')
  return command
}

test('C98: what cannot be signed is refused by its flag, and nothing has changed', async () => {
  const before = await readFile(at('net', 'public', 'network.json'), 'utf8')
  for (const [args, message] of [
    [['set', 'net'], /nothing of the roster would change/],
    [['set', 'net', '--quorum', '2'], /--quorum is 2; expected a whole number from 1 to 1/],
    [['set', 'net', '--request-limit', '/meshsub/1.1.0=5'], /--request-limit is "\/meshsub/],
    [['remove', 'net', 'seed-1'], /seed-1 is the only seed/],
    [['remove', 'net', 'trusted-1'], /trusted-1 is the only trusted node; expected one that is left/],
    [['add', 'net', '--seed-host', 'a b'], /--seed-host is "a b"/],
    [['set', 'net/public', '--quorum', '1'], /expected the folder that `peerwatch init` made; give that folder/],
    [['publish', 'nowhere'], /nowhere does not exist/],
    [['set', 'net', '--unlimited', '/a/1', '--request-limit', '/a/1=5'], /\/a\/1 is given a limit and none at once/]
  ] as const) {
    const { stderr, code } = await roster(...args)
    assert.notEqual(code, 0, args.join(' '))
    assert.match(stderr, message)
  }
  const key = at('net', 'authority', 'key')
  const right = await readFile(key, 'utf8')
  await writeFile(key, await readFile(at('net', 'nodes', 'seed-1', 'key'), 'utf8'))
  const { stderr, code } = await roster('set', 'net', '--max-degree', '16')
  assert.notEqual(code, 0)
  assert.match(stderr, /the key of the network's authority/)
  await writeFile(key, right)
  assert.equal(await readFile(at('net', 'public', 'network.json'), 'utf8'), before)
})

test('C99: a roster that one peer is given is in force everywhere; a seed that it adds is dialled by nodes that never read of it, and one that it leaves out is left', async () => {
  const [port = 0] = await freePorts(1)
  const [seed] = await Promise.all([
    run('seed', 'seed-1', 'seed-1'),
    run('trusted', 'trusted-1', 'trusted-1'),
    run('peer', undefined, 'peer-1'),
    run('peer', undefined, 'peer-2')
  ])
  const everyone = ['trusted-1', 'peer-1', 'peer-2']

  const set = await roster('set', 'net', '--max-degree', '16', '--request-limit', '/app/rpc/1.0.0=60')
  assert.equal(set.code, 0)
  assert.match(set.stdout, /^degree +32 links of a peer at most → 16 links of a peer at most$/m)
  assert.match(set.stdout, /^request limits +none → \/app\/rpc\/1\.0\.0 60 a second$/m)
  const added = await said<{ version: number; added: { id: string; name: string } }>(
    'roster',
    'add',
    'net',
    '--seed-host',
    '127.0.0.1',
    '--seed-port',
    String(port)
  )
  assert.deepEqual([added.version, added.added.name], [3, 'seed-2'])
  assert.equal((await stat(at('net', 'nodes', 'seed-2', 'key'))).mode & 0o777, 0o600)
  const shown = await said<{ version: number; maxDegree: number; requestLimits: object; seeds: { name: string; address: string }[] }>(
    'roster',
    'show',
    'net/public'
  )
  assert.deepEqual([shown.version, shown.maxDegree, shown.requestLimits], [3, 16, { '/app/rpc/1.0.0': 60 }])
  assert.deepEqual(
    shown.seeds.map(({ name }) => name),
    ['seed-1', 'seed-2']
  )

  // no node is named: any of the network that runs here will do
  assert.deepEqual(await said('roster', 'publish', 'net'), { taken: 'newer', version: 3 })
  for (const data of [...everyone, 'seed-1']) await until(async () => (await statusOf(data)).rosterVersion === 3, `${data} has it`)
  assert.deepEqual(await said('roster', 'publish', 'net', '--data', 'peer-1'), { taken: 'known', version: 3 })
  await run('seed', 'seed-2', 'seed-2')
  for (const data of everyone) {
    await until(async () => (await statusOf(data)).registry.seeds.includes(added.added.id), `${data} is registered at the new seed`)
    assert.equal((await statusOf(data)).rosterVersion, 3)
  }

  const removed = await roster('remove', 'net', 'seed-1')
  assert.match(removed.stderr, /^peerwatch: warning: single: the network has one seed left; expected two or more/m)
  assert.deepEqual(await said('roster', 'publish', 'net', '--data', 'peer-2'), { taken: 'newer', version: 4 })
  for (const data of [...everyone, 'seed-2']) await until(async () => (await statusOf(data)).rosterVersion === 4, `${data} has the roster`)
  await seed.stop()
  const left = await peerwatch('seed', '--network', 'net/public', '--node', 'net/nodes/seed-1', '--data', 'seed-1')
  assert.match(left.stderr, /bad-key: .*a seed of earlier rosters of the network "peerwatch", which roster 4 names no more; .*leave it stopped/)
  for (const data of everyone) {
    await until(async () => {
      const { seeds, state } = (await statusOf(data)).registry
      return state === 'registered' && seeds.length === 1 && seeds[0] === added.added.id
    }, `${data} goes on with the new seed alone`)
  }
})

test('C99: all seeds can be replaced by one roster, before the new one runs: nodes stay with the old ones until it does', async () => {
  const everyone = ['trusted-1', 'peer-1', 'peer-2']
  const [port = 0] = await freePorts(1)
  const { added } = await said<{ added: { id: string } }>('roster', 'add', 'net', '--seed-host', '127.0.0.1', '--seed-port', String(port))
  assert.equal((await said<{ version: number }>('roster', 'remove', 'net', 'seed-2')).version, 6)
  assert.deepEqual(await said('roster', 'publish', 'net', '--data', 'peer-1'), { taken: 'newer', version: 6 })
  for (const data of [...everyone, 'seed-2']) await until(async () => (await statusOf(data)).rosterVersion === 6, `${data} has the roster`)
  const { code, stderr } = await peerwatch('health', '--data', 'seed-2')
  assert.notEqual(code, 0)
  assert.match(stderr, /no seed of roster 6/)
  const doctor = await peerwatch('doctor', '--data', 'seed-2')
  assert.match(doctor.stdout, /^failed +ready +the node does not take part in its network: this node is no seed of roster 6/m)
  assert.equal(doctor.code, 1)
  await run('seed', 'seed-3', 'seed-3')
  for (const data of everyone) {
    await until(async () => {
      const { seeds, state } = (await statusOf(data)).registry
      return state === 'registered' && seeds.length === 1 && seeds[0] === added.id
    }, `${data} is registered at the seed that replaced all others`)
  }
})

test('C99: a node that has a newer roster says so, and keeps it', async () => {
  const network = at('net', 'public', 'network.json')
  const newest = await readFile(network, 'utf8')
  const file = JSON.parse(newest) as { roster: string }
  const spoilt = Buffer.from(file.roster, 'base64')
  spoilt[spoilt.length - 1]! ^= 1
  await writeFile(at('spoilt.json'), JSON.stringify({ ...file, roster: spoilt.toString('base64') }))
  assert.match((await roster('publish', 'spoilt.json', '--data', 'peer-1')).stderr, /bad-network: .*roster/)
  assert.equal((await roster('set', 'net', '--max-degree', '20')).code, 0)
  assert.deepEqual(await said('roster', 'publish', 'net', '--data', 'peer-1'), { taken: 'newer', version: 7 })
  await writeFile(at('older.json'), newest)
  const { stderr, code } = await roster('publish', 'older.json', '--data', 'peer-1')
  assert.notEqual(code, 0)
  assert.match(stderr, /the node has roster 7, and this one is 6/)
})

test('the event of a new roster says what it changes', async () => {
  const { stdout } = await peerwatch('events', '--data', 'peer-1', '--type', 'roster')
  assert.match(stdout, /roster:changed version=7 maxDegree=\{"from":16,"to":20\}$/m)
  assert.match(stdout, /roster:changed version=4 seedsRemoved=12D3/)
})

test('two rosters of one version are an alarm that says what to do; status and health say it too, until a newer one is published', async () => {
  const network = at('net', 'public', 'network.json')
  const seventh = await readFile(network, 'utf8')
  assert.equal((await roster('set', 'net', '--max-degree', '21')).code, 0)
  const eighth = await readFile(network, 'utf8')
  assert.deepEqual(await said('roster', 'publish', 'net', '--data', 'peer-1'), { taken: 'newer', version: 8 })
  // somebody works in an older copy of the folder
  await writeFile(network, seventh)
  assert.equal((await roster('set', 'net', '--max-degree', '22')).code, 0)
  const fork = await roster('publish', 'net', '--data', 'peer-1')
  assert.match(fork.stderr, /the node has another roster 8: two were signed with one number/)
  assert.match(
    (await peerwatch('status', '--data', 'peer-1')).stdout,
    /^roster +version 8, .*the authority signed another one with this version: sign the next one/m
  )
  const health = await peerwatch('health', '--data', 'peer-1')
  assert.deepEqual([health.code, health.stdout], [0, 'ready\n'])
  assert.match(health.stderr, /warning: two-rosters: the authority signed two rosters 8/)
  const alarms = async (): Promise<string[]> =>
    (await peerwatch('events', '--data', 'peer-1', '--type', 'alarm')).stdout.split('\n').filter(line => line.includes('two-rosters'))
  await roster('publish', 'net', '--data', 'peer-1')
  assert.equal((await alarms()).length, 1)
  await writeFile(network, eighth)
  assert.equal((await roster('set', 'net', '--max-degree', '22')).code, 0)
  assert.deepEqual(await said('roster', 'publish', 'net', '--data', 'peer-1'), { taken: 'newer', version: 9 })
  assert.equal((await statusOf('peer-1')).hasTwoRosters, false)
})

test('a roster of another network, and a network.json older than what a node keeps, get a sentence that fits', async () => {
  await initNetwork({ directory: at('foreign'), nowMs: Date.now(), preset: 'demo', name: 'foreign', seeds: 1, trusted: 1 })
  const { stderr, code } = await roster('publish', 'foreign', '--data', 'peer-1')
  assert.equal(code, 1)
  assert.match(
    stderr,
    /^peerwatch: bad-roster: the node, of the network "peerwatch", does not take it: .*; give the folder of that network, or name a node of the other one/
  )
  const newest = await readFile(at('net', 'public', 'network.json'), 'utf8')
  await mkdir(at('old'))
  await writeFile(at('old', 'network.json'), newest)
  assert.equal((await roster('set', 'net', '--max-degree', '23')).code, 0)
  assert.equal((await roster('publish', 'net', '--data', 'peer-1')).code, 0)
  await until(async () => (await statusOf('peer-2')).rosterVersion === 10, 'the other one has it')
  const second = start('peer', '--network', 'old', '--data', 'peer-3')
  await second.line('ready')
  await until(async () => (await statusOf('peer-3')).rosterVersion === 10, 'it keeps it')
  await second.stop()
  const again = start('peer', '--network', 'old', '--data', 'peer-3')
  assert.match(await again.line('old-network'), /old has roster 9, and this node keeps roster 10, which holds; expected the newest network\.json; get it from/)
  assert.match(await again.line('of the network'), /\(roster 10, k = 1/)
  await again.stop()
})
