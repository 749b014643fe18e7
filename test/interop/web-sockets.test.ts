import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createTestnet } from '@peerwatch/node/testnet'
import { startGo } from './support/go.ts'
import { until } from '../support/until.ts'
import type { Testnet } from '@peerwatch/node/testnet'
import type { GoProcess } from './support/go.ts'

const LISTEN = '/ip4/127.0.0.1/tcp/0/ws'
const HOUR_MS = 60 * 60 * 1000

// Nobody here listens on anything but WebSockets.
let net: Testnet
let folder: string
const running: GoProcess[] = []

async function start(...args: Parameters<typeof startGo>): Promise<GoProcess> {
  const go = await startGo(...args)
  running.push(go)
  assert.match(go.addresses[0]!, /\/tcp\/\d+\/ws\/p2p\//)
  return go
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerwatch-go-ws-'))
  net = await createTestnet({
    transport: 'ws',
    seeds: 1,
    trusted: 1,
    peers: 2,
    watchers: 0,
    nodeInit: name => ({ log: false, ...(name.startsWith('peer') && { chat: { everyMs: 200 } }) })
  })
  await writeFile(join(folder, 'network.json'), JSON.stringify(net.file))
})
after(async () => {
  await Promise.all(running.map(async go => go.stop()))
  await net.stop()
  await rm(folder, { recursive: true, force: true })
})

test('a vanilla Go host is a guest over WebSockets: dialled, pinged, in the gossip both ways', async () => {
  const go = await start('vanilla', '-listen', LISTEN, '-every', '200ms')
  const heard = new Promise<void>(resolve => {
    net.peers[0]!.onFirstSight(({ origin }) => {
      if (origin === go.peer) resolve()
    })
  })
  await net.seeds[0]!.view.addGuest(go.addresses[0]!, HOUR_MS)
  await until(
    () => net.peers.some(({ view }) => view.status().neighbours.some(({ peer, guest, lastAnswerMs }) => peer === go.peer && guest && (lastAnswerMs ?? 0) > 0)),
    'a peer dialled and pinged it'
  )
  await go.event('grafted')
  go.send('publish 50 100')
  await heard
  await go.event('message')
})

test('a Go peer registers, links up, reports and asks over WebSockets', async () => {
  const go = await start('peer', '-listen', LISTEN, '-network', join(folder, 'network.json'), '-data', join(folder, 'peer'))
  await go.event('registered')
  await go.event('neighbour')
  await go.event('stored')
  go.send(net.peers[0]!.peerId.toString())
  assert.equal((await go.event('standing'))['peer'], net.peers[0]!.peerId.toString())
})
