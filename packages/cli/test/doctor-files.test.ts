import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROLES } from '@peerwatch/node/roles'
import { examine } from '../src/doctor/examine.ts'
import { checkWhose, folderTrouble } from '../src/doctor/files.ts'
import { loadConfig } from '../src/load-config.ts'
import { writeApiFile } from '../../node/src/files/api-file.ts'
import type { AddressInfo } from 'node:net'

test('of a data folder that is not there, or that no node has used, doctor says so, and one that is something else it calls wrong', async t => {
  const root = await mkdtemp(join(tmpdir(), 'peerwatch-doctor-'))
  t.after(async () => rm(root, { recursive: true }))
  const [missing, empty, home] = ['missing', 'empty', 'home'].map(name => join(root, name))
  await mkdir(empty!)
  await mkdir(join(home!, 'Documents'), { recursive: true })
  const said = async (dataDir: string): Promise<string> => {
    const [check] = await checkWhose(dataDir, { trouble: await folderTrouble(dataDir), ownsKey: true })
    return `${check?.state} ${check?.found.replace(root, '')}`
  }
  assert.equal(await said(missing!), 'skipped /missing does not exist: a node makes it at its first start')
  assert.equal(await said(empty!), 'skipped nothing in /empty says whose it is: a node writes that at its first start')
  assert.equal(await said(home!), 'failed the folder /home holds Documents, which no node wrote')
})

test('C160: where several nodes run, doctor lists them once, and its other checks say in a few words that they do not know which is meant', async t => {
  const root = await mkdtemp(join(tmpdir(), 'peerwatch-doctor-'))
  const before = process.cwd()
  t.after(async () => {
    process.chdir(before)
    await rm(root, { recursive: true })
  })
  const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  for (const name of ['one', 'other']) {
    await mkdir(join(root, 'peerwatch-data', name), { recursive: true })
    await writeApiFile(join(root, 'peerwatch-data', name), { address: `http://127.0.0.1:${port}`, token: 'x'.repeat(32), pid: process.pid })
  }
  process.chdir(root)
  const checks = await examine({ config: await loadConfig({ file: undefined, flags: {} }), role: undefined, roles: ROLES })
  assert.deepEqual(
    checks.filter(({ found }) => found.includes('peerwatch-data/one')).map(({ check, state }) => [check, state]),
    [['data folder', 'failed']]
  )
  const unknown = checks.filter(({ found }) => found === 'it is not known which node is meant')
  assert.deepEqual(
    unknown.map(({ check, state, remedy }) => [check, state, remedy]),
    [
      ['file modes', 'skipped', undefined],
      ['clock', 'skipped', 'name its data folder with --data'],
      ['registry', 'skipped', undefined],
      ['reachability', 'skipped', undefined]
    ]
  )
})
