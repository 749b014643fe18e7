import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { createNode } from '@peerwatch/node'
import { testNetwork, until } from '../../link/test/support/core.ts'
import type { TestContext } from 'node:test'
import type { NodeInit } from '@peerwatch/node'

const LISTEN = ['/ip4/127.0.0.1/tcp/0']

async function folder(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'peerwatch-data-'))
  t.after(async () => rm(root, { recursive: true, force: true }))
  return join(root, 'data')
}

/** Starts, and stops at once. */
async function run(init: NodeInit): Promise<void> {
  const node = await createNode({ http: false, chat: false, log: false, listen: LISTEN, ...init })
  await node.stop()
}

const refused = (message: RegExp) => ({ code: 'data-of-another', message })

test('N70: a data folder is that of one network, role and key, and a node that is given another one changes nothing in it', async t => {
  const dataDir = await folder(t)
  const [own, other] = await Promise.all([testNetwork({ seeds: 2 }), testNetwork({ seeds: 2 })])
  const seed = { role: 'seed', dataDir, network: own.network, privateKey: own.seeds[0]! } as const
  await run(seed)
  const identity = await readFile(join(dataDir, 'identity.json'), 'utf8')
  await assert.rejects(
    run({ ...seed, network: other.network }),
    refused(/belongs to the network "testnet", another one of this name; expected .*; give another folder with --data/)
  )
  await assert.rejects(run({ ...seed, privateKey: own.seeds[1]! }), refused(/belongs to the key of /))
  await assert.rejects(run({ ...seed, role: 'peer' }), refused(/is that of a seed/))
  await run(seed)
  assert.equal(await readFile(join(dataDir, 'identity.json'), 'utf8'), identity)
  await writeFile(join(dataDir, 'identity.json'), 'garbage')
  await assert.rejects(run(seed), { code: 'data-corrupt', message: /identity\.json cannot be read/ })
})

test('N70: a folder from before it said whose it is, is taken over where all in it agrees', async t => {
  const dataDir = await folder(t)
  const { network, seeds } = await testNetwork()
  const other = await testNetwork()
  const seed = { role: 'seed', dataDir, network, privateKey: seeds[0]! } as const
  const registry = await createNode({ http: false, chat: false, log: false, listen: LISTEN, ...seed })
  t.after(async () => registry.stop())
  const peer = await createNode({ role: 'peer', network, http: false, chat: false, listen: LISTEN })
  t.after(async () => peer.stop())
  await peer.libp2p.dial(registry.libp2p.getMultiaddrs())
  await until(() => registry.libp2p.services.peerwatch.assembly.seed!.status().peers.length > 0, 'the peer is registered')
  await registry.stop()
  const mark = join(dataDir, 'identity.json')
  await rm(mark)
  await assert.rejects(run({ ...seed, network: other.network, privateKey: other.seeds[0]! }), refused(/holds what was signed in another network/))
  await assert.rejects(run({ ...seed, role: 'peer', privateKey: await generateKeyPair('Ed25519') }), refused(/holds the registry of a seed/))
  await run(seed)
  assert.match(await readFile(mark, 'utf8'), /"role":"seed"/)
})

test('N70: a folder with the key of another node is not taken over', async t => {
  const dataDir = await folder(t)
  const { network } = await testNetwork()
  await run({ role: 'peer', dataDir, network })
  await rm(join(dataDir, 'identity.json'))
  await assert.rejects(run({ role: 'peer', dataDir, network, privateKey: await generateKeyPair('Ed25519') }), refused(/has the key of /))
  await run({ role: 'peer', dataDir, network })
})

test('S100: a node whose datastore has lost its CURRENT does not start without a word of it, as if it were new', async t => {
  const dataDir = await folder(t)
  const { network } = await testNetwork()
  await run({ role: 'peer', dataDir, network })
  await rm(join(dataDir, 'datastore', 'CURRENT'))
  await assert.rejects(run({ role: 'peer', dataDir, network }), {
    code: 'data-corrupt',
    message: /datastore is damaged.*CURRENT.*move it away and start again/
  })
})

test('P70: a data folder that was there before is nobody else’s business once a node has it', async t => {
  const dataDir = await folder(t)
  const { network } = await testNetwork()
  await mkdir(join(dataDir, 'datastore'), { recursive: true })
  await chmod(dataDir, 0o755)
  await chmod(join(dataDir, 'datastore'), 0o755)
  await run({ role: 'peer', dataDir, network })
  const modes = await Promise.all([dataDir, join(dataDir, 'datastore'), join(dataDir, 'key')].map(async path => ((await stat(path)).mode & 0o777).toString(8)))
  assert.deepEqual(modes, ['700', '700', '600'])
})

test('a folder that holds what no node wrote is no data folder: its mode stays, and nothing is written into it', async t => {
  const dataDir = await folder(t)
  await mkdir(join(dataDir, 'public'), { recursive: true })
  await chmod(dataDir, 0o755)
  const { network, seeds } = await testNetwork()
  const refusal = { code: 'data-unusable', message: /holds public, which no node wrote; expected a new or empty folder/ }
  await assert.rejects(run({ role: 'peer', dataDir, network }), refusal)
  await assert.rejects(run({ role: 'seed', dataDir, network, privateKey: seeds[0]! }), refusal)
  assert.deepEqual(await readdir(dataDir), ['public'])
  assert.equal((await stat(dataDir)).mode & 0o777, 0o755)
})

test('a volume, and a start that was cut short, are no reason to refuse a folder', async t => {
  const dataDir = await folder(t)
  const { network } = await testNetwork()
  for (const name of ['lost+found', 'lock', '.hidden']) await mkdir(join(dataDir, name), { recursive: true })
  for (const name of ['key.0a1b2c3d', 'log.jsonl', 'log.jsonl.1', 'watcher-1-1.jsonl']) await writeFile(join(dataDir, name), '')
  await run({ role: 'peer', dataDir, network })
  assert.ok((await readdir(dataDir)).includes('identity.json'))
})
