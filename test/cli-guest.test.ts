import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createTestnet } from '@peerwatch/node/testnet'
import { runCommand } from './support/command.ts'
import type { Testnet } from '@peerwatch/node/testnet'
import type { Ran } from './support/command.ts'

const GUEST = '12D3KooWGRUVh7FRLnk2nJ6HC7NmZdyLCNNYV1YkwSMcVqyJ4MhD'
const ADDRESS = `/ip4/127.0.0.1/tcp/4001/p2p/${GUEST}`

let directory: string
let net: Testnet

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'peerwatch-guest-'))
  net = await createTestnet({ directory, peers: 0, watchers: 0, nodeInit: () => ({ http: {}, log: false }) })
})
after(async () => {
  await net.stop()
  await rm(directory, { recursive: true, force: true })
})

const guest = async (...args: string[]): Promise<Ran> => runCommand(['guest', ...args], { cwd: directory })

test('an operator admits a guest at a running seed, and sees it listed', async () => {
  const data = join(directory, 'seed-1')
  const [days, beforeMs] = [2 * 24 * 60 * 60 * 1000, Date.now()]
  const added = await guest('add', ADDRESS, '--data', data, '--days', '2', '--json')
  assert.equal(added.code, 0, added.stderr)
  const view = JSON.parse(added.stdout) as { peer: string; expiresAtMs: number }
  assert.equal(view.peer, GUEST)
  assert.ok(view.expiresAtMs >= beforeMs + days && view.expiresAtMs <= Date.now() + days)
  assert.equal(net.seeds[0]?.view.status().seed?.guests, 1)
  const listed = await guest('list', '--data', data)
  assert.match(listed.stdout, new RegExp(`${GUEST}.*${ADDRESS}`))
})

test('guest add says what an address looks like, and which node to ask', async () => {
  const wrong = await guest('add', 'nowhere', '--data', join(directory, 'seed-1'))
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /nowhere.*multiaddr that ends in the peer id/)
  const elsewhere = await guest('add', ADDRESS, '--data', join(directory, 'trusted-1'))
  assert.equal(elsewhere.code, 1)
  assert.match(elsewhere.stderr, /has no guests; ask a seed/)
})
