import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { misbehave } from '../src/index.ts'
import { muxerOf } from '../src/attackable.ts'
import { countStreams, createHosts, link, until } from './support/host.ts'
import type { Host } from './support/host.ts'

const TICK_MS = 50
const SECOND_TICKS = 1_000 / TICK_MS

test('floods: every neighbour, dialled or dialling, gets 100 ping streams a second and more, until it is stopped', async t => {
  const [flooder, dialled, dialling, late] = (await createHosts(t, 4)) as [Host, Host, Host, Host]
  await link(flooder, dialled)
  await link(dialling, flooder)
  const counts = [dialled, dialling, late].map(host => countStreams(host, flooder))
  const clock = manualClock()
  const attack = misbehave(flooder, 'floods', { clock })
  t.after(attack.stop)
  attack.start()
  // its pace begins with its first tick
  for (let ticks = 0; ticks <= 2 * SECOND_TICKS; ticks++) {
    clock.advance(TICK_MS)
    await until(() => counts.slice(0, 2).every(count => count() * SECOND_TICKS >= ticks * 100), `100 streams a second to both, tick ${ticks}`)
  }
  for (const count of counts.slice(0, 2)) assert.ok(count() <= 2 * 150, `the flood is paced: ${count()} streams in two seconds`)

  await link(late, flooder)
  await until(() => {
    clock.advance(TICK_MS)
    return counts[2]!() >= 50
  }, 'a new neighbour is flooded too')
  attack.stop()
  await until(() => pingsOf(flooder) === 0, 'no ping stream is left open')
})

function pingsOf({ libp2p }: Host): number {
  return libp2p.getConnections().flatMap(connection => connection.streams.filter(({ direction, protocol }) => direction === 'outbound' && protocol === ''))
    .length
}

test('floods: resets and lost links do not end it, and a neighbour that answers nothing costs a bounded number of streams', async t => {
  const [flooder, resetting, silent] = (await createHosts(t, 3)) as [Host, Host, Host]
  await link(flooder, resetting)
  await link(flooder, silent)
  await silent.libp2p.unhandle('/ipfs/ping/1.0.0')
  await silent.libp2p.handle('/ipfs/ping/1.0.0', () => {}, { maxInboundStreams: 1_000 })
  for (const connection of resetting.libp2p.getConnections()) {
    muxerOf(connection)?.addEventListener('stream', ({ detail }) => {
      detail.abort(new Error('refused'))
    })
  }
  const count = countStreams(resetting, flooder)
  const attack = misbehave(flooder, 'floods', { mostOpen: 20 })
  t.after(attack.stop)
  attack.start()
  await until(() => count() >= 100, 'a neighbour that resets is flooded')
  assert.ok(pingsOf(flooder) <= 40, `${pingsOf(flooder)} streams are open`)
  for (const connection of resetting.libp2p.getConnections()) connection.abort(new Error('cut'))
  await until(() => flooder.libp2p.getConnections(resetting.libp2p.peerId).length === 0, 'the link is gone')
  const atCut = count()
  await link(flooder, resetting)
  await until(() => count() >= atCut + 50, 'it is flooded again over a new link')
})

test('floods: only the targets, where they are named', async t => {
  const [flooder, target, other] = (await createHosts(t, 3)) as [Host, Host, Host]
  await link(flooder, target)
  await link(flooder, other)
  const [targeted, spared] = [countStreams(target, flooder), countStreams(other, flooder)]
  const attack = misbehave(flooder, 'floods', { targets: peer => peer.equals(target.libp2p.peerId) })
  t.after(attack.stop)
  attack.start()
  await until(() => targeted() >= 100, 'the target is flooded')
  assert.ok(spared() < 10, `${spared()} streams to a peer that is no target`)
})
