import { PROTOCOLS } from '@peerwatch/wire'
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createTestnet } from '@peerwatch/node/testnet'
import { startGo } from './support/go.ts'
import { until } from '../support/until.ts'
import type { PeerwatchNode, Testnet } from '@peerwatch/node/testnet'
import type { GoProcess } from './support/go.ts'

const HOUR_MS = 60 * 60 * 1000

let net: Testnet
let folder: string
const running: GoProcess[] = []
const faults: string[] = []

async function reporter(name: string): Promise<GoProcess> {
  const go = await startGo('peer', '-network', join(folder, 'network.json'), '-data', join(folder, name))
  running.push(go)
  return go
}

/** Whether some trusted node holds reports by this peer about anybody. */
async function isHeard({ peer }: GoProcess, subject: string): Promise<boolean> {
  const views = await Promise.all(net.trusted.map(async ({ view }) => view.standing(subject)))
  return views.some(view => view?.detail === 'full' && view.reporters.some(each => each.reporter === peer))
}

function record(node: PeerwatchNode): void {
  node.libp2p.services.peerwatch.addEventListener('peer:fault', ({ detail }) => {
    faults.push(`${detail.peer.toString()} ${detail.protocol} ${detail.what}`)
  })
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerwatch-go-'))
  net = await createTestnet({
    seeds: 2,
    trusted: 3,
    peers: 3,
    watchers: 1,
    nodeInit: name => ({ log: false, ...(name.startsWith('peer') && { chat: { everyMs: 500 } }), onCreated: record })
  })
  await writeFile(join(folder, 'network.json'), JSON.stringify(net.file))
})
after(async () => {
  await Promise.all(running.map(async go => go.stop()))
  await net.stop()
  await rm(folder, { recursive: true, force: true })
})

test('a Go peer registers at both seeds, links up, and its reports count at the trusted tier', async () => {
  const go = await reporter('one')
  await go.event('registered')
  await until(
    () => net.seeds.every(({ libp2p }) => libp2p.services.peerwatch.assembly.seed?.status().peers.some(({ peer }) => peer === go.peer) === true),
    'registered'
  )
  await go.event('neighbour')
  await go.event('stored')
  const subjects = net.peers.map(({ peerId }) => peerId.toString())
  await until(async () => (await Promise.all(subjects.map(async subject => isHeard(go, subject)))).includes(true), 'its reports are evidence')
  assert.deepEqual(
    go.events.filter(({ event }) => event === 'refused'),
    []
  )
  assert.deepEqual(
    faults.filter(line => line.startsWith(go.peer)),
    []
  )
})

test('a Go peer is told the standing of another', async () => {
  const go = running[0]!
  go.send(net.peers[0]!.peerId.toString())
  const { state, reputation } = await go.event('standing')
  assert.ok(state === 'good' || state === 'unknown', String(state))
  assert.ok(Number(reputation) <= 1)
})

test('reports that nobody acknowledged are on disk, and sent after both sides were restarted', async () => {
  const waiting = await reporter('two')
  await waiting.event('stored')
  const outbox = join(folder, 'two', 'outbox')
  const listened = net.trusted.map(node => node.listenedOn())
  await Promise.all(net.trusted.map(async node => node.stop()))
  await until(async () => (await readdir(outbox)).length > 2, 'reports wait')
  waiting.signal('SIGKILL')
  await waiting.stop()
  running.splice(running.indexOf(waiting), 1)
  const kept = (await readdir(outbox)).length
  assert.ok(kept > 2)
  const restarted = await Promise.all(net.trusted.map(async (node, index) => net.restart({ ...node, listenedOn: () => listened[index] ?? [] })))
  net.trusted.splice(0, net.trusted.length, ...restarted)
  const again = await reporter('two')
  assert.equal(again.peer, waiting.peer)
  const oldest = (await readdir(outbox)).toSorted()[0]!
  await again.event('stored')
  await until(async () => !(await readdir(outbox)).includes(oldest), 'the oldest is delivered')
})

test('garbage and frames beyond 512 KiB from a Go host end the stream, are counted, and harm nobody', async () => {
  const hostile = await startGo('vanilla')
  running.push(hostile)
  const victims: [PeerwatchNode, string][] = [
    [net.seeds[0]!, PROTOCOLS.registry],
    [net.trusted[0]!, PROTOCOLS.report]
  ]
  for (const [victim, protocol] of victims) {
    hostile.send(`dial ${victim.addresses()[0]!}`)
    await hostile.event('dialled', ({ peer }) => peer === victim.peerId.toString())
    for (const bytes of ['05ffffffffff', 'ffffff7f00', '81808000']) {
      const ended = hostile.events.filter(({ event }) => event === 'ended').length
      hostile.send(`send ${victim.peerId.toString()} ${protocol} ${bytes}`)
      await until(() => hostile.events.filter(({ event }) => event === 'ended').length > ended, `${bytes} ends the ${protocol} stream`)
    }
    await until(() => faults.some(line => line.startsWith(`${hostile.peer} ${protocol}`)), 'counted')
  }
  const count = running[0]!.events.length
  await until(() => running[0]!.events.slice(count).some(({ event }) => event === 'stored'), 'others are served as before')
})

test('a Go host that corrupts is found by TypeScript and Go alike; the certificate is enforced by the Go peer', async () => {
  const go = running[0]!
  const dial = [...net.peers.map(node => node.addresses()[0]!), go.addresses[0]!].join(',')
  const corrupter = await startGo('vanilla', '-dial', dial, '-corrupt', '1', '-seed', 'corrupter')
  running.push(corrupter)
  await net.seeds[0]!.view.addGuest(corrupter.addresses[0]!, HOUR_MS)
  await go.event('evicted', ({ peer }) => peer === corrupter.peer)
  const told = corrupter.events.length
  corrupter.send(`dial ${go.addresses[0]!}`)
  await until(() => corrupter.events.slice(told).some(({ event }) => event === 'refused' || event === 'disconnected'), 'refused by the Go peer')
})

test('the goodbye of a Go peer ends the watch over it', async () => {
  const go = running.shift()!
  const left = new Promise<void>(resolve => {
    net.seeds[0]!.libp2p.services.peerwatch.addEventListener('peer:goodbye', ({ detail }) => {
      if (detail.peer.toString() === go.peer) resolve()
    })
  })
  await go.stop()
  await left
})
