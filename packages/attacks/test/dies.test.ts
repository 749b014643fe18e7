import assert from 'node:assert/strict'
import { test } from 'node:test'
import { misbehave } from '../src/index.ts'
import { createHosts, link, tcpDial, until } from './support/host.ts'
import type { Connection } from '@libp2p/interface'
import type { Host } from './support/host.ts'

test('dies: every link is gone at once, redials are refused, and the dead dial nobody', async t => {
  const [victim, dialled, dialling] = (await createHosts(t, 3)) as [Host, Host, Host]
  const links: Connection[] = [await link(victim, dialled), await link(dialling, victim)]
  const port = Number(
    victim.libp2p
      .getMultiaddrs()[0]
      ?.getComponents()
      .find(({ name }) => name === 'tcp')?.value
  )
  assert.equal(await tcpDial(port), 'connected')
  const addresses = victim.libp2p.getMultiaddrs()

  const attack = misbehave(victim, 'dies')
  attack.start()
  for (const host of [dialled, dialling]) {
    await until(() => host.libp2p.getConnections(victim.libp2p.peerId).length === 0, 'the neighbour sees it gone')
  }
  assert.ok(links.every(({ status }) => status !== 'open'))
  assert.equal(await tcpDial(port), 'ECONNREFUSED')
  await assert.rejects(dialling.libp2p.dial(addresses))
  await assert.rejects(victim.libp2p.dial(dialled.libp2p.getMultiaddrs()))
  await assert.rejects(victim.libp2p.dial(dialling.libp2p.peerId))

  attack.stop()
  assert.equal(await tcpDial(port), 'ECONNREFUSED', 'nobody comes back from the dead')
})

test('dies: it dies twice without an error, and can still be stopped', async t => {
  const [victim, neighbour] = (await createHosts(t, 2)) as [Host, Host]
  await link(victim, neighbour)
  const attack = misbehave(victim, 'dies')
  attack.start()
  attack.start()
  await victim.libp2p.stop()
  assert.equal(victim.libp2p.status, 'stopped')
})
