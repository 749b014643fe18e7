import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { readNetwork } from '@peerwatch/link'
import { findDataFolder, readApiFile, removeApiFile, writeApiFile } from '../../src/files/api-file.ts'
import { checkRole } from '../../src/files/check-role.ts'
import { lockDataFolder } from '../../src/files/data-folder.ts'
import { encodeKey, readKey, readOrCreateKey } from '../../src/files/key-file.ts'
import { findListenError } from '../../src/files/listen-error.ts'
import { loadNetworkFolder } from '../../src/files/network-folder.ts'
import { loadNodeFolder } from '../../src/files/node-folder.ts'
import { initNetwork } from '../../src/init/init-network.ts'
import type { AddressInfo } from 'node:net'
import type { PeerIdString } from '@peerwatch/model'

let root = ''
const at = (...names: string[]): string => join(root, ...names)

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'peerwatch-files-'))
  await initNetwork({ directory: at('net'), nowMs: 1, seeds: 1, trusted: 1, watchers: 1 })
})
after(async () => rm(root, { recursive: true, force: true }))

test('a key reads back as base64 and raw', async () => {
  const key = await generateKeyPair('Ed25519')
  await writeFile(at('base64'), encodeKey(key))
  await writeFile(at('raw'), privateKeyToProtobuf(key))
  for (const name of ['base64', 'raw']) assert.deepEqual((await readKey(at(name))).raw, key.raw, name)
})

for (const { name, bytes, says } of [
  { name: 'empty', bytes: '', says: /is empty; expected an Ed25519 private key/ },
  { name: 'PEM', bytes: '-----BEGIN PRIVATE KEY-----\n', says: /is in PEM form/ },
  { name: 'JSON', bytes: '{"name":"seed-1"}', says: /is JSON/ },
  { name: 'other base64', bytes: 'AAAA', says: /holds 4 characters of base64 that are no key/ },
  { name: 'garbage', bytes: Buffer.alloc(500, 0xfe), says: /holds 500 bytes that are no key/ },
  { name: 'too long', bytes: Buffer.alloc(2 ** 20 + 1), says: /is longer than 1 MiB/ }
]) {
  test(`a key file that is ${name} is refused with what it is, what was expected and what to do`, async () => {
    const path = at(`key-${name.replaceAll(' ', '-')}`)
    await writeFile(path, bytes)
    await assert.rejects(readKey(path), { code: 'bad-key', message: says })
  })
}

test('a missing key file, a folder in its place and a key of another type are refused', async () => {
  await assert.rejects(readKey(at('nowhere')), { code: 'bad-key', message: /nowhere does not exist/ })
  await assert.rejects(readKey(root), { code: 'bad-key', message: /is a folder/ })
  await writeFile(at('secp'), Buffer.from(privateKeyToProtobuf(await generateKeyPair('secp256k1'))))
  await assert.rejects(readKey(at('secp')), { code: 'bad-key', message: /holds an secp256k1 key/ })
})

test('a node without a key gets one at its first start and keeps it; a damaged one is never replaced', async () => {
  const path = at('fresh', 'key')
  const first = await readOrCreateKey(path)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual((await readOrCreateKey(path)).raw, first.raw)
  await writeFile(path, 'damaged')
  await assert.rejects(readOrCreateKey(path), { code: 'bad-key' })
  assert.equal(await readFile(path, 'utf8'), 'damaged')
})

test('network.json is found by its folder and by its own name', async () => {
  const byFolder = await loadNetworkFolder(at('net', 'public'))
  const byName = await loadNetworkFolder(at('net', 'public', 'network.json'))
  assert.deepEqual(byFolder.file, byName.file)
})

for (const { name, edit, says } of [
  { name: 'cut short', edit: (text: string) => text.slice(0, 40), says: /is no JSON/ },
  { name: 'of another format', edit: (text: string) => text.replace('"format": 1', '"format": 2'), says: /format: expected 1, found 2/ },
  {
    name: 'renamed',
    edit: (text: string) => text.replace('"name": "peerwatch"', '"name": "other"'),
    says: /roster.*wrong signature, or is of another network/
  },
  { name: 'null', edit: () => 'null', says: /expected an object, found null/ }
]) {
  test(`a network.json that is ${name} is refused with one message`, async () => {
    const path = at(`network-${name.replaceAll(' ', '-')}.json`)
    await writeFile(path, edit(await readFile(at('net', 'public', 'network.json'), 'utf8')))
    await assert.rejects(loadNetworkFolder(path), { code: 'bad-network', message: says })
  })
}

for (const { name, spoil, code, says } of [
  {
    name: 'no node.json',
    spoil: async (folder: string) => rm(join(folder, 'node.json')),
    code: 'bad-node',
    says: /node\.json does not exist; expected a node's folder/
  },
  {
    name: 'no pepper',
    spoil: async (folder: string) => rm(join(folder, 'pepper')),
    code: 'bad-node',
    says: /pepper .* does not exist; expected 64 hex digits/
  },
  {
    name: 'a short pepper',
    spoil: async (folder: string) => writeFile(join(folder, 'pepper'), 'abc'),
    code: 'bad-node',
    says: /holds 3 characters that are not 64 hex digits/
  },
  {
    name: 'the key of another node',
    spoil: async (folder: string) => cp(at('net', 'nodes', 'seed-1', 'key'), join(folder, 'key')),
    code: 'bad-key',
    says: /belongs to 12D3\w+; expected the key of trusted-1, 12D3/
  },
  {
    name: 'an unknown role',
    spoil: async (folder: string) => writeFile(join(folder, 'node.json'), '{"format":1,"name":"a","role":"king"}'),
    code: 'bad-node',
    says: /role is "king"; expected seed, trusted, watcher, peer/
  }
]) {
  test(`a node folder with ${name} is refused with one message`, async () => {
    const folder = at('spoilt', name.replaceAll(/\W/g, '-'))
    await mkdir(at('spoilt'), { recursive: true })
    await cp(at('net', 'nodes', 'trusted-1'), folder, { recursive: true })
    await spoil(folder)
    await assert.rejects(loadNodeFolder(folder), { code, message: says })
  })
}

test('a key starts only in the role that the roster gives it', async () => {
  const { network } = await loadNetworkFolder(at('net', 'public'))
  const folder = async (name: string) => loadNodeFolder(at('net', 'nodes', name))
  const [seed, trusted, watcher] = [await folder('seed-1'), await folder('trusted-1'), await folder('watcher-1-1')]
  const claim = (node: { id: string }, role: 'seed' | 'trusted' | 'watcher' | 'peer', owner?: string): void => {
    checkRole(network, { role, id: node.id as PeerIdString, keyFrom: 'the key', ...(owner != null && { owner: owner as PeerIdString }) })
  }
  claim(seed, 'seed')
  claim(trusted, 'trusted')
  claim(watcher, 'watcher', trusted.id)
  claim(watcher, 'peer')
  assert.throws(() => claim(seed, 'trusted'), { code: 'bad-key', message: /a seed of the network "peerwatch"; expected the key of one of its trusted nodes/ })
  assert.throws(() => claim(watcher, 'seed'), { code: 'bad-key', message: /no seed or trusted node/ })
  assert.throws(() => claim(trusted, 'peer'), { code: 'bad-key', message: /expected a key that is not in the roster/ })
  assert.throws(() => claim(watcher, 'watcher', seed.id), { code: 'bad-node', message: /belongs to the trusted node 12D3/ })
})

test('a data folder has one node at a time, and the message names it', async () => {
  const lock = await lockDataFolder(at('data'))
  await writeApiFile(at('data'), { address: 'http://127.0.0.1:1', token: 'x'.repeat(32), pid: 4711 })
  await assert.rejects(lockDataFolder(at('data')), { code: 'data-locked', message: /in use by another node \(process 4711\).*--data/ })
  await lock.release()
  await (await lockDataFolder(at('data'))).release()
})

test('a node killed by SIGKILL leaves no lock behind', async () => {
  const source = new URL('../../src/files/data-folder.ts', import.meta.url).href
  const script = `const { lockDataFolder } = await import(${JSON.stringify(source)}); await lockDataFolder(process.argv[1]); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, at('killed')], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  await assert.rejects(lockDataFolder(at('killed')), { code: 'data-locked' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await lockDataFolder(at('killed'))).release()
})

test('P71: network.json, node.json, key, pepper and api.json are read with a byte order mark', async () => {
  const marked = at('marked')
  await initNetwork({ directory: marked, nowMs: 1_700_000_000_000, seeds: 1, trusted: 1 })
  const mark = Buffer.of(0xef, 0xbb, 0xbf)
  const names = ['public/network.json', 'nodes/trusted-1/node.json', 'nodes/trusted-1/key', 'nodes/trusted-1/pepper']
  for (const name of names) await writeFile(join(marked, name), Buffer.concat([mark, await readFile(join(marked, name))]))
  const { network } = await loadNetworkFolder(join(marked, 'public'))
  assert.deepEqual((await readNetwork(join(marked, 'public', 'network.json'))).id, network.id)
  const { role, privateKey, pepper } = await loadNodeFolder(join(marked, 'nodes', 'trusted-1'))
  assert.deepEqual([role, pepper?.length], ['trusted', 32])
  assert.ok(network.roster.trusted.includes(privateKey.publicKey.toString() as PeerIdString))
  const api = { address: 'http://127.0.0.1:8123', token: 'a-token_of-32-characters-0123456', pid: 12 }
  await writeFile(join(marked, 'api.json'), Buffer.concat([mark, Buffer.from(JSON.stringify(api))]))
  assert.deepEqual(await readApiFile(marked), api)
})

test('a damaged database and a file in place of the folder are told apart', async () => {
  await (await lockDataFolder(at('damaged'))).release()
  await writeFile(at('damaged', 'lock', 'CURRENT'), 'garbage')
  await assert.rejects(lockDataFolder(at('damaged')), { code: 'data-corrupt', message: /is damaged .*; expected .*; move it away/ })
  await writeFile(at('file'), '')
  await assert.rejects(lockDataFolder(at('file')), { code: 'data-unusable' })
})

test('api.json is private, reads back, and is gone after the node stopped', async () => {
  const api = { address: 'http://127.0.0.1:8123', token: 'a-token_of-32-characters-0123456', pid: 12 }
  await mkdir(at('api', 'peer'), { recursive: true })
  await writeApiFile(at('api', 'peer'), api)
  assert.equal((await stat(at('api', 'peer', 'api.json'))).mode & 0o777, 0o600)
  assert.deepEqual(await readApiFile(at('api', 'peer')), api)
  assert.equal(await findDataFolder(at('api')), at('api', 'peer'))
  await removeApiFile(at('api', 'peer'))
  await assert.rejects(readApiFile(at('api', 'peer')), { code: 'not-running', message: /api\.json does not exist/ })
  await assert.rejects(findDataFolder(at('api')), { code: 'not-running' })
})

for (const address of [
  'http://example.org:80',
  'http://999.1.1.1:80',
  'http://127.0.0.1:0',
  'http://127.0.0.1:99999',
  'http://[::g]:80',
  'http://127.0.0.1:80/x',
  7
]) {
  test(`an api.json that points to ${address} is not followed`, async () => {
    await mkdir(at('elsewhere'), { recursive: true })
    await writeFile(at('elsewhere', 'api.json'), JSON.stringify({ address, token: 'x'.repeat(32), pid: 1 }))
    await assert.rejects(readApiFile(at('elsewhere')), { code: 'data-corrupt', message: /has no address of this machine/ })
  })
}

test('what stands in the place of api.json and is none says nothing about the node', async () => {
  const token = 'x'.repeat(32)
  await writeApiFile(at('elsewhere'), { address: 'http://[::1]:65535', token, pid: 1 })
  assert.equal((await readApiFile(at('elsewhere'))).address, 'http://[::1]:65535')
  await rm(at('elsewhere', 'api.json'))
  await mkdir(at('elsewhere', 'api.json'))
  await assert.rejects(readApiFile(at('elsewhere')), { code: 'data-corrupt', message: /api\.json is a folder/ })
  await rm(at('elsewhere', 'api.json'), { recursive: true })
  await symlink('api.json', at('elsewhere', 'api.json'))
  await assert.rejects(readApiFile(at('elsewhere')), { code: 'data-corrupt' })
  await rm(at('elsewhere', 'api.json'))
  await writeFile(at('elsewhere', 'api.json'), ' '.repeat(2 ** 20 + 1))
  await assert.rejects(readApiFile(at('elsewhere')), { code: 'data-corrupt', message: /longer than 1 MiB/ })
})

test('C70: of several folders in one place a command takes the one whose node answers to its token, and asks which where there are more', async t => {
  const answering = async (name: string, token: string): Promise<string> => {
    const server = createHttpServer((request, response) => {
      response.writeHead(request.headers.authorization === `Bearer ${token}` ? 200 : 401).end('{}')
    })
    t.after(() => server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await mkdir(at('several', name), { recursive: true })
    await writeApiFile(at('several', name), { address, token, pid: process.pid })
    return address
  }
  const address = await answering('a', 'x'.repeat(32))
  await mkdir(at('several', 'taken'), { recursive: true })
  await writeApiFile(at('several', 'taken'), { address, token: 'y'.repeat(32), pid: 1 })
  await mkdir(at('several', 'killed'), { recursive: true })
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  await new Promise(resolve => closed.close(resolve))
  await writeApiFile(at('several', 'killed'), { address: `http://127.0.0.1:${port}`, token: 'x'.repeat(32), pid: 1 })
  assert.equal(await findDataFolder(at('several')), at('several', 'a'))
  await answering('b', 'z'.repeat(32))
  await assert.rejects(findDataFolder(at('several')), { code: 'bad-option', message: /2 nodes run here/ })
})

/** As Node tells it. */
function failed(code: string): Error {
  return Object.assign(new Error(`listen ${code}: 192.0.2.1:80`), { code })
}

function said(code: string, listener: 'node' | 'api'): unknown[] {
  const { code: own, problem } = findListenError(failed(code), listener)!
  return [own, problem.remedy]
}

test('what cannot be listened on is told with what to do about it: a program to stop, another address, or another port', () => {
  assert.deepEqual(said('EADDRINUSE', 'node'), [
    'port-in-use',
    'stop that program (`peerwatch nodes` lists your nodes), or give another port with --port or --listen; a seed keeps the port that network.json names, which `peerwatch init --seed-port` chooses'
  ])
  assert.deepEqual(said('EADDRINUSE', 'api'), ['port-in-use', 'stop that program (`peerwatch nodes` lists your nodes), or give another port with --http-port'])
  for (const code of ['EADDRNOTAVAIL', 'EACCES']) assert.doesNotMatch(String(said(code, 'node')), /in-use|stop that program/)
  assert.match(String(said('EADDRNOTAVAIL', 'api')), /^bad-address,give one with --http-host/)
  assert.match(String(said('EACCES', 'node')), /^bad-address,give one above 1023 with --port or --listen/)
})

test('a port in use is told with its address, from libp2p and from a server of Node', async () => {
  for (const address of ['/ip4/127.0.0.1/tcp/4001', '/ip4/127.0.0.1/tcp/4001/ws']) {
    const libp2p = new Error(
      `Some configured addresses failed to be listened on…:\n\n  ${address}: Error: listen EADDRINUSE: address already in use 127.0.0.1:4001\n      at node:net:1:1\n`
    )
    assert.ok(findListenError(libp2p, 'node')?.message.startsWith(`${address} is in use by another program; expected a free port`))
  }
  const [first, second] = [createServer(), createServer()]
  first.listen(0, '127.0.0.1')
  await once(first, 'listening')
  const { port } = first.address() as AddressInfo
  second.listen(port, '127.0.0.1')
  const [error] = (await once(second, 'error')) as [Error]
  first.close()
  assert.match(findListenError(error, 'api')?.message ?? '', new RegExp(`^127\\.0\\.0\\.1:${port} is in use`))
  assert.equal(findListenError(new Error('anything else'), 'api'), undefined)
})
