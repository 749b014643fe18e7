import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const STORE = 'packages/store/src/level-record-store.ts'
const KEYS = 'packages/store/src/record-key.ts'
const READ = 'packages/store/src/read-records.ts'
const PLAN = 'packages/store/src/write-plan.ts'
const TWO = 'packages/store/src/two-smallest.ts'
const DATABASE = 'packages/store/src/database.ts'
const SEALING = 'packages/store/src/sealing.ts'
const MEMORY = 'packages/store/src/testing/memory-record-store.ts'

export const storeMutations: readonly Mutation[] = [
  ...changes(
    'S1',
    KEYS,
    ['key.writeUInt32BE(record.window, AT.window)', 'key.writeUInt32BE(record.window & 0xff, AT.window)'],
    ["author: key.toString('hex', AT.author, AT.kind)", "author: key.toString('hex', AT.subject, AT.window)"]
  ),
  ...changes('S1', SEALING, ['cipher.update(plain).copy(sealed, SEALED_AT)', 'cipher.update(plain.subarray(0, 2_000)).copy(sealed, SEALED_AT)']),
  ...changes('S2', TWO, ["if (seen.has(id)) return 'known'", ''], ['    seen.add(id)\n', '']),
  ...changes(
    'S3',
    TWO,
    ['const KEPT = 2', 'const KEPT = 3'],
    ['.toSorted(byCodeUnits).slice', '.slice'],
    ['remove: stored.filter(id => !kept.has(id))', 'remove: []']
  ),
  ...changes('S3', PLAN, ["operations.push({ type: 'del', key: keyIn(slot, id) })", 'void id']),
  ...changes('S4', KEYS, ['following(prefix) }', 'prefix }'], ['Math.min(last + 1, EPOCHS_END)', 'Math.min(last, EPOCHS_END)']),
  ...changes('S4', PLAN, ["if (index != null) operations.push({ type: 'put', key: index, value: EMPTY })", '']),
  ...changes(
    'S4',
    READ,
    ['place < to)', 'place <= to)'],
    ['if (from == null || to == null || from < to) return', 'if (from == null || to == null || from <= to) return'],
    ['    { from: undefined, to },\n', '']
  ),
  ...changes('S5', DATABASE, ['if (items.length === 0) return', 'if (items.length === 0 || items.length === CHUNK_ENTRIES) return']),
  ...changes('S6', STORE, ['        floor = raised\n', ''], ['if (raised <= floor) return', '']),
  ...changes('S6', PLAN, ['if (epoch <= floor) continue', 'if (epoch < floor) continue']),
  ...changes('S6', MEMORY, ['floor = Math.max(floor, raised)', 'floor = raised']),
  ...changes('S7', DATABASE, ['sync: true', 'sync: false']),
  ...changes(
    'S7',
    STORE,
    ['await database.write([floorOperation(raised, seals)])', ''],
    ['if (operations.length > 0) await database.write(operations)', 'if (operations.length > 0) void database.write(operations).catch(() => {})'],
    ['await store.finishRemoval()', ''],
    ['await database.clear(epochBounds(0, floor))', '']
  ),
  ...changes('S8', STORE, ['const GROUP_RECORDS = 4_096', 'const GROUP_RECORDS = 8'], ['soon: queueMicrotask', 'soon: run => run()']),
  ...changes(
    'S9',
    DATABASE,
    ['      failed = true\n', ''],
    ['if (!failed) return', 'return'],
    ['...(last == null ? { gte: bounds.gte } : { gt: last })', 'gte: bounds.gte'],
    ['if (!failed && readIn === generation) throw', 'throw']
  ),
  ...changes(
    'S10',
    SEALING,
    ['      } catch {\n        return undefined', '      } catch {\n        return plain'],
    ['cipher.update(plain).copy(sealed, SEALED_AT)', 'cipher.update(plain); Buffer.from(plain).copy(sealed, SEALED_AT)'],
    ['sealed[0] !== VERSION ||', ''],
    ['|| sealed[1] !== KEY_NUMBER', '']
  )
]
