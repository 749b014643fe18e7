import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import fc from 'fast-check'
import { peerIdText } from '@peerwatch/link'
import { until } from '../../../link/test/support/core.ts'
import { readReport } from '../support/report-server.ts'
import { stage } from '../support/reporter.ts'
import type { Datastore } from 'interface-datastore'
import type { Deed } from '../support/report-server.ts'
import type { Reporter } from '../support/reporter.ts'

const subjects = await Promise.all(Array.from({ length: 3 }, async () => peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))))
const QUICK = { leastBackoffMs: 5, mostBackoffMs: 20, answerTimeoutMs: 60, flushMs: 0 }

/** What a disk holds after the power went: whatever was committed by now. */
async function diskOf(datastore: Datastore): Promise<{ copy: MemoryDatastore; keys: string[] }> {
  const copy = new MemoryDatastore()
  const keys: string[] = []
  for await (const { key, value } of datastore.query({ prefix: '/peerwatch/outbox/' })) {
    await copy.put(key, value)
    keys.push(key.toString().slice('/peerwatch/outbox/'.length))
  }
  return { copy, keys }
}

function acknowledgedBy({ of }: Reporter): string[] {
  return of('report:acknowledged').map(({ detail }) => `${String(detail['window']).padStart(10, '0')}/${String(detail['subject'])}`)
}

const deed: fc.Arbitrary<Deed> = fc.constantFrom('store', 'store', 'retry', 'ignore', 'drop')
const step = fc.record({
  first: fc.array(deed, { minLength: 1, maxLength: 4 }),
  second: fc.array(deed, { minLength: 1, maxLength: 4 }),
  isKilled: fc.boolean()
})

test('through failing entries and kills no report is lost, none changes, and none that was acknowledged is sent again', async t => {
  const { peer, servers, reporter, pastWindow } = await stage(t)
  let window = pastWindow - 100
  const received = (): number => servers[0].received.length + servers[1].received.length
  const play = ({ first, second }: { first: Deed[]; second: Deed[] }): void => {
    let [a, b] = [0, 0]
    servers[0].init.deed = () => first[a++ % first.length]!
    servers[1].init.deed = () => second[b++ % second.length]!
  }
  const history = async (steps: readonly { first: Deed[]; second: Deed[]; isKilled: boolean }[]): Promise<void> => {
    for (const server of servers) {
      server.received.splice(0)
      server.stored.clear()
    }
    const owed = new Set<string>()
    const acknowledged = new Set<string>()
    let running = await reporter(QUICK)
    for (const { isKilled, ...deeds } of steps) {
      play(deeds)
      const before = received()
      running.close(subjects, ++window)
      await until(() => received() > before, 'something is sent')
      if (!isKilled) continue
      for (const key of acknowledgedBy(running)) acknowledged.add(key)
      const { copy, keys } = await diskOf(running.datastore)
      for (const key of [...keys, ...acknowledgedBy(running)]) owed.add(key)
      assert.deepEqual(
        keys.filter(key => acknowledged.has(key)),
        []
      )
      play({ first: ['ignore'], second: ['ignore'] })
      await running.part.stop?.()
      running = await reporter({ ...QUICK, datastore: copy })
    }
    play({ first: ['store'], second: ['store'] })
    running.close(subjects, ++window)
    for (const subject of subjects) owed.add(`${String(window).padStart(10, '0')}/${subject}`)
    await until(() => running.part.status().pending === 0 && acknowledgedBy(running).some(key => key.startsWith(String(window).padStart(10, '0'))), 'all sent')
    await running.stop()
    const bytesByKey = new Map<string, Set<string>>()
    for (const report of [...servers[0].received, ...servers[1].received]) {
      const read = await readReport(peer.core.network.id, report)
      const key = `${String(read.window).padStart(10, '0')}/${read.subject}`
      bytesByKey.set(key, (bytesByKey.get(key) ?? new Set()).add(report))
    }
    for (const key of owed) {
      const [report, ...others] = bytesByKey.get(key) ?? []
      assert.ok(report != null && (servers[0].stored.has(report) || servers[1].stored.has(report)), `${key} is lost`)
      assert.deepEqual(others, [], `${key} was sent in two forms`)
    }
  }
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), history), { numRuns: 12, endOnFailure: true })
})
