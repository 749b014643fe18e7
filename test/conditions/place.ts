import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { initNetwork } from '@peerwatch/node/init'
import { freePorts } from '@peerwatch/node/testnet'
import { ClassicLevel } from 'classic-level'
import type { Server } from 'node:net'

/** A folder of folders and files that are missing, shut, damaged or somebody else's; the current one of all commands. */
export interface Place {
  readonly root: string
  /** On which another program listens, that says nothing. */
  readonly taken: number
  /** Where the seed and the trusted node of its network would listen. */
  readonly free: readonly number[]
  readonly remove: () => Promise<void>
}

const SHUT = 0
const READ_ONLY = 0o555

async function edit(path: string, change: (content: Record<string, unknown>) => void): Promise<void> {
  const content = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  change(content)
  await writeFile(path, JSON.stringify(content))
}

async function networks(at: (...names: string[]) => string, seedPort: number, trustedPort: number): Promise<void> {
  const init = { nowMs: 1, seeds: 1, trusted: 1, watchers: 1, seedPort, trustedPort }
  await initNetwork({ ...init, directory: at('net'), name: 'here' })
  await initNetwork({ ...init, directory: at('foreign'), name: 'elsewhere' })
  const networkFile = async (name: string, change: (content: Record<string, unknown>) => void): Promise<void> => {
    await cp(at('net', 'public', 'network.json'), at(name))
    await edit(at(name), change)
  }
  await networkFile('edited.json', content => {
    content['roster'] = `${String(content['roster']).slice(0, -8)}AAAAAAA=`
  })
  await networkFile('other-seeds.json', content => {
    content['seeds'] = ['here:4001']
  })
  await networkFile('newer.json', content => {
    content['format'] = 2
  })
  await writeFile(at('text.json'), 'name: here\n')
  await writeFile(at('empty.json'), '')
}

async function nodes(at: (...names: string[]) => string): Promise<void> {
  const copy = async (name: string, from = at('net', 'nodes', 'trusted-1')): Promise<string> => {
    await cp(from, at('nodes', name), { recursive: true })
    return at('nodes', name)
  }
  await mkdir(at('nodes'))
  await writeFile(join(await copy('bad-key'), 'key'), 'AAAA\n')
  await writeFile(join(await copy('bad-file'), 'node.json'), '{"format":1,"name":"trusted-1","role":"truste"}')
  await writeFile(join(await copy('bad-pepper'), 'pepper'), 'abc\n')
  await rm(join(await copy('no-key'), 'key'))
  await rm(join(await copy('no-pepper'), 'pepper'))
  await cp(at('net', 'nodes', 'seed-1', 'key'), join(await copy('other-key'), 'key'))
  await chmod(join(await copy('shut-key'), 'key'), SHUT)
  await chmod(join(await copy('shut-pepper'), 'pepper'), SHUT)
  await chmod(await copy('shut'), SHUT)
}

/** Data folders. `api` stands in `api.json`. */
async function data(at: (...names: string[]) => string, taken: number): Promise<void> {
  const api = { address: 'http://127.0.0.1:2', token: 'x'.repeat(32), pid: process.pid }
  const folder = async (name: string, files: Readonly<Record<string, unknown>>): Promise<string> => {
    await mkdir(at(name), { mode: 0o700, recursive: true })
    for (const [file, content] of Object.entries(files)) {
      await writeFile(at(name, file), typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
    }
    return at(name)
  }
  const key = await readFile(at('net', 'nodes', 'seed-1', 'key'), 'utf8')
  const log = `${JSON.stringify({ time: '2026-01-01T00:00:00.000Z', level: 'info', node: 'peer', event: 'node:started' })}\n`
  const networkId = '00'.repeat(16)
  const identity = { format: 1, network: 'elsewhere', networkId, role: 'peer', id: '12D3KooWBcYAoYZGb8W3dgRcoN2ffFC1mhonwYxoSm5EkuxcgnBV' }
  await folder('gone', { 'api.json': { ...api, pid: 2 ** 22 + 1 } })
  await folder('damaged-api', { 'api.json': '{"address":' })
  await folder('edited-api', { 'api.json': { ...api, address: 'http://example.org:80' } })
  await folder('taken-over', { 'api.json': { ...api, address: `http://127.0.0.1:${taken}`, pid: 2 ** 22 + 1 } })
  await mkdir(at('folder-api', 'api.json'), { recursive: true })
  await mkdir(at('folder-log', 'log.jsonl'), { recursive: true })
  await folder('damaged-key', { key: 'AAAA\n' })
  await folder('damaged-identity', { 'identity.json': '{' })
  await folder('of-another-network', { 'identity.json': identity })
  await folder('damaged-database/datastore', { CURRENT: 'MANIFEST-000001\n', 'MANIFEST-000001': 'x' })
  await folder('good', { 'log.jsonl': log })
  await folder('no-storage-key/records', { CURRENT: 'MANIFEST-000001\n' })
  await folder('shut-storage-key', { 'storage.key': '' })
  await chmod(at('shut-storage-key', 'storage.key'), SHUT)
  const others = await folder('others', { 'api.json': api, key, 'log.jsonl': log, 'storage.key': key, 'identity.json': identity })
  for (const name of await readdir(others)) await chmod(join(others, name), SHUT)
  await chmod(others, 0o755)
  await chmod(await folder('read-only', {}), READ_ONLY)
  await chmod(await folder('shut', { 'api.json': api, key, 'log.jsonl': log }), SHUT)
  await folder('two/peerwatch-data/peer', { 'api.json': { ...api, address: `http://127.0.0.1:${taken}` } })
  await folder('two/peerwatch-data/seed-1', { 'api.json': { ...api, address: `http://127.0.0.1:${taken}` } })
  await folder('here-shut/peerwatch-data/peer', { 'api.json': api })
  await chmod(at('here-shut', 'peerwatch-data'), SHUT)
  await folder('one-shut/peerwatch-data/peer', { 'api.json': api, 'log.jsonl': log })
  await chmod(at('one-shut', 'peerwatch-data', 'peer'), SHUT)
  await writeFile(at('file'), '')
  await writeFile(at('bytes.yaml'), Buffer.from([0xff, 0xfe, 0xfd]))
  await writeFile(at('options.yaml'), 'network: net/public\nlog: { levle: info }\n')
  await writeFile(at('shut.yaml'), 'network: net/public\n', { mode: SHUT })
}

async function everything(folder: string, visit: (path: string) => Promise<void>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await everything(path, visit)
    await visit(path)
  }
}

/** @param uid - whose everything becomes; undefined: it stays with who makes it, to whom what is shut is shut too */
export async function makePlace(uid: number | undefined): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'peerwatch-conditions-'))
  const at = (...names: string[]): string => join(root, ...names)
  const [seedPort = 0, trustedPort = 0, taken = 0] = await freePorts(3)
  const mute: Server = createServer(socket => socket.destroy())
  await new Promise<void>(resolve => {
    mute.listen(taken, '127.0.0.1', resolve)
  })
  await networks(at, seedPort, trustedPort)
  await nodes(at)
  await data(at, taken)
  const lock = new ClassicLevel(at('locked', 'lock'))
  await mkdir(at('locked'), { mode: 0o700 })
  await lock.open()
  if (uid != null) await everything(root, async path => chown(path, uid, uid))
  await chmod(root, READ_ONLY)
  return {
    root,
    taken,
    free: [seedPort, trustedPort],
    remove: async () => {
      await lock.close()
      mute.close()
      await chmod(root, 0o700)
      for (const name of ['shut', 'others', 'read-only', 'nodes/shut', 'here-shut/peerwatch-data', 'one-shut/peerwatch-data/peer']) await chmod(at(name), 0o700)
      await rm(root, { recursive: true, force: true })
    }
  }
}
