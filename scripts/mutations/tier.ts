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
    ['lacking(current) > 0 || lacking(former) > 0', 'durable.size === 0'],
    ['waiting.filter(node => !links.outOfReach(node))', 'waiting.slice()']
  ),
  ...changes(
    'T50',
    WRITER,
    ['const objection = against.length > 0 ? await shelf.objection(record) : undefined', "const objection = against.length > 0 ? 'refused' : undefined"],
    ['const FLOORS_ENOUGH = 2', 'const FLOORS_ENOUGH = 0'],
    ['return others.every(outcome => outcome === first) ? first', 'return others.length >= 0 ? first'],
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
  ...changes('T4', READER, ['readsNeeded(list, copies)', 'list.length']),
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
  ...changes(
    'T26',
    'packages/tier/src/tree/settling.ts',
    ['if (isOver && own?.moved != null', 'if (own?.moved != null'],
    ['>= readsNeeded(gain.former, copies)', '>= 1'],
    ['const from = tokens.partition() === view ? ', 'const from = view != null ? ']
  ),
  ...changes(
    'T22',
    'packages/tier/src/tree/joining.ts',
    ['await tokens.place(place, {})', 'await tokens.place(place)'],
    ['b.load - a.load || b.share - a.share', 'a.share - b.share']
  ),
  ...changes('T25', WRITER, ['lacking(current) > 0 || lacking(former) > 0', 'lacking(current) > 0'], ['if (tokens.partition() !== view) return undefined', '']),
  ...changes('T23', 'packages/tier/src/tree/settling.ts', ['gain.node !== core.self || hasAll(gain)', 'hasAll(gain)']),
  ...changes('T23', 'packages/tier/src/tree/token-book.ts', ['settled === version ? [] : leaving', '[]'], ['|| leaving.includes(token.node)', '']),
  ...changes('T23', 'packages/tier/src/tree/trusted-links.ts', ['formerTrusted.get(peer) !== 0', 'false']),
  ...changes('T22', 'packages/tier/src/tree/settling.ts', ['await tokens.place(own.start)', 'await Promise.resolve()']),
  ...changes(
    'T28',
    'packages/tier/src/tree/balancing.ts',
    ['move?.node !== core.self', 'move?.node === core.self'],
    ['await tokens.place(place, { from })', 'await tokens.place(place)'],
    ['isGiving ? 1 - move.share : move.share)', 'move.share)']
  ),
  ...changes(
    'T29',
    'packages/tier/src/tree/load-meter.ts',
    ['index > 0 && place !== sorted[index - 1]', 'index > 0'],
    ['(1 - Math.exp((sinceMs - atMs) / AVERAGED_MS))', '1'],
    ['share: 1 - nearest / sorted.length', 'share: 1 - (nearest + 1) / sorted.length']
  ),
  ...changes('T12', 'packages/tier/src/tree/trust-tree.ts', ["if (outcome === 'stored' && record.kind === 'report') count(record)", '']),
  ...changes('T12', CATCH_UP, ['      for (const range of ownRanges()) {\n', '      for (const range of [] as NodeRange[]) {\n']),
  ...changes(
    'T12',
    RANGE_FETCH,
    ['await Promise.all(batch.map(async stored => link.put(reader.parse(stored), true)))', ''],
    ['          fetched.next = next\n', '          if (next.byteLength > 0) break\n']
  ),
  ...changes('T13', WRITER, ["'expired' : 'retry'", "'expired' : 'stored'"], ['writesNeeded(list, copies) - list', 'Math.min(1, list.length) - list']),
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
