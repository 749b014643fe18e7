import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { loadNetworkFolder } from '../../src/files/network-folder.ts'
import { loadNodeFolder } from '../../src/files/node-folder.ts'
import { DEFAULT_PORTS } from '../../src/roles/index.ts'
import { initNetwork } from '../../src/init/init-network.ts'
import type { MadeNetwork } from '../../src/init/init-network.ts'

const NOW_MS = 1_700_000_000_000
let root = ''
let made: MadeNetwork

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'peerwatch-init-'))
  made = await initNetwork({ directory: join(root, 'net'), name: 'street', nowMs: NOW_MS, seeds: 2, trusted: 3, watchers: 1 })
})
after(async () => rm(root, { recursive: true, force: true }))

async function contents(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  return Object.fromEntries(
    await Promise.all(files.map(async ({ parentPath, name }) => [join(parentPath, name), await readFile(join(parentPath, name), 'utf8')]))
  )
}

test('init writes public, nodes and authority, and nothing else', async () => {
  const nodes = ['seed-1', 'seed-2', 'trusted-1', 'trusted-2', 'trusted-3', 'watcher-1-1', 'watcher-2-1', 'watcher-3-1']
  const expected = [
    'authority/key',
    ...nodes.flatMap(name => [`nodes/${name}/key`, `nodes/${name}/node.json`, ...(name.startsWith('trusted') ? [`nodes/${name}/pepper`] : [])]),
    'public/network.json'
  ]
  assert.deepEqual(
    Object.keys(await contents(made.directory))
      .map(path => path.slice(made.directory.length + 1))
      .toSorted(),
    expected.toSorted()
  )
  assert.deepEqual(made.files.toSorted(), expected.toSorted())
  assert.deepEqual(await readdir(root), ['net'], 'no unfinished folder stays behind')
})

async function modeOf(path: string): Promise<string> {
  return ((await stat(join(made.directory, path))).mode & 0o777).toString(8)
}

test('private files have mode 0600 and their folders 0700', async () => {
  for (const path of made.files.filter(file => !file.startsWith('public/'))) assert.equal(await modeOf(path), '600', path)
  for (const path of ['authority', 'nodes', 'nodes/seed-1', 'nodes/trusted-2']) assert.equal(await modeOf(path), '700', path)
})

test('what init wrote can be read: network.json is signed by the authority and names the nodes', async () => {
  const { network } = await loadNetworkFolder(join(made.directory, 'public'))
  assert.equal(network.name, 'street')
  assert.equal(network.roster.quorum, 2)
  assert.equal(network.roster.presetName, 'lan')
  assert.equal(network.roster.scope, 'local')
  assert.equal(network.tokens.length, 3)
  const ids = async (role: string): Promise<string[]> =>
    Promise.all(made.nodes.filter(node => node.role === role).map(async ({ name }) => (await loadNodeFolder(join(made.directory, 'nodes', name))).id))
  assert.deepEqual(network.roster.trusted, await ids('trusted'))
  assert.deepEqual(network.roster.seeds, await ids('seed'))
  assert.deepEqual(
    network.seeds.map(address => address.toString()),
    network.roster.seeds.map((id, index) => `/ip4/127.0.0.1/tcp/${DEFAULT_PORTS.seeds + index}/p2p/${id}`)
  )
})

test('all trusted nodes have the same pepper, and nobody else has any', async () => {
  const folders = await Promise.all(made.nodes.map(async ({ name }) => loadNodeFolder(join(made.directory, 'nodes', name))))
  const peppers = new Set(folders.filter(({ role }) => role === 'trusted').map(({ pepper }) => Buffer.from(pepper ?? []).toString('hex')))
  assert.equal(peppers.size, 1)
  assert.match([...peppers].join(), /^[0-9a-f]{64}$/)
  assert.ok(folders.filter(({ role }) => role !== 'trusted').every(({ pepper }) => pepper === undefined))
  const secret = [...peppers].join()
  for (const [path, text] of Object.entries(await contents(made.directory))) assert.equal(text.includes(secret), path.endsWith('/pepper'), path)
})

test('a watcher names its owner, the owner names its watchers, and nothing public names either', async () => {
  const folder = async (name: string) => loadNodeFolder(join(made.directory, 'nodes', name))
  const [owner, watcher] = [await folder('trusted-2'), await folder('watcher-2-1')]
  assert.equal(watcher.owner, owner.id)
  assert.deepEqual(owner.watchers, [watcher.id])
  assert.equal(watcher.announce, undefined)
  const published = await readFile(join(made.directory, 'public', 'network.json'), 'latin1')
  assert.ok(!published.includes(watcher.id))
})

test('hosts with {n} share a port and are announced by name; a fixed host counts ports up', async () => {
  const directory = join(root, 'hosts')
  const { network, nodes } = await initNetwork({
    directory,
    nowMs: NOW_MS,
    seedHost: 'seed-{n}.example.org',
    trustedHost: '2001:db8::7',
    scope: 'public',
    trusted: 2
  })
  const where = nodes.map(({ name, listen, announce }) => [name, listen, announce])
  assert.deepEqual(where, [
    ['seed-1', ['/ip4/0.0.0.0/tcp/14601'], ['/dns4/seed-1.example.org/tcp/14601']],
    ['seed-2', ['/ip4/0.0.0.0/tcp/14601'], ['/dns4/seed-2.example.org/tcp/14601']],
    ['trusted-1', ['/ip6/::/tcp/14701'], ['/ip6/2001:db8::7/tcp/14701']],
    ['trusted-2', ['/ip6/::/tcp/14702'], ['/ip6/2001:db8::7/tcp/14702']]
  ])
  for (const address of network.seeds) assert.match(multiaddr(address).toString(), /^\/dns4\/seed-\d\.example\.org\/tcp\/14601\/p2p\//)
  assert.equal((await loadNetworkFolder(directory + '/public')).network.roster.presetName, 'public')
})

for (const { there, named } of [
  { there: 'authority/key', named: 'authority/key' },
  { there: 'public/network.json', named: 'public/network.json' },
  { there: 'nodes/seed-1/key', named: 'nodes' }
]) {
  test(`init never overwrites: with ${there} present it names it and changes nothing`, async () => {
    const directory = join(root, `taken-${there.replaceAll('/', '-')}`)
    await mkdir(join(directory, there, '..'), { recursive: true })
    await writeFile(join(directory, there), 'precious')
    await assert.rejects(
      initNetwork({ directory, nowMs: NOW_MS }),
      (error: Error & { code?: string }) => error.code === 'already-exists' && error.message.includes(join(directory, named))
    )
    assert.deepEqual(await contents(directory), { [join(directory, there)]: 'precious' })
  })
}

test('init fills a folder that is there and leaves what else lies in it', async () => {
  const directory = join(root, 'volume')
  await mkdir(directory)
  await writeFile(join(directory, 'README'), 'mine')
  await initNetwork({ directory, nowMs: NOW_MS })
  assert.deepEqual((await readdir(directory)).toSorted(), ['README', 'authority', 'nodes', 'public'])
})

test('of two inits of one folder at the same time one wins whole', async () => {
  const directory = join(root, 'race')
  const results = await Promise.allSettled([1, 2].map(async () => initNetwork({ directory, nowMs: NOW_MS })))
  assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  const { network } = await loadNetworkFolder(join(directory, 'public'))
  assert.equal((await loadNodeFolder(join(directory, 'nodes', 'seed-1'))).id, network.roster.seeds[0])
})

for (const { name, limits, signed } of [
  { name: 'the defaults', limits: {}, signed: { maxDegree: 32, requestsPerSecond: 20, retentionMs: 86_400_000, retentionBytes: 2 ** 30 } },
  {
    name: 'what was asked for',
    limits: { maxDegree: 64, requestsPerSecond: 1, retentionMs: 366 * 86_400_000, retentionBytes: 2 ** 44 },
    signed: { maxDegree: 64, requestsPerSecond: 1, retentionMs: 366 * 86_400_000, retentionBytes: 2 ** 44 }
  }
]) {
  test(`the authority signs ${name} as the limits of the roster`, async () => {
    const directory = join(root, name.replaceAll(' ', '-'))
    await initNetwork({ directory, nowMs: NOW_MS, seeds: 1, trusted: 1, ...limits })
    const { maxDegree, requestsPerSecond, retentionMs, retentionBytes } = (await loadNetworkFolder(join(directory, 'public'))).network.roster
    assert.deepEqual({ maxDegree, requestsPerSecond, retentionMs, retentionBytes }, signed)
  })
}

for (const { name, init, says } of [
  { name: 'a name with capitals', init: { name: 'Street' }, says: /^name is "Street"; expected 1-63 characters/ },
  { name: 'no seed', init: { seeds: 0 }, says: /^seeds is 0; expected a whole number from 1/ },
  { name: 'a quorum above the number of trusted nodes', init: { quorum: 4 }, says: /^quorum is 4; expected a whole number from 1 to 3/ },
  { name: 'no link', init: { maxDegree: 0 }, says: /^maxDegree is 0; expected a whole number from 1 to 512/ },
  { name: 'half a request', init: { requestsPerSecond: 0.5 }, says: /^requestsPerSecond is 0\.5; expected a whole number from 1 to 1000000/ },
  { name: 'a retention of a second', init: { retentionMs: 1_000 }, says: /^retentionMs is 1000; expected a whole number from 60000/ },
  { name: 'a store of a kilobyte', init: { retentionBytes: 1_024 }, says: /^retentionBytes is 1024; expected a whole number from 1048576/ },
  { name: 'a host with a slash', init: { seedHost: 'a/b' }, says: /^seedHost is "a\/b"/ },
  { name: 'an address that is none', init: { seedHost: '999.1.1.1' }, says: /^seedHost is "999\.1\.1\.1"; expected an IP address or a host name/ },
  { name: 'an address that is cut short', init: { trustedHost: '192.168.1' }, says: /^trustedHost is "192\.168\.1"; expected an IP address/ },
  { name: 'seeds and trusted nodes on the same ports', init: { trustedPort: 14_602 }, says: /^trustedPort is 14602; expected ports apart/ }
]) {
  test(`init refuses ${name} and makes nothing`, async () => {
    const directory = join(root, 'refused')
    await assert.rejects(initNetwork({ directory, nowMs: NOW_MS, ...init }), { code: 'bad-option', message: says })
    await assert.rejects(stat(directory), { code: 'ENOENT' })
  })
}

test('C142: init makes no network in the folder that is handed to everybody, nor in that of a node', async () => {
  for (const folder of ['public', 'nodes/seed-1']) {
    const held = await contents(join(made.directory, folder))
    await assert.rejects(initNetwork({ directory: join(made.directory, folder), nowMs: NOW_MS }), { name: 'NodeError', code: 'already-exists' }, folder)
    assert.deepEqual(await contents(join(made.directory, folder)), held)
  }
})
