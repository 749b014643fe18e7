import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { peerIdFromString } from '@libp2p/peer-id'
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { parseNetwork, signRoster } from '@peerwatch/link'
import { loadNodeFolder } from '../../src/files/index.ts'
import { changeRoster } from '../../src/init/change-roster.ts'
import { initNetwork } from '../../src/init/init-network.ts'
import type { TestContext } from 'node:test'
import type { Network, NetworkFile } from '@peerwatch/link'
import type { RosterChange } from '../../src/init/change-roster.ts'

interface Place {
  readonly directory: string
  readonly change: (what: Omit<RosterChange, 'directory' | 'nowMs'>) => ReturnType<typeof changeRoster>
  readonly file: () => Promise<NetworkFile>
  readonly network: () => Promise<Network>
  readonly edit: (seeds: (lines: readonly string[]) => string[]) => Promise<void>
}

async function place(t: TestContext, seeds = 2): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'peerwatch-roster-'))
  t.after(async () => rm(directory, { recursive: true }))
  await initNetwork({ directory, nowMs: 1_700_000_000_000, seeds, trusted: 2 })
  const path = join(directory, 'public', 'network.json')
  const file = async (): Promise<NetworkFile> => JSON.parse(await readFile(path, 'utf8')) as NetworkFile
  return {
    directory,
    change: async what => changeRoster({ directory, nowMs: 1_700_000_000_000, ...what }),
    file,
    network: async () => parseNetwork(await file()),
    edit: async change => {
      const before = await file()
      await writeFile(path, JSON.stringify({ ...before, seeds: change(before.seeds) }))
    }
  }
}

const idOf = (line: string): string => line.replace(/^.*\/p2p\//, '')

test('C98: seeds change by add and remove alone: every line that names one is kept as it is, in whatever form', async t => {
  const { change, edit, file, network } = await place(t)
  await edit(([one = '', two = '']) => [
    one.replace(idOf(one), peerIdFromString(idOf(one)).toCID().toString()),
    '/dns4/seed.example.org/tcp/9/p2p/'.concat(idOf(one)),
    two
  ])
  const { seeds } = await file()
  await change({ maxDegree: 30 })
  assert.deepEqual((await file()).seeds, seeds)
  const { roster } = await network()
  assert.deepEqual([roster.seeds.length, roster.maxDegree, roster.formerSeeds.size], [2, 30, 0])
  assert.deepEqual([...roster.seedAddresses.values()].map(String), ['/ip4/127.0.0.1/tcp/14601', '/ip4/127.0.0.1/tcp/14602'])
  await edit(lines => lines.slice(0, 2))
  await assert.rejects(change({ maxDegree: 31 }), { code: 'bad-network', message: /has no address of seed-2, a seed of its roster/ })
  assert.equal((await network()).roster.version, 2)
})

test('C98: a seed gets a place where no other node of the network is', async t => {
  const { change, directory } = await place(t)
  for (const seedPort of [14_601, 14_602, 14_701]) {
    await assert.rejects(change({ addSeed: { seedHost: '127.0.0.1', seedPort } }), { code: 'bad-option', message: /another node of this network is at/ })
  }
  assert.equal((await change({ addSeed: { seedHost: '127.0.0.1' } })).added?.address, '/ip4/127.0.0.1/tcp/14603')
  assert.deepEqual((await readdir(join(directory, 'nodes'))).toSorted(), ['seed-1', 'seed-2', 'seed-3', 'trusted-1', 'trusted-2'])
})

test('C98: of two changes at once one is made, and the other says so and leaves nothing behind', async t => {
  for (let round = 0; round < 5; round++) {
    const { change, directory, network } = await place(t, 1)
    const results = await Promise.allSettled([1, 2, 3].map(async () => change({ addSeed: { seedHost: '127.0.0.1' } })))
    const [made, refused] = [results.filter(({ status }) => status === 'fulfilled'), results.filter(({ status }) => status === 'rejected')]
    assert.deepEqual([made.length, refused.length], [1, 2], JSON.stringify(results))
    const { roster } = await network()
    assert.deepEqual([roster.version, roster.seeds.length], [2, 2])
    assert.deepEqual((await readdir(join(directory, 'public'))).toSorted(), ['network.json'])
    const folders = (await readdir(join(directory, 'nodes'))).filter(name => name.startsWith('seed-'))
    assert.equal(folders.length, 2, 'the folder of the seed that was added, with its key')
    const { id } = JSON.parse(await readFile(join(directory, 'nodes', 'seed-2', 'node.json'), 'utf8')) as { id: string }
    assert.ok(roster.seeds.some(seed => seed === id))
  }
})

test('C98: what changed between reading and signing is told, and the key of a seed that nobody knows is gone', async t => {
  for (let round = 0; round < 5; round++) {
    const { change, directory, network } = await place(t, 1)
    const [added, set] = await Promise.allSettled([change({ addSeed: { seedHost: '127.0.0.1' } }), change({ maxDegree: 30 })])
    assert.deepEqual([added.status, set.status].toSorted(), ['fulfilled', 'rejected'], JSON.stringify([added, set]))
    const { roster } = await network()
    assert.deepEqual([roster.version, roster.seeds.length], [2, added.status === 'fulfilled' ? 2 : 1])
    assert.equal((await readdir(join(directory, 'nodes'))).filter(name => name.startsWith('seed-')).length, roster.seeds.length)
  }
})

test('C98: whose key was stolen is no seed of before any more, now or later; the others are', async t => {
  const { change, network } = await place(t, 4)
  const before = (await network()).roster.seeds
  const former = async (): Promise<number[]> => [...(await network()).roster.formerSeeds.keys()].map(seed => before.indexOf(seed)).toSorted((a, b) => a - b)
  await change({ remove: 'seed-1' })
  await change({ remove: 'seed-2', isKeyStolen: true })
  assert.deepEqual(await former(), [0])
  await change({ remove: 'seed-3' })
  assert.deepEqual(await former(), [0, 2])
  await assert.rejects(change({ remove: before[2]! }), { code: 'bad-option' })
  await change({ remove: before[2]!, isKeyStolen: true })
  assert.deepEqual(await former(), [0])
})

test('C121: a trusted node that comes has a key, keys of watchers and a place of its own; k follows the number where it did', async t => {
  const { change, directory, network } = await place(t)
  const at = (...names: string[]): string => join(directory, 'nodes', ...names)
  assert.equal((await network()).roster.quorum, 2)
  const { added, quorum } = await change({ addTrusted: { trustedHost: '127.0.0.1', watchers: 2 } })
  assert.deepEqual([added?.name, added?.role, added?.address, quorum], ['trusted-3', 'trusted', '/ip4/127.0.0.1/tcp/14703', 2])
  assert.deepEqual((await readdir(at('trusted-3'))).toSorted(), ['key', 'node.json'], 'it asks the others for the pepper')
  assert.equal((await loadNodeFolder(at('trusted-3'))).pepper, undefined)
  const { watchers, owner } = JSON.parse(await readFile(at('trusted-3', 'node.json'), 'utf8')) as { watchers: string[]; owner?: string }
  const watcher = JSON.parse(await readFile(at('watcher-3-2', 'node.json'), 'utf8')) as { id: string; owner: string }
  assert.deepEqual([watchers.length, watchers[1], watcher.owner, owner], [2, watcher.id, added?.id, undefined])
  const { roster } = await network()
  assert.deepEqual([roster.trusted.at(-1), roster.names.get(roster.trusted.at(-1)!), roster.leaving], [added?.id, 'trusted-3', []])

  const [first, second] = roster.trusted
  const gone = await change({ remove: 'trusted-1' })
  assert.deepEqual([gone.removed?.role, gone.removed?.id, (await network()).roster.leaving], ['trusted', first, [first]])
  await change({ maxDegree: 30 })
  assert.deepEqual((await network()).roster.leaving, [first], 'it leaves still: not all may be whole')
  await assert.rejects(change({ remove: 'trusted-2', quorum: 2 }), { code: 'bad-option', message: /quorum is 2; expected a whole number from 1 to 1/ })
  await change({ remove: 'trusted-2', isKeyStolen: true })
  const last = (await network()).roster
  assert.deepEqual([last.quorum, last.leaving, last.formerTrusted.get(second!)], [1, [second], 0])
  assert.equal(last.formerTrusted.get(first!), 1_700_000_000_000)
  await assert.rejects(change({ remove: 'trusted-3' }), { code: 'bad-option', message: /trusted-3 is the only trusted node/ })
})

test('C98: a limit that is given and taken back at once, a number that none can follow and a key that is none are refused, each by what helps', async t => {
  const { change, directory, network } = await place(t)
  await assert.rejects(change({ requestLimits: { '/app/rpc/1.0.0': 20 }, unlimited: ['/app/rpc/1.0.0'] }), {
    code: 'bad-option',
    message: /^\/app\/rpc\/1\.0\.0 is given a limit and none at once; /
  })
  const key = join(directory, 'authority', 'key')
  const right = await readFile(key)
  await writeFile(key, 'nothing of a key')
  await assert.rejects(change({ maxDegree: 30 }), {
    code: 'bad-key',
    message: /restore what `peerwatch init` made for this network: without it nobody can sign a roster/
  })
  await writeFile(key, right)
  const { roster, name } = await network()
  const encoded = await signRoster({
    name,
    preset: roster.presetName,
    scope: roster.scope,
    nowMs: 0,
    trusted: roster.trusted,
    authority: privateKeyFromProtobuf(Buffer.from(right.toString(), 'base64')),
    seeds: roster.seeds.map(peer => ({ peer })),
    rosterVersion: Number.MAX_SAFE_INTEGER
  })
  const path = join(directory, 'public', 'network.json')
  await writeFile(path, JSON.stringify({ ...(JSON.parse(await readFile(path, 'utf8')) as object), roster: Buffer.from(encoded).toString('base64') }))
  await assert.rejects(change({ maxDegree: 30 }), {
    code: 'bad-option',
    message: /has roster 9007199254740991, the highest number there is; .*; make a new network$/
  })
})

test('C105: a change tells the terms that are others now, and that others may read the key', async t => {
  const { change, directory } = await place(t)
  const first = await change({ maxDegree: 30, retentionMs: 86_400_000 })
  assert.deepEqual([first.terms, first.openKey], [[{ name: 'maxDegree', from: 32, to: 30 }], undefined])
  const key = join(directory, 'authority', 'key')
  await chmod(key, 0o644)
  assert.deepEqual((await change({ maxDegree: 31 })).openKey, { path: key, mode: 0o644 })
})
