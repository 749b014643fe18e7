import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const STORE = 'packages/store/src/level-record-store.ts'
const SUMMARIES = 'packages/store/src/summaries.ts'
const READ = 'packages/store/src/read-records.ts'
const FLOORS = 'packages/store/src/floors.ts'
const ERASING = 'packages/store/src/erasing.ts'
const KEYS = 'packages/store/src/record-key.ts'
const RETENTION = 'packages/tier/src/tree/retention.ts'
const SHELF = 'packages/tier/src/tree/shelf.ts'
const FORM = 'packages/tier/src/tree/summary.ts'
const LEVELLING = 'packages/tier/src/tree/levelling.ts'
const PAGES = 'packages/tier/src/tree/summary-pages.ts'
const TOLD = 'packages/tier/src/tree/summaries-told.ts'
const EXPIRED = 'packages/tier/src/export/expired.ts'

export const summaryMutations: readonly Mutation[] = [
  ...changes(
    'S98',
    READ,
    ['const last = Math.min(query.toEpoch, floors.all())', 'const last = query.toEpoch'],
    ['if (subject != null && summary.subject !== subject) break', '']
  ),
  ...changes('S98', FLOORS, ['summaries = Math.min(all, Math.max(summaries, floorOfSummaries))', 'summaries = floorOfSummaries']),
  ...changes('S98', STORE, [
    'await database.clear(epochBounds(0, floor))',
    'await database.clear({ gte: epochBounds(0, floor).gte, lt: summaryBounds(0, floor).lt })'
  ]),
  ...changes('S98', KEYS, ['named.subarray(AT.author, AT.kind)])', 'named.subarray(AT.kind, AT.id)])']),
  ...changes('S99', SUMMARIES, ['value: seals.seal(key, bytes) }', 'value: Buffer.from(bytes) }']),
  ...changes('P100', ERASING, ['    await collect(summaryBounds(0, upTo), key => summaryFrom(key, key))\n', '']),
  ...changes('P100', SUMMARIES, ['summary.epoch > floors.ofSummary(summary)', 'summary.epoch > floors.summaries()']),
  ...changes('P100', FLOORS, ['epoch <= summaries ?', 'epoch <= all ?']),
  ...changes('P101', EXPIRED, ['word.holders.push(nodes[index]!)', 'word.holders.push(nodes[0]!)']),
  ...changes('P101', PAGES, ['if (peer == null || concerns(summary, peer)) summaries', 'if (peer == null || summary.subject === peer) summaries']),
  ...changes('T97', SHELF, ['      await telling.tellSummaries({ fromEpoch: oldestCounting(core), toEpoch: LAST_EPOCH })\n', '']),
  ...changes('T97', SHELF, [
    'if (store.summariesFrom() <= store.floor()) for (const subject of subjects) await',
    'if (store.floor() < 0) for (const subject of subjects) await'
  ]),
  ...changes('T97', RETENTION, ['for (let epoch = first; epoch <= floor; epoch++) await summaries.make(epoch)', 'await summaries.make(floor)']),
  ...changes('T97', FORM, ["if (kept === 'conflict') return [window - first]", "if (kept === 'conflict') return [window - first, [], []]"]),
  ...changes('T98', FORM, ['account.windows.toSorted(([a], [b]) => a - b)', 'account.windows.toSorted(() => Math.random() - 0.5)']),
  ...changes(
    'T99',
    LEVELLING,
    ['const needed = mine == null ? Math.min(WORDS, othersCount) : WORDS', 'const needed = 1'],
    ['const WORDS = 2', 'const WORDS = 3']
  ),
  ...changes(
    'T99',
    TOLD,
    ["    if (emptyCount > emptyPagesMost) throw new ServicesError('refused', `${emptyCount} pages without a summary`)\n", ''],
    ["      if (order <= last) throw new ServicesError('refused', 'summaries out of order')\n", '']
  ),
  ...changes(
    'T105',
    LEVELLING,
    ['      if (isNew) fresh.push(told.account)\n      else', '      if (!isNew)'],
    ['if (sources.length - 1 < Math.min(WORDS, others.length)) return false', '']
  ),
  ...changes('T106', RETENTION, [
    '    for (let epoch = first; epoch <= floor; epoch++) await summaries.make(epoch)\n    await store.raiseFloor(floor, oldestCounting)\n',
    '    await store.raiseFloor(floor, oldestCounting)\n    for (let epoch = first; epoch <= floor; epoch++) await summaries.make(epoch)\n'
  ]),
  ...changes(
    'T107',
    RETENTION,
    ['Math.max(store.floor() + 1, oldestCounting)', 'store.floor() + 1'],
    ['      await store.raiseFloor(store.floor(), from + 1)\n', '      return\n'],
    ['if (store.summariesFrom() < Math.min(oldestCounting, store.floor() + 1)) await', 'if (oldestCounting < 0) await']
  ),
  ...changes(
    'T108',
    FORM,
    ['rows.length > keptWindows || ', ''],
    ['|| !isInOrder', ''],
    ['value <= OBSERVATIONS_MOST * epochWindows', 'value < Infinity'],
    ['bad: whole(bad, OBSERVATIONS_MOST - ok)', 'bad: whole(bad, OBSERVATIONS_MOST)'],
    ['if (bytes.byteLength > LIMITS.summaryBytes)', 'if (bytes.byteLength < 0)'],
    ["    if (account.subject === account.reporter) throw new WireError('malformed', 'a summary of what a peer says of itself')\n", '']
  ),
  ...changes('T109', LEVELLING, ['if (replaced.size > 0) await shelf.recount(replaced)', '']),
  ...changes('T109', PAGES, ['if (span.toEpoch > store.floor())', 'if (span.toEpoch < 0)'])
]
