/** What is wrong below a data folder or on a port: one line, a non-zero exit, and nothing changed. Flags and the files of `init` are in test/cli-*.test.ts. */
import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, suite, test } from 'node:test'
import { makeNetwork, startNetwork } from './network.ts'
import { reportsOnDisk } from './stored-reports.ts'
import { eventually, keepOnFailure } from './support.ts'
import type { ProcessNetwork } from './network.ts'
import type { NodeProcess } from './processes.ts'

let network: ProcessNetwork
let trusted: NodeProcess
/** On its disk before anything happened to it. */
let had: Map<string, Set<string>>

before(async () => {
  network = await makeNetwork('damage', { seeds: 1, trusted: 1, peers: 2 })
  await startNetwork(network)
  trusted = network.trusted[0]!
  await eventually('acknowledged reports', 30_000, () => network.peers.every(peer => peer.events('report:acknowledged').length >= 4))
  assert.equal((await trusted.stop()).code, 0)
  had = await reportsOnDisk(trusted, join(network.place.root, 'copies', 'before'))
  assert.ok(had.size > 0)
})
afterEach(context => keepOnFailure(context, network.place))
after(async () => network.place.close())

interface Damage {
  readonly name: string
  /** Below the data folder. */
  readonly file: string
  /** What is put in its place; undefined removes it. */
  readonly content: string | Buffer | undefined
  readonly says: RegExp
}

const damages: readonly Damage[] = [
  {
    name: 'damaged records',
    file: 'records/CURRENT',
    content: 'garbage',
    says: /^peerwatch: data-corrupt: data\/trusted-1\/records is damaged [^\n]*; expected an intact database; move the folder away[^\n]*; nothing was changed\n$/
  },
  {
    name: 'a damaged datastore',
    file: 'datastore/CURRENT',
    content: 'garbage',
    says: /^peerwatch: data-corrupt: the database data\/trusted-1\/datastore is damaged [^\n]*; expected [^\n]*; move it away[^\n]*; nothing was changed\n$/
  },
  {
    name: 'the storage key of another node',
    file: 'storage.key',
    content: Buffer.alloc(32, 7),
    says: /^peerwatch: data-unusable: the storage key does not open data\/trusted-1\/records; expected the one it was made with; put that storage.key back[^\n]*\n$/
  },
  {
    name: 'records without their storage key',
    file: 'storage.key',
    content: undefined,
    says: /^peerwatch: data-unusable: data\/trusted-1\/storage.key does not exist, and data\/trusted-1\/records does; expected the storage key [^\n]*; put it back[^\n]*\n$/
  }
]

suite('damage', () => {
  for (const { name, file, content, says } of damages) {
    test(`${name}: told in one line, and left as it is`, async () => {
      const path = join(trusted.data, file)
      const whole = await readFile(path)
      if (content == null) await rm(path)
      else await writeFile(path, content)
      await assert.rejects(trusted.start(), { message: /ended with 1/ })
      assert.match(trusted.stderr(), says)
      assert.deepEqual(await readFile(path).catch(() => undefined), content == null ? undefined : Buffer.from(content))
      await writeFile(path, whole, { mode: 0o600 })
    })
  }

  test('a port of the API that is in use is told in one line; the node that has it goes on', async () => {
    const [peer, other] = network.peers as [NodeProcess, NodeProcess]
    const { address } = JSON.parse(await readFile(join(other.data, 'api.json'), 'utf8')) as { address: string }
    assert.equal((await peer.stop()).code, 0)
    await assert.rejects(peer.start('--http-port', new URL(address).port), { message: /ended with 1/ })
    assert.match(peer.stderr(), /^peerwatch: port-in-use: \S+ is in use by another program; expected [^\n]*--http-port[^\n]*\n$/)
    assert.equal((await other.status()).peer, other.id())
    await peer.start()
  })

  test('with the damage undone it starts, with every report it had', async () => {
    const acknowledged = (): number[] => network.peers.map(peer => peer.events('report:acknowledged').length)
    const untilNow = acknowledged()
    await trusted.start()
    await eventually('reports flow', 60_000, () => acknowledged().every((count, index) => count > untilNow[index]!))
    assert.equal((await trusted.stop()).code, 0)
    const now = await reportsOnDisk(trusted, join(network.place.root, 'copies', 'now'))
    assert.ok([...had.keys()].every(slot => now.has(slot)))
    assert.ok(now.size > had.size)
  })
})
