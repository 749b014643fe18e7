import assert from 'node:assert/strict'
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { roleNames, stopOrder } from '@peerwatch/node/roles'
import { hosting } from '../../src/play/hosting.ts'
import { dealRoles } from '../../src/play/roles.ts'
import { until } from '../../../link/test/support/core.ts'
import type { Cast } from '../../src/play/cast.ts'
import type { News, Order } from '../../src/play/thread-messages.ts'

const CAST: Cast = { seeds: 1, trusted: 1, watchers: 0, honest: 6, misbehaving: [], preset: 'demo' }

interface Scene {
  readonly obey: (order: Order) => Promise<void>
  readonly told: News[]
  readonly names: () => readonly string[]
  readonly data: string
}

async function scene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-hosting-'))
  await mkdir(join(folder, 'logs'))
  const told: News[] = []
  const { obey } = hosting({ seed: 1, cast: CAST, roles: dealRoles(CAST, 1), folder, http: false, events: [], standings: false }, news => told.push(news))
  return { obey, told, names: () => told.flatMap(news => (news.type === 'created' ? [news.node.name] : [])), data: join(folder, 'data') }
}

function planOf(told: readonly News[]) {
  const planned = told.find(news => news.type === 'planned')
  assert.ok(planned != null)
  return planned.plan
}

async function stopAll({ obey }: Scene): Promise<void> {
  for (const roles of stopOrder()) await obey({ type: 'stop', roles })
}

test('C173: a stop while hosts are being made ends those too, and makes no more', async () => {
  const running = await scene()
  await running.obey({ type: 'plan' })
  const plan = planOf(running.told)
  const names = plan.nodes.map(({ name }) => name)
  const starting = running.obey({ type: 'run', plan, names })
  await until(() => running.names().length > 0, 'the first host is made')
  await stopAll(running)
  const made = running.names()
  assert.ok(made.length < names.length, `${made.length} of ${names.length} were made`)
  await starting
  // the databases are closed, and nobody writes: else this fails, or is undone
  await rm(running.data, { recursive: true, force: true })
  await new Promise(resolve => setTimeout(resolve, 200))
  assert.deepEqual(running.names(), made)
  await assert.rejects(access(running.data))
})

test('C173: a stop while the network is planned waits for the plan, and what is ordered after it is not done', async () => {
  const planning = await scene()
  const plan = planning.obey({ type: 'plan' })
  await planning.obey({ type: 'stop', roles: roleNames() })
  assert.ok(planning.told.some(({ type }) => type === 'planned'))
  await plan
  const { nodes } = planOf(planning.told)
  await planning.obey({ type: 'run', plan: planOf(planning.told), names: nodes.map(({ name }) => name) })
  assert.deepEqual(planning.names(), [])
})
