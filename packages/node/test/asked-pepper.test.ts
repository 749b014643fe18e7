import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { PROTOCOLS } from '@peerwatch/wire'
import { createTestnet } from '../src/testnet.ts'
import { until } from '../../../test/support/until.ts'
import type { NodeInit, PeerwatchNode } from '../src/testnet.ts'

/** A trusted node as `roster add` makes it. */
const NEW = { pepper: undefined, asksPepper: true } as unknown as Partial<NodeInit>

async function kept(node: PeerwatchNode): Promise<string> {
  return (await readFile(join(node.dataDir!, 'pepper'), 'utf8')).trim()
}

function isAtWork({ libp2p }: PeerwatchNode): boolean {
  return libp2p.services.peerwatch.assembly.tier?.isAtWork() === true
}

suite('the pepper of a new trusted node', () => {
  test('N80: it gets it from the others, is ready only then, keeps it for its owner alone, and starts again without them', async t => {
    const common = randomBytes(32)
    const net = await createTestnet({
      seeds: 1,
      trusted: 3,
      peers: 0,
      watchers: 0,
      preset: 'demo',
      nodeInit: name => (name === 'trusted-3' ? NEW : name.startsWith('trusted') ? { pepper: common } : {})
    })
    t.after(net.stop)
    const comes = net.trusted[2]!
    assert.ok(isAtWork(comes) || /no pepper yet/.test(comes.view.ready().reason ?? ''))
    await until(() => comes.view.ready().ready, 'it takes part')
    assert.ok(isAtWork(comes))
    assert.equal(await kept(comes), common.toString('hex'))
    assert.equal((await stat(join(comes.dataDir!, 'pepper'))).mode & 0o777, 0o600)
    for (const other of net.trusted.slice(0, 2)) await other.stop()
    const again = await net.restart(comes)
    assert.equal(isAtWork(again), true)
  })

  test('N81: it takes the one of more than half of the others, and an alarm says that one differs; whoever is not in the roster is refused and counted', async t => {
    const [common, other] = [randomBytes(32), randomBytes(32)]
    const alarms: string[] = []
    const onCreated = (node: PeerwatchNode): void => {
      node.libp2p.services.peerwatch.addEventListener('alarm', ({ detail }) => alarms.push(detail.code))
    }
    const peppers: Record<string, Partial<NodeInit>> = { 'trusted-2': { pepper: other }, 'trusted-4': { ...NEW, onCreated } }
    const net = await createTestnet({
      seeds: 1,
      trusted: 4,
      peers: 1,
      watchers: 0,
      preset: 'demo',
      nodeInit: name => peppers[name] ?? (name.startsWith('trusted') ? { pepper: common } : {})
    })
    t.after(net.stop)
    const first = net.trusted[3]!
    await until(() => net.trusted.every(isAtWork), 'all have a pepper')
    assert.equal(await kept(first), common.toString('hex'))
    // all answer now
    await rm(join(first.dataDir!, 'pepper'))
    const comes = await net.restart(first)
    await until(() => isAtWork(comes), 'it has a pepper again')
    assert.equal(await kept(comes), common.toString('hex'))
    assert.ok(alarms.includes('two-peppers'))
    const faults: string[] = []
    net.trusted[0]!.libp2p.services.peerwatch.addEventListener('peer:fault', ({ detail }) => faults.push(detail.what))
    const link = await net.peers[0]!.libp2p.dial(net.trusted[0]!.libp2p.getMultiaddrs())
    await link.newStream(PROTOCOLS.tree).catch(() => {})
    await until(() => faults.includes('not-trusted'), 'the fault')
  })
})
