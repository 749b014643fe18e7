import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { systemClock } from '@peerwatch/model/system-clock'
import { until } from '../../../../test/support/until.ts'
import { describeEvent, hearAll, jsonLog } from '../../src/logging/index.ts'
import type { TestContext } from 'node:test'
import type { PeerIdString } from '@peerwatch/model'

const alice = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
const bob = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'peerwatch-log-'))
  t.after(async () => rm(path, { recursive: true }))
  return path
}

async function lines(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, 'utf8')
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>)
}

suite('the JSON-lines log', () => {
  test('has time, level, node, role, event and fields, with peer ids as text', async t => {
    const path = join(await folder(t), 'log.jsonl')
    const log = jsonLog({ clock: systemClock, to: { path }, node: 'peer-3', role: 'peer' })
    log.write('peer:evicted', {
      peer: alice,
      dimension: 'integrity',
      reason: '3 of 5 altered',
      issuedAtMs: 0,
      expiresAtMs: 3_600_000,
      serial: 1,
      signers: [bob]
    })
    log.write('chat:first-sight', { origin: 'a', from: 'b', sequence: '1', bytes: 20 })
    await log.close()
    const [evicted, sight] = await lines(path)
    const { time, ...rest } = evicted ?? {}
    assert.ok(!Number.isNaN(Date.parse(String(time))))
    assert.deepEqual(rest, {
      level: 'warn',
      node: 'peer-3',
      role: 'peer',
      event: 'peer:evicted',
      peer: alice.toString(),
      dimension: 'integrity',
      reason: '3 of 5 altered',
      issuedAtMs: 0,
      expiresAtMs: 3_600_000,
      serial: 1,
      signers: [bob.toString()]
    })
    assert.deepEqual([sight?.['event'], sight?.['origin'], sight?.['from']], ['chat:first-sight', 'a', 'b'])
    assert.equal((await stat(path)).mode & 0o777, 0o600)
  })

  test('takes so many lines of what strangers bring about, and all of the rest', async t => {
    const path = join(await folder(t), 'log.jsonl')
    const log = jsonLog({ clock: systemClock, to: { path }, node: 'seed-1', role: 'seed' })
    for (let times = 0; times < 1_000; times++) {
      log.write('peer:fault', { peer: alice, protocol: 'registry', what: 'malformed' })
      log.write('chat:first-sight', { origin: 'a', from: 'b', sequence: String(times), bytes: 20 })
    }
    await log.close()
    const events = Map.groupBy(await lines(path), ({ event }) => event)
    assert.equal(events.get('peer:fault')?.length, 600)
    assert.equal(events.get('chat:first-sight')?.length, 1_000)
    assert.deepEqual(
      events.get('node:lines-left-out')?.map(({ level, of, lines: count }) => [level, of, count]),
      [['warn', 'peer:fault', 400]]
    )
  })

  test('leaves out first sights and lines below its level where it is told to', async t => {
    const path = join(await folder(t), 'log.jsonl')
    const log = jsonLog({ clock: systemClock, to: { path }, node: 'a', role: 'peer', firstSights: false })
    log.write('chat:first-sight', { origin: 'a', from: 'b', sequence: '1', bytes: 20 })
    log.write('report:acknowledged', { subject: alice, window: 1, entry: bob })
    log.write('neighbour:dead', { peer: alice, misses: 3 })
    await log.close()
    assert.deepEqual(
      (await lines(path)).map(({ event }) => event),
      ['neighbour:dead']
    )
  })

  test('lines that come together are written together, soon and without a further line', async t => {
    const path = join(await folder(t), 'log.jsonl')
    const log = jsonLog({ clock: systemClock, to: { path }, node: 'a', role: 'peer' })
    t.after(async () => log.close())
    for (const misses of [1, 2]) log.write('neighbour:dead', { peer: alice, misses })
    let found = await lines(path)
    assert.deepEqual(found, [])
    await until(async () => {
      found = await lines(path)
      return found.length > 0
    }, 'nothing was written')
    assert.deepEqual(
      found.map(({ misses }) => misses),
      [1, 2]
    )
  })

  test('is complete after close, however much was written, and goes on in the same file', async t => {
    const path = join(await folder(t), 'log.jsonl')
    for (let run = 0; run < 2; run++) {
      const lost: unknown[] = []
      const log = jsonLog({ clock: systemClock, to: { path }, node: 'a', role: 'peer', onLost: error => lost.push(error) })
      for (let version = 0; version < 2_000; version++)
        log.write('roster:changed', { version, terms: [], seedsAdded: [], seedsRemoved: [], trustedAdded: [], trustedRemoved: [] })
      await log.close()
      await log.close()
      log.write('roster:changed', { version: 0, terms: [], seedsAdded: [], seedsRemoved: [], trustedAdded: [], trustedRemoved: [] })
      assert.deepEqual(lost, [])
    }
    assert.deepEqual(
      (await lines(path)).map(({ version }) => version),
      [0, 1].flatMap(() => Array.from({ length: 2_000 }, (_, version) => version))
    )
  })

  test('says at once which file cannot be opened', async t => {
    const path = join(await folder(t), 'missing', 'log.jsonl')
    assert.throws(
      () => jsonLog({ clock: systemClock, to: { path }, node: 'a', role: 'peer' }),
      (error: Error & { code: string }) => error.code === 'data-unusable' && error.message.includes(path)
    )
  })

  test('hears every typed event until it is told to stop', () => {
    const source = new EventTarget()
    const heard: string[] = []
    const stop = hearAll(source, name => {
      heard.push(name)
    })
    source.dispatchEvent(new CustomEvent('alarm', { detail: { code: 'a', message: 'b' } }))
    stop()
    source.dispatchEvent(new CustomEvent('alarm', { detail: { code: 'a', message: 'b' } }))
    assert.deepEqual(heard, ['alarm'])
  })

  test('a closed window names only who misbehaved', () => {
    const [good, bad] = [alice.toString(), bob.toString()] as [PeerIdString, PeerIdString]
    const { level, fields } = describeEvent('window:closed', {
      window: 7,
      observations: [
        { subject: good, window: 7, counts: { integrity: { ok: 9, bad: 0 } }, cuts: [] },
        { subject: bad, window: 7, counts: { integrity: { ok: 5, bad: 4 } }, cuts: ['integrity'] }
      ]
    })
    assert.equal(level, 'debug')
    assert.deepEqual(fields, { window: 7, subjects: 2, bad: [{ subject: bad, counts: { integrity: { ok: 5, bad: 4 } }, cuts: ['integrity'] }] })
  })
})
