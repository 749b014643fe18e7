import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROLES } from '@peerwatch/node/roles'
import { examine } from '../src/doctor/examine.ts'
import { loadConfig } from '../src/load-config.ts'
import { writeApiFile } from '../../node/src/files/api-file.ts'
import type { AddressInfo } from 'node:net'

const { statusOfSeed } = JSON.parse(await readFile(new URL('recorded-answers.json', import.meta.url), 'utf8'))
const SURROUNDINGS = { clockOffsetMs: 0, windowMs: 2_000, reachable: 'yes', registry: 'registered', seeds: [] }

test('doctor tells a seed that is the only one from a seed that no other answers', async t => {
  const dataDir = await mkdtemp(join(tmpdir(), 'peerwatch-doctor-'))
  t.after(async () => rm(dataDir, { recursive: true }))
  let others = 0
  const server = createServer(({ url }, response) => {
    const status = { ...statusOfSeed, registry: { state: 'registered', seeds: [], failures: [] }, seed: { ...statusOfSeed.seed, others } }
    response.end(JSON.stringify(url === '/v1/status' ? status : url === '/readyz' ? { ready: true } : SURROUNDINGS))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  await writeApiFile(dataDir, { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'x'.repeat(32), pid: process.pid })
  const registry = async (): Promise<string | undefined> => {
    const checks = await examine({ config: await loadConfig({ file: undefined, flags: { data: dataDir } }), role: 'seed', roles: ROLES })
    return checks.find(({ check }) => check === 'registry')?.found
  }
  assert.equal(await registry(), 'registered: it is the only seed')
  others = 1
  assert.equal(await registry(), 'registered: no other seed answers')
})
