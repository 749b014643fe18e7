import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const WRITER = 'packages/tier/src/tree/writer.ts'
const CALLS = 'packages/link/src/call-table.ts'
const LINKS = 'packages/tier/src/tree/trusted-links.ts'
const RANGE_FETCH = 'packages/tier/src/tree/range-fetch.ts'
const VIEWS = 'packages/tier/src/tree/views.ts'
const CATCH_UP = 'packages/tier/src/tree/catch-up.ts'
const READER = 'packages/tier/src/tree/reader.ts'
const QUOTA = 'packages/tier/src/entry/report-quota.ts'
const GROUPS = 'packages/model/src/group-commit.ts'
const RETENTION = 'packages/tier/src/tree/retention.ts'

export const tierMutations: readonly Mutation[] = [
  ...changes(
    'T16',
    GROUPS,
    ['      if (group.length > 0 && weight > mostWeight) break\n', ''],
    ['group.length >= mostItems', 'group.length > mostItems'],
    ['while (hasPlace()) {', 'for (;;) {'],
    ['queue.length >= mostQueued', 'queue.length > mostQueued'],
    ['    init.soon(pump)', '    pump()'],
    ['if (results.length !== group.length) throw', 'if (results.length > 1e6) throw'],
    ['      else if (underWay > 0) return\n', ''],
    ['start(first.task(), concurrency)', 'start(first.task(), 1)'],
    ["if ('task' in entry || ", "if ('task' in entry) continue\n      if ("]
  ),
  ...changes(
    'T17',
    READER,
    ['keyOf(stored) <= cursor.key', 'keyOf(stored) < cursor.key'],
    ['return [rest, { ...query, fromEpoch: cursor.epoch + 1 }]', 'return [rest]'],
    ["  if (cursor != null && !isInside(cursor, parts, read)) throw new TypeError('a cursor outside of what is read')\n", ''],
    ['part === cursor?.part ? cursor : undefined', 'cursor'],
    ['records.length === PAGE_RECORDS || bytes', 'bytes']
  ),
  ...changes(
    'T18',
    CATCH_UP,
    ['if (fromEpoch != null)', 'if (fromEpoch === -1)'],
    ['      else isLeft = true\n', '      else tasks.delete(key)\n'],
    ['if (isWokenMeanwhile && !isStopped) wake()', 'if (isWokenMeanwhile && isStopped) wake()'],
    ['fromEpoch: Math.max(0, store.floor() + 1), isFirst: true', 'fromEpoch: epochNow() + 1, isFirst: true']
  ),
  ...changes(
    'T4',
    WRITER,
    ['while (outcomes.length < needed) {', 'while (outcomes.length < 1) {'],
    ['waiting.filter(node => !links.outOfReach(node)).slice(0, count)', 'waiting.slice(0, count)']
  ),
  ...changes(
    'T50',
    WRITER,
    ['const objection = against.length > 0 ? await shelf.objection(record) : undefined', "const objection = against.length > 0 ? 'refused' : undefined"],
    ['const FLOORS_ENOUGH = 2', 'const FLOORS_ENOUGH = 0'],
    ['return outcomes.every(outcome => outcome === first) ? first', 'return outcomes.length > 0 ? first'],
    ['if (told.get(node) === window) return', '']
  ),
  ...changes(
    'G80',
    'packages/link/src/roster-book.ts',
    ['seeds.has(signer) || window <= (current.formerSeeds.get(signer) ?? -1)', 'seeds.has(signer)'],
    ['window <= (current.formerSeeds.get(signer) ?? -1)', 'current.formerSeeds.has(signer)']
  ),
  ...changes('G80', 'packages/tier/src/entry/report-checks.ts', [", 'unknown-seed', 'busy'", ", 'busy'"]),
  ...changes(
    'G81',
    'packages/tier/src/entry/report-checks.ts',
    [' && !(await isVouchedSince(window, record.author))', ''],
    [' && !isEarly(window, stamp)\n', '\n'],
    [' && stamp.peer === author && !isEarly', ' && !isEarly']
  ),
  ...changes('G81', 'packages/tier/src/entry/report-checks.ts', ["'early-window', ", '']),
  ...changes('G81', 'packages/seed/src/first-hand.ts', ['known.firstWindow > cameIn + STAMP_TOLERANCE_WINDOWS', 'known.firstWindow > Infinity']),
  ...changes('T51', 'packages/tier/src/tree/shelf.ts', ['    return isSigned()\n  }', '    return true\n  }']),
  ...changes('T4', 'packages/tier/src/tree/holders.ts', [
    'candidates(subject).find(node => node === self || !outOfReach(node)) === self',
    'candidates(subject)[0] === self'
  ]),
  ...changes('T4', READER, ['list.length - Math.min(copies, list.length) + 1', 'list.length']),
  ...changes('T11', LINKS, ["        return { status: TREE_STATUS.view, reason: 'another view', hello: view.hello(true) }", '        void 0']),
  ...changes(
    'T11',
    VIEWS,
    ['if (theirs.tokens.length > 0) await tokens.accept(theirs.tokens)', ''],
    ["if (theirs.roster.byteLength > 0) await core.roster.accept(theirs.roster).catch(() => 'known')", '']
  ),
  ...changes(
    'T19',
    CALLS,
    ['    if (!row.mayCall(from, core)) return', '    if (false) return'],
    ["    core.emit('peer:fault', { peer: toPeerId(from), protocol: name, what: 'malformed' })\n", ''],
    ['return answered instanceof Refusal ?', 'return answered == null ?']
  ),
  ...changes('T19', LINKS, ['      return mayCall\n', '      return true\n']),
  ...changes('T12', CATCH_UP, ['      for (const range of ownRanges()) {\n', '      for (const range of [] as NodeRange[]) {\n']),
  ...changes(
    'T12',
    RANGE_FETCH,
    ['await Promise.all(batch.map(async stored => link.put(reader.parse(stored))))', ''],
    ['          fetched.next = next\n', '          if (next.byteLength > 0) break\n']
  ),
  ...changes('T13', WRITER, ["'expired' : 'retry'", "'expired' : 'stored'"], ['core.roster.current().trusted.length === 1 ? 1 : copies', '1']),
  ...changes(
    'T14',
    RETENTION,
    ['      await store.raiseFloor(oldest)\n', '      return\n'],
    ['if (oldestKept - 1 > store.floor()) await store.raiseFloor(oldestKept - 1)', ''],
    ['beforeStart: enforce,', '']
  ),
  ...changes(
    'T15',
    QUOTA,
    ["if (account.allowance < 1) return 'window-rate'", ''],
    ["if (subjects.size >= maxDegree) return 'too-many-subjects'", ''],
    ["if (subjects.has(subject)) return 'again'", ''],
    ['Math.min(most, account.allowance +', 'Math.max(0, account.allowance +'],
    ['elapsed * maxDegree', '2 * elapsed * maxDegree']
  ),
  ...changes(
    'T53',
    QUOTA,
    ['      account.allowance++\n', ''],
    ['if (account.givenBack >= GIVEN_BACK) return', ''],
    ['if (window !== account.updatedWindow) account.givenBack = 0', '']
  ),
  ...changes(
    'T53',
    'packages/tier/src/entry/report-checks.ts',
    ["(code === 'known' || RETRY_CODES.has(code))", "code === 'known'"],
    ["(code === 'known' || RETRY", '(RETRY']
  )
]
