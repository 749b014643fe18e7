import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { peerIdFromString } from '@libp2p/peer-id'
import { createTestnet } from '@peerwatch/node/testnet'
import { cliNetwork } from './support/cli-network.ts'
import { runCommand } from './support/command.ts'
import { until } from './support/until.ts'
import type { Testnet } from '@peerwatch/node/testnet'
import type { Ran } from './support/command.ts'

const GUEST = '12D3KooWGRUVh7FRLnk2nJ6HC7NmZdyLCNNYV1YkwSMcVqyJ4MhD'
const ADDRESS = `/ip4/127.0.0.1/tcp/4001/p2p/${GUEST}`

let directory: string
let net: Testnet

const { root, start } = cliNetwork('guests', async () => {
  directory = await mkdtemp(join(tmpdir(), 'peerwatch-guest-'))
  net = await createTestnet({ directory, seeds: 2, peers: 0, watchers: 0, nodeInit: () => ({ http: {}, log: false }) })
})
after(async () => {
  await net.stop()
  await rm(directory, { recursive: true, force: true })
})

const guestCounts = (): number[] => net.seeds.map(seed => seed.view.status().seed?.guests ?? 0)
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
  assert.match(listed.stdout, new RegExp(`^${GUEST} +listed .*Z  /ip4/127.0.0.1/tcp/4001$`, 'm'))
})

test('C83: guest remove takes a guest back, by its id in either form or by its address, at every seed', async () => {
  const data = join(directory, 'seed-1')
  const cid = peerIdFromString(GUEST).toCID().toString()
  for (const name of [GUEST, ADDRESS, cid]) {
    const added = await guest('add', ADDRESS.replace(GUEST, cid), '--data', data)
    assert.match(added.stdout, new RegExp(`^${GUEST} is a guest until `))
    assert.match(
      added.stderr,
      new RegExp(`^peerwatch: warning: unreachable-guest: /ip4/127\\.0\\.0\\.1/tcp/4001/p2p/${GUEST} answers no ping of this seed; expected `)
    )
    await until(() => guestCounts().every(count => count === 1), 'every seed lists it')
    const removed = await guest('remove', name, '--data', data)
    assert.match(removed.stdout, new RegExp(`^${GUEST} is no guest any more; `))
    await until(() => guestCounts().every(count => count === 0), 'no seed lists it')
  }
  const again = await guest('remove', GUEST, '--data', data)
  assert.equal(again.code, 1)
  assert.match(again.stderr, /unknown-peer: .* is no guest here/)
})

test('C106: every seed tells, as an event, that a guest was admitted or taken back, whichever was asked', async () => {
  const data = join(directory, 'seed-1')
  await guest('add', ADDRESS, '--data', data)
  await until(() => guestCounts().every(count => count === 1), 'every seed lists it')
  await guest('remove', GUEST, '--data', data)
  await until(() => guestCounts().every(count => count === 0), 'no seed lists it')
  for (const name of ['seed-1', 'seed-2']) {
    const { stdout } = await runCommand(['events', '--type', 'guest', '--data', join(directory, name)], { cwd: directory })
    assert.match(stdout, new RegExp(`guest:admitted peer=${GUEST} expiresAt=\\S+Z isNew=true$`, 'm'))
    assert.match(stdout, new RegExp(`guest:taken-back peer=${GUEST}$`, 'm'))
  }
})

test('C83: guest add refuses a member of the roster, and guest remove names network.json where that admits the guest', async () => {
  const member = net.trusted[0]!.peerId.toString()
  const refused = await guest('add', ADDRESS.replace(GUEST, member), '--data', join(directory, 'seed-1'))
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, new RegExp(`bad-option: .*${member} is a seed or trusted node of this network`))
  const path = join(root(), 'net', 'public', 'network.json')
  await writeFile(path, JSON.stringify({ ...(JSON.parse(await readFile(path, 'utf8')) as object), guests: [ADDRESS] }))
  const seed = start('seed', '--network', 'net/public', '--node', 'net/nodes/seed-1', '--data', 'data')
  await seed.line('ready')
  const kept = await guest('remove', GUEST, '--data', join(root(), 'data'))
  assert.match(kept.stderr, /bad-option: .* is named by guests in network\.json: each seed admits it anew/)
  await seed.stop()
})

test('guest add says what an address looks like, and which node to ask', async () => {
  const wrong = await guest('add', 'nowhere', '--data', join(directory, 'seed-1'))
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /nowhere.*multiaddr that ends in the peer id/)
  const elsewhere = await guest('add', ADDRESS, '--data', join(directory, 'trusted-1'))
  assert.equal(elsewhere.code, 1)
  assert.match(elsewhere.stderr, /has no guests; ask a seed/)
})
