import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peerIdText } from '@peerwatch/link'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { altering, bodyOf, knowSubscribers, plainHost, send, withholding } from '../support/gossip.ts'
import { observedHost } from '../support/observed-host.ts'
import type { Libp2p } from '@libp2p/interface'
import type { SeenNeighbour } from '@peerwatch/link'
import type { PlainServices } from '../support/gossip.ts'

const TOPIC = '/app/1'
type Host = Libp2p<PlainServices>

test('O7: a neighbour is cut at exactly three altered messages, and who relays honestly is never blamed', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const [one, two, corrupter, honest] = [await plainHost(), await plainHost(), await plainHost(), await plainHost()] as [Host, Host, Host, Host]
  const plain = [one, two, corrupter, honest]
  t.after(async () => Promise.all([host.stop(), ...plain.map(async each => each.stop())]))
  const suspect = peerIdText(corrupter.peerId)
  let cut = ''
  host.core.events.addEventListener('neighbour:cut', ({ detail }) => {
    cut = `${detail.peer.toString()} ${detail.dimension} ${detail.evidence}`
  })
  const seen: SeenNeighbour[] = []
  host.observing.onSeen((_window, neighbours) => seen.push(...neighbours))
  const altered = { copies: 0 }
  host.tap.onCopy(({ kind }) => {
    altered.copies += kind === 'unproved' ? 1 : 0
  })
  const heard = new Map<Host, number>()
  for (const each of plain) each.services.pubsub.addEventListener('gossipsub:message', () => heard.set(each, (heard.get(each) ?? 0) + 1))
  for (const { services } of [host.node, ...plain]) services.pubsub.subscribe(TOPIC)
  // the authors reach the host themselves, through the honest relay and through the corrupter
  for (const relay of [corrupter, honest]) {
    for (const author of [one, two]) await author.dial(relay.getMultiaddrs())
    await relay.dial(host.node.getMultiaddrs())
  }
  for (const author of [one, two]) await author.dial(host.node.getMultiaddrs())
  const inMesh = (node: Host): number => (node.services.pubsub as unknown as { mesh: Map<string, Set<string>> }).mesh.get(TOPIC)?.size ?? 0
  await until(() => host.tap.meshPeers(TOPIC).length === 4 && inMesh(corrupter) === 3, 'no mesh')
  await knowSubscribers(TOPIC, plain)
  // nobody gives a message back to whom it came from: the corrupter is to hear all from others
  withholding(host.node, suspect)
  altering(corrupter, (_message, to) => to === host.core.self)

  await one.services.pubsub.publish(TOPIC, bodyOf('first'))
  await until(() => altered.copies === 1, 'no altered copy')
  await one.services.pubsub.publish(TOPIC, bodyOf('second'))
  await until(() => altered.copies === 2, 'no second one')
  assert.equal(cut, '', 'two altered messages are not enough')
  await two.services.pubsub.publish(TOPIC, bodyOf('third'))
  await until(() => cut !== '', 'no cut')
  assert.equal(cut, `${suspect} integrity 3 altered messages within 6 windows`)
  await until(() => host.node.getConnections(corrupter.peerId).length === 0, 'the link is still there')
  await corrupter.dial(host.node.getMultiaddrs()).catch(() => {})
  await until(() => host.node.getConnections(corrupter.peerId).length === 0, 'the cut peer came back')

  await until(() => seen.some(({ finding }) => finding), 'the window did not end')
  assert.deepEqual([...new Set(seen.filter(({ finding }) => finding).map(({ peer, dimension }) => `${peer} ${dimension}`))], [`${suspect} integrity`])
  // a window may have ended between two of them
  assert.equal(
    seen.reduce((sum, { bad }) => sum + bad, 0),
    3
  )
  assert.deepEqual([...new Set(seen.filter(({ bad }) => bad > 0).map(({ peer }) => peer))], [suspect], 'nobody else is blamed')
  assert.ok(seen.some(({ peer, dimension, ok }) => peer === honest.peerId.toString() && dimension === 'integrity' && ok > 0))
})

test('O8: an altered copy whose original comes later is evidence; one whose original is never seen is not', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const [one, two, corrupter] = [await plainHost(), await plainHost(), await plainHost()] as [Host, Host, Host]
  t.after(async () => Promise.all([host.stop(), ...[one, two, corrupter].map(async each => each.stop())]))
  const cuts = (): number => host.observing.cuts().length
  for (const { services } of [host.node, one, two, corrupter]) services.pubsub.subscribe(TOPIC)
  for (const each of [one, two, corrupter]) await each.dial(host.node.getMultiaddrs())
  await until(() => host.tap.meshPeers(TOPIC).length === 3, 'no mesh')
  const altered = { copies: 0 }
  const valid = { copies: 0 }
  host.tap.onCopy(({ kind }) => {
    altered.copies += kind === 'unproved' ? 1 : 0
    valid.copies += kind === 'new' ? 1 : 0
  })
  // what the authors would send is held back, and given to the corrupter to alter
  const held: { from: Host; message: Parameters<typeof send>[2][number] }[] = []
  for (const from of [one, two]) {
    const pubsub = from.services.pubsub as unknown as { sendRpc: (to: string, rpc: { messages: Parameters<typeof send>[2] }) => boolean }
    const sendRpc = pubsub.sendRpc.bind(pubsub)
    pubsub.sendRpc = (to, rpc) => {
      held.push(...rpc.messages.map(message => ({ from, message })))
      return sendRpc(to, { ...rpc, messages: [] })
    }
    for (const text of ['a', 'b']) await from.services.pubsub.publish(TOPIC, bodyOf(text))
    pubsub.sendRpc = sendRpc
  }
  assert.equal(held.length, 4)
  send(
    corrupter,
    host.node,
    held.map(({ message }) => ({ ...message, data: bodyOf('altered') }))
  )
  await until(() => altered.copies === 4, 'not counted')
  assert.equal(cuts(), 0, 'without originals nothing is proved')
  for (const { from, message } of held.slice(0, 2)) send(from, host.node, [message])
  await until(() => valid.copies === 2, 'the originals did not arrive')
  assert.equal(cuts(), 0, 'two altered messages are not enough')
  for (const { from, message } of held.slice(2, 3)) send(from, host.node, [message])
  await until(() => cuts() === 1, 'the third completes it')
})
