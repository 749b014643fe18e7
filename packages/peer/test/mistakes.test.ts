/** What JavaScript lets an application get wrong, and what it then hears. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { createLibp2p } from 'libp2p'
import { readNetwork } from '@peerwatch/link'
import { peerwatch } from '../src/peerwatch.ts'
import { application, appNetwork } from './support/application.ts'
import { testNetwork, until } from '../../link/test/support/core.ts'
import { plainHost } from './support/gossip.ts'

const mistakes: { readonly what: string; readonly init: object; readonly says: RegExp }[] = [
  { what: 'a name with a typing error', init: { enforc: false }, says: /peerwatch: there is no enforc; expected enforce$/ },
  { what: 'a name that is like no other', init: { colour: 'red' }, says: /there is no colour; expected one of network, enforce, / },
  { what: 'an inner name', init: { neighbours: { targetDegre: 3 } }, says: /neighbours: there is no targetDegre; expected targetDegree$/ },
  { what: 'an inner name of gossip', init: { gossip: { messagesPerSec: 3 } }, says: /gossip: there is no messagesPerSec; expected messagesPerSecond$/ },
  { what: 'an inner name of reporting', init: { reporting: { flush: 3 } }, says: /reporting: there is no flush; expected flushMs$/ },
  { what: 'text for true or false', init: { enforce: 'no' }, says: /enforce: expected true or false, found no$/ },
  { what: 'a number that no network allows', init: { neighbours: { maxDegree: 5_000 } }, says: /maxDegree: expected .*at most 512, found 5000$/ },
  { what: 'a number of a report', init: { reporting: { mostPending: -1 } }, says: /reporting: mostPending: expected a whole number above 0, found -1$/ },
  { what: 'a fraction of a report', init: { reporting: { mostPending: 2.5 } }, says: /reporting: mostPending: expected a whole number above 0, found 2\.5$/ },
  { what: 'no link at all', init: { neighbours: { maxDegree: 0 } }, says: /maxDegree: expected a whole number, 1 or more, at most 512, found 0$/ },
  {
    what: 'a longest pause that is shorter than the first',
    init: { reporting: { leastBackoffMs: 9_000, mostBackoffMs: 100 } },
    says: /reporting: mostBackoffMs: expected at least leastBackoffMs \(9000\), found 100$/
  },
  { what: 'one peer where a list is meant', init: { neverEvict: '12D3' }, says: /neverEvict: expected a list, found 12D3$/ }
]
for (const { what, init, says } of mistakes) {
  test(`P83: an option that there is not, or of another kind, is refused by name: ${what}`, async () => {
    const { network } = await testNetwork()
    const services = { identify: identify(), pubsub: gossipsub(), peerwatch: peerwatch({ network, ...init }) }
    await assert.rejects(createLibp2p({ services: services as never }), { name: 'ServicesError', code: 'bad-option', message: says })
  })
}

test('P83: peerwatch() without options says what it wants', async () => {
  const services = { identify: identify(), pubsub: gossipsub(), peerwatch: peerwatch(undefined as never) }
  await assert.rejects(createLibp2p({ services: services as never }), {
    code: 'bad-option',
    message: /peerwatch: expected options such as \{ network: await readNetwork/
  })
})

test('P84: nobody listens for an event that there is not', async t => {
  const { network } = await testNetwork()
  const app = await application(network)
  t.after(async () => app.stop())
  const { peerwatch: watch } = app.services
  assert.throws(() => watch.addEventListener('peer:evict' as never, () => {}), {
    code: 'bad-option',
    message: /there is no peer:evict; expected peer:evicted$/
  })
})

test('P83: a method refuses what it does not take', async t => {
  const { network } = await testNetwork()
  const app = await application(network)
  t.after(async () => app.stop())
  const { peerwatch: watch } = app.services
  assert.throws(() => watch.observe(app.peerId, 'integrity', { okay: 1 } as never), {
    code: 'bad-option',
    message: /observe: counts: there is no okay; expected ok$/
  })
  await assert.rejects(watch.whenRegistered({ signa: 1 } as never), { code: 'bad-option', message: /whenRegistered: there is no signa; expected signal$/ })
})

test('gossipsub under another name is found, and its right name told', async () => {
  const { network } = await testNetwork()
  const services = { identify: identify(), gossip: gossipsub(), peerwatch: peerwatch({ network }) }
  await assert.rejects(createLibp2p({ services: services as never }), {
    code: 'no-gossipsub',
    message: /found it as services\.gossip: give it the name pubsub$/
  })
})

test('readNetwork takes the folder as well as the file, and says which file it looked for', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-read-'))
  t.after(async () => rm(folder, { recursive: true }))
  await assert.rejects(readNetwork(folder), { code: 'bad-network', message: /network\.json/ })
  const { file, network } = await testNetwork()
  await writeFile(join(folder, 'network.json'), JSON.stringify(file))
  const other = join(folder, 'package.json')
  await writeFile(other, '{"name":"app"}')
  await assert.rejects(readNetwork(other), { code: 'bad-network', message: `${other}: format: expected 1, found undefined; this version reads format 1 only` })
  for (const path of [folder, `${folder}/`, join(folder, 'network.json')]) assert.deepEqual((await readNetwork(path)).id, network.id)
})

test('P85: every method takes a peer as neighbours() gives it, and as libp2p does, and refuses text that is none', async t => {
  const { network } = await testNetwork()
  const [app, peer] = [await application(network), await plainHost()]
  t.after(async () => Promise.all([app.stop(), peer.stop()]))
  const { peerwatch: watch } = app.services
  await peer.dial(app.getMultiaddrs())
  await until(() => watch.neighbours().length > 0, 'nobody is watched')
  const [neighbour] = watch.neighbours()
  for (const name of [neighbour!.peer, peer.peerId]) {
    watch.observe(name, 'integrity', { ok: 1 })
    await watch.allow(name)
    await assert.rejects(watch.standing(name), { code: 'no-route' })
  }
  const wrong = { code: 'bad-option', message: /peer: expected a PeerId, or a peer id such as 12D3Koo…, found abc$/ }
  assert.throws(() => {
    watch.observe('abc', 'integrity', { ok: 1 })
  }, wrong)
  await assert.rejects(watch.standing('abc'), wrong)
  await assert.rejects(watch.allow('abc'), wrong)
})

test('P86: who waits for the registration hears of it, at once where it is there, and of the end where it does not come', async t => {
  const running = await appNetwork()
  t.after(running.stop)
  const app = await application(running.network)
  const { peerwatch: watch } = app.services
  const { state, seeds } = await watch.whenRegistered()
  assert.deepEqual([state, seeds.length], ['registered', 1])
  assert.equal(watch.status().registry.state, 'registered')
  assert.deepEqual((await watch.whenRegistered()).seeds, seeds)
  await app.stop()

  const lonely = await application((await testNetwork()).network)
  await assert.rejects(lonely.services.peerwatch.whenRegistered({ signal: AbortSignal.abort(new Error('enough')) }), /enough/)
  const waiting = lonely.services.peerwatch.whenRegistered()
  const stopped = assert.rejects(waiting, { code: 'closed' })
  await until(() => lonely.services.peerwatch.status().registry.failures.length > 0, 'it says nothing of its seed')
  await lonely.stop()
  await stopped
})

test('a method says what it wants where it was given something else, or nothing', async t => {
  const { network } = await testNetwork()
  const app = await application(network)
  t.after(async () => app.stop())
  const { peerwatch: watch } = app.services
  assert.throws(() => watch.observe(app.peerId, 'integrity', undefined as never), {
    code: 'bad-option',
    message: /observe: counts: expected an object such as \{ bad: 1 \}/
  })
  for (const options of [5_000, { signal: 5_000 }])
    await assert.rejects(watch.whenRegistered(options as never), { code: 'bad-option', message: /whenRegistered/ })
})

test('a network that was not awaited is told from one that is none', async () => {
  const services = { identify: identify(), pubsub: gossipsub(), peerwatch: peerwatch({ network: Promise.resolve() as never }) }
  await assert.rejects(createLibp2p({ services: services as never }), { code: 'bad-option', message: /found a promise: await it$/ })
})
