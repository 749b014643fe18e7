import { randomBytes } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { epochOf, placeOf, shuffled, windowAt } from '@peerwatch/model'
import { answerCall, createSigner, makeCall, peerIdBytes } from '@peerwatch/link'
import { levelRecordStore } from '@peerwatch/store'
import { messages, signingBytes } from '@peerwatch/wire'
import { bookOfReports } from '../packages/peer/test/support/reports.ts'
import { tierTable } from '../packages/tier/src/tree/calls.ts'
import { compared } from '../packages/tier/src/tree/comparing.ts'
import { reconciler } from '../packages/tier/src/tree/reconcile.ts'
import { readerOf } from '../packages/tier/test/support/reconciling.ts'
import { recordMessage, toldOutcome } from '../packages/tier/src/tree/tree-record.ts'
import { atMost } from './figure.ts'
import type { PeerIdString, Place, RecordStore, Rng, StoredRecord } from '@peerwatch/model'
import type { Network } from '@peerwatch/link'
import type { Placement } from '../packages/tier/src/tree/placement.ts'
import type { TierParts } from '../packages/tier/src/tree/calls.ts'
import type { TrustedLink } from '../packages/tier/src/tree/trusted-link.ts'
import type { BookOfReports } from '../packages/peer/test/support/reports.ts'
import type { BenchContext } from './benchmark.ts'
import type { Figure } from './figure.ts'

const BATCH = 2_048
const REPORTERS = 10
const SUBJECTS = 70
/** A round trip is over when nobody has asked anything more for so long. */
const QUIET_MS = 300

async function peerIds(count: number): Promise<PeerIdString[]> {
  return Promise.all(Array.from({ length: count }, async () => createSigner(await generateKeyPair('Ed25519'), new Uint8Array()).peer))
}

/** Reports as they lie in a store, window by window, back from the last; only their signatures are made up. */
export async function* reportsOf({ id, roster: { preset } }: Network, placing: Placement): AsyncGenerator<StoredRecord> {
  const seed = createSigner(await generateKeyPair('Ed25519'), id)
  const reporters: { peer: PeerIdString; stamp: Uint8Array }[] = []
  for (const peer of await peerIds(REPORTERS)) {
    const stamp = await seed.sign('stamp', messages.stamp.encode({ peer: peerIdBytes(peer), group: peer.slice(-20), firstWindow: 0 }))
    reporters.push({ peer, stamp })
  }
  const subjects = await peerIds(SUBJECTS)
  const observations = [1, 2, 3, 4].map(dimension => ({ dimension, ok: 20, bad: 0 }))
  for (let window = windowAt(Date.now(), preset.windowMs); ; window--) {
    for (const { peer, stamp } of reporters) {
      for (const subject of subjects) {
        const payload = messages.report.encode({ subject: peerIdBytes(subject), window, observations, cuts: [], stamp })
        const pseudonym = placing.pseudonym(subject)
        yield {
          kind: 'report',
          epoch: epochOf(window, preset.epochWindows),
          place: placeOf(pseudonym),
          subject: pseudonym,
          window,
          author: placing.pseudonym(peer),
          id: placing.recordId(signingBytes('report', id, peerIdBytes(peer), payload)),
          payload: messages.signed.encode({ signer: peerIdBytes(peer), payload, signature: randomBytes(64) })
        }
      }
    }
  }
}

async function fill(stores: readonly RecordStore[], records: readonly StoredRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += BATCH) for (const store of stores) await store.write(records.slice(from, from + BATCH))
}

/** A network that delivers what was asked all at once. */
function roundTrips(): { readonly pass: () => Promise<void>; readonly count: () => number } {
  let waiting: (() => void)[] = []
  let count = 0
  let timer: NodeJS.Timeout | undefined
  const deliver = (): void => {
    count++
    for (const resolve of waiting.splice(0)) resolve()
  }
  return {
    count: () => count,
    pass: async () =>
      new Promise(resolve => {
        waiting.push(resolve)
        clearTimeout(timer)
        timer = setTimeout(deliver, QUIET_MS)
      })
  }
}

interface Cost {
  readonly bytesRatio: number
  readonly trips: number
  readonly seconds: number
}

/** One node makes its range the same as that of another one: half of what differs the one lacks, half the other. */
async function levelled(
  book: BookOfReports,
  stores: readonly [RecordStore, RecordStore],
  records: readonly StoredRecord[],
  differing: number,
  rng: Rng
): Promise<Cost> {
  const [mine, theirs] = stores
  const order = shuffled(records, rng)
  await fill([mine], order.slice(differing / 2))
  await fill([theirs], [...order.slice(0, differing / 2), ...order.slice(differing)])
  const { request, response } = tierTable
  const trips = roundTrips()
  const view = { rosterVersion: 1, tokens: new Uint8Array(32) }
  let bytes = 0
  const parts = { page: readerOf(book, theirs).serve, compare: async asked => compared(theirs, asked), isCaughtUp: () => true } as TierParts
  const exchange = async (asked: object) => {
    const sent = request.encode({ id: 1, view, ...asked })
    await trips.pass()
    const answered = response.encode({ id: 1, ...(await answerCall(book.core, tierTable, parts, book.core.self, request.decode(sent))) })
    bytes += sent.byteLength + answered.byteLength
    return response.decode(answered)
  }
  const link = {
    peer: book.core.self,
    call: async (...[name, ask]: Parameters<TrustedLink['call']>) => makeCall(book.core, tierTable, { peer: book.core.self, exchange }, name, ask),
    put: async (record: Parameters<TrustedLink['put']>[0]) => {
      bytes += request.encode({ id: 1, write: { records: [recordMessage(record, true)] } }).byteLength
      await trips.pass()
      return (await theirs.write([record.stored]))[0]
    }
  } as unknown as TrustedLink
  const reconcile = reconciler({
    store: mine,
    shelf: { put: async ({ stored }) => toldOutcome((await mine.write([stored]))[0]!) },
    reader: readerOf(book, mine)
  })
  const places = { from: '0000000000000000' as Place, to: '0000000000000000' as Place }
  const epochs = records.map(({ epoch }) => epoch)
  const span = { fromEpoch: Math.min(epochs[0]!, epochs.at(-1)!), toEpoch: Math.max(epochs[0]!, epochs.at(-1)!) }
  const startedMs = performance.now()
  await reconcile(link, places, span, { pulls: true, pushes: true, isWhole: false, signal: new AbortController().signal })
  const seconds = (performance.now() - startedMs) / 1_000
  const [one, other] = await Promise.all(stores.map(async store => store.fingerprint({ ...span })))
  if (one?.count !== records.length || one.sum !== other?.sum) throw new Error('they do not hold the same')
  return { bytesRatio: bytes / records.reduce((sum, { payload }) => sum + payload.byteLength, 0), trips: trips.count(), seconds }
}

/** What it costs to find what differs from another trusted node. */
export async function recordFigures({ quick, rng, folder, say }: BenchContext): Promise<Figure[]> {
  const [count, differing] = quick ? [10_000, 10] : [100_000, 100]
  const book = await bookOfReports({ reporters: 1, subjects: 1, windows: 1 })
  const costs: Cost[] = []
  for (let run = 0; run < (quick ? 1 : 3); run++) {
    const records: StoredRecord[] = []
    for await (const record of reportsOf(book.core.network, book.placement)) if (records.push(record) === count) break
    const open = async (): Promise<RecordStore> => levelRecordStore({ path: folder('level'), storageKey: randomBytes(32) })
    const stores = [await open(), await open()] as const
    costs.push(await levelled(book, stores, records, differing, rng))
    await Promise.all(stores.map(async store => store.close()))
  }
  say(`${count} records of which ${differing} differ: ${costs.map(({ seconds }) => seconds.toFixed(1)).join(', ')} s, round trips of ${QUIET_MS} ms and more`)
  return [
    atMost(
      'reconciliation: bytes, of a copy of all records',
      'x',
      0.01,
      costs.map(({ bytesRatio }) => bytesRatio)
    ),
    atMost(
      'reconciliation: round trips',
      'x',
      4,
      costs.map(({ trips }) => trips)
    )
  ]
}
