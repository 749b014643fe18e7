import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const STORE = 'packages/store/src/level-record-store.ts'
const KEYS = 'packages/store/src/record-key.ts'
const READ = 'packages/store/src/read-records.ts'
const PLAN = 'packages/store/src/write-plan.ts'
const TWO = 'packages/store/src/two-smallest.ts'
const DATABASE = 'packages/store/src/database.ts'
const SEALING = 'packages/store/src/sealing.ts'
const FLOORS = 'packages/store/src/floors.ts'
const NEWEST = 'packages/store/src/newest.ts'
const RESEAL = 'packages/store/src/resealing.ts'
const KEY = 'packages/store/src/storage-key.ts'
const KEY_FILE = 'packages/store/src/key-file.ts'
const META = 'packages/store/src/metadata.ts'
const REMOVAL = 'packages/store/src/removal.ts'
const CHECKPOINTS = 'packages/store/src/checkpoints.ts'
const PRINTS = 'packages/store/src/fingerprints.ts'

export const storeMutations: readonly Mutation[] = [
  ...changes('S100', 'packages/store/src/folder-level.ts', ['    await checkCurrent(folder)\n', ''], ["names.includes('CURRENT')", 'names.length > 0']),
  ...changes('S3', TWO, ["return stored.length > 0 || offered[0] !== id ? 'second' : 'stored'", "return 'stored'"]),
  ...changes(
    'S95',
    CHECKPOINTS,
    ['await write(untrue.length === 0 ? operations : [...operations, ...untrue])', 'await write(operations)'],
    ['        if (at != null) making.delete(nameOf(at.epoch, at.part))\n', ''],
    ['epoch <= floors.all()) return 0', 'epoch < 0) return 0']
  ),
  ...changes(
    'S96',
    CHECKPOINTS,
    ['parts.filter(part => known.get(part) !== true)', 'parts'],
    ['.set(part, false)', '.set(part, true)'],
    ['plain?.subarray(0, start.length).equals(start) === true', 'plain != null']
  ),
  ...changes('S97', CHECKPOINTS, ['          const kept = [...made].filter(([part]) => isSame(part))\n', '          const kept = [...made]\n']),
  ...changes('S97', STORE, ['      filter.clear()\n      prints.clear()\n      made.clear()\n', '      filter.clear()\n      prints.clear()\n']),
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
  ...changes('S3', PLAN, ["operations.push({ type: 'del', key: keeper.key(slot, mark) })", 'void mark']),
  ...changes('S4', KEYS, ['following(prefix) }', 'prefix }'], ['Math.min(last + 1, EPOCHS_END)', 'Math.min(last, EPOCHS_END)']),
  ...changes('S4', KEYS, ['if (!record.subject.startsWith(record.place)) throw', 'if (record.place === record.subject) throw']),
  ...changes(
    'S4',
    READ,
    ['place < to)', 'place <= to)'],
    ['if (from == null || to == null || from < to) return', 'if (from == null || to == null || from <= to) return'],
    ['    { from: undefined, to },\n', '']
  ),
  ...changes('S5', DATABASE, ['if (items.length === 0) return', 'if (items.length === 0 || items.length === CHUNK_ENTRIES) return']),
  ...changes('S6', STORE, ['await forget(floors.raise(all, below))', ''], ['const all = Math.max(floor, floors.all())', 'const all = floor']),
  ...changes('S6', PLAN, ['if (epoch <= floors.of(names)) continue', 'if (epoch < floors.of(names)) continue']),
  ...changes('S6', FLOORS, ['all = Math.max(all, floor)', 'all = floor']),
  ...changes('S7', DATABASE, ['sync: true', 'sync: false']),
  ...changes(
    'S7',
    STORE,
    ['await database.write([floorOperation({ all, summaries: below }, seals)])', ''],
    ['await write(operations)', 'void prints.write(operations).catch(() => {})'],
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
    ['secrets.get(sealed[1]!)', 'secret']
  ),
  ...changes(
    'S80',
    NEWEST,
    ['mark > most ? mark : most', "most === '' ? mark : most"],
    ['windowOf(mark) === windowOf(kept)', 'false'],
    ['remove: stored.filter(mark => mark !== kept)', 'remove: []']
  ),
  ...changes('S80', PLAN, ["if (keeper.keeps === 'newest') operations.push(newestOperation(slot, mark, seals))", '']),
  ...changes('S80', KEYS, ["key.toString('latin1', AT.author, AT.id)\n}", "key.toString('latin1', AT.kind, AT.id)\n}"]),
  ...changes(
    'S81',
    READ,
    ['of database.keys(bounds)) {\n      const name', 'of database.keys(bounds, 2)) {\n      const name'],
    ['if (name.epoch > floors.of(name)) yield key', 'yield key']
  ),
  ...changes('S82', REMOVAL, ["if (keeper.keeps === 'newest') operations.push({ type: 'del', key: newestKey(keeper.slot(key)) })", '']),
  ...changes('S82', STORE, ['await Promise.all([removals.done(), erasures.done()])', '']),
  ...changes(
    'S83',
    PRINTS,
    ["type === 'put' ? plusIds : minusIds", 'plusIds'],
    ['(own.get(at.part) ?? buckets.get(at.part)', '(buckets.get(at.bucket)'],
    ['bucket < last; bucket++', 'bucket <= last; bucket++'],
    ['kept.get(epoch)?.set(bucket, sum)', 'void sum'],
    ['const whole = isRound(from) ? first : first + 1', 'const whole = first']
  ),
  ...changes('S83', REMOVAL, ['await write(operations)\n    for', 'await database.write(operations)\n    for']),
  ...changes(
    'S90',
    RESEAL,
    [
      '    alone(async () => {\n      await database.ready()\n      const',
      '    (async (task: () => Promise<void>) => task())(async () => {\n      await database.ready()\n      const'
    ],
    ['    await database.write([OLDER_IS_GONE])\n    await forgetOlder()', '    await forgetOlder()\n    await database.write([OLDER_IS_GONE])'],
    ['        await sealAnew(keys)\n        return key', '        return key'],
    ['for (let from: Buffer | undefined = EVERYTHING.gte; from != null; )', 'for (let from: Buffer | undefined = EVERYTHING.lt; from != null; )']
  ),
  ...changes('S91', RESEAL, ['await alone(forgetOlder)', '']),
  ...changes('S90', SEALING, ['sealed[1] = newest.number', 'sealed[1] = (older[0] ?? newest).number']),
  ...changes(
    'S91',
    KEY,
    ['if (newest == null || older.length > 0) return openStorageKey(folder)', 'if (newest == null) return openStorageKey(folder)'],
    ['if (DRAFT.test(name)) ', 'if (DRAFT.test(name) && name.length === 0) '],
    ['keys.slice(0, 1)', 'keys.slice(1)']
  ),
  ...changes(
    'S91',
    KEY_FILE,
    ['numbers.has(0) || ', ''],
    ['|| numbers.size < count ', ''],
    ['count > KEYS_MOST', 'count > 3'],
    ['(number % NUMBER_MOST) + 1', 'number + 1'],
    ['only?.number === 1 && ', '']
  ),
  ...changes(
    'S92',
    META,
    ['for (const each of older == null ? [sealed] : [sealed, older])', 'for (const each of [sealed])'],
    [", { type: 'put', key: OLDER_KEY, value: sealed }", ''],
    ['[canaryOperation(seals), { type', '[{ type']
  ),
  ...changes('S93', RESEAL, ['await compact({ gte: from, lt: next ?? EVERYTHING.lt })', '']),
  ...changes('S93', KEY, ['bytes: randomBytes(STORAGE_KEY_BYTES) }, newest]', 'bytes: newest.bytes }, newest]']),
  ...changes('S94', RESEAL, [
    "if (plain != null) operations.push({ type: 'put', key, value: seals.seal(key, plain) })",
    "operations.push({ type: 'put', key, value: seals.seal(key, plain ?? Buffer.alloc(0)) })"
  ])
]
