import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const WRITER = 'packages/tier/src/tree/writer.ts'
const CALLS = 'packages/link/src/call-table.ts'
const LINKS = 'packages/tier/src/tree/trusted-links.ts'
const SHELF = 'packages/tier/src/tree/shelf.ts'
const DROPPING = 'packages/tier/src/tree/dropping.ts'
const RECONCILE = 'packages/tier/src/tree/reconcile.ts'
const COMPARING = 'packages/tier/src/tree/comparing.ts'
const VIEWS = 'packages/tier/src/tree/views.ts'
const CATCH_UP = 'packages/tier/src/tree/catch-up.ts'
const HELD = 'packages/tier/src/tree/held-pieces.ts'
const PAGES = 'packages/tier/src/tree/pages.ts'
const FOUND = 'packages/tier/src/tree/held.ts'
const READER = 'packages/tier/src/tree/reader.ts'
const QUOTA = 'packages/tier/src/entry/report-quota.ts'
const GROUPS = 'packages/model/src/group-commit.ts'
const RECALL = 'packages/tier/src/tree/recall.ts'
const CHECKPOINT = 'packages/tier/src/tree/checkpoint.ts'
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
    PAGES,
    ['keyOf(stored) <= cursor.key', 'keyOf(stored) < cursor.key'],
    ['return [rest, { ...query, fromEpoch: cursor.epoch + 1 }]', 'return [rest]'],
    ["  if (cursor != null && !isInside(cursor, parts, span)) throw new TypeError('a cursor outside of what is read')\n", ''],
    ['part === cursor?.part ? cursor : undefined', 'cursor'],
    ['records.length === bounds.records || bytes', 'bytes']
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
    'T60',
    HELD,
    ['part != null && (', 'part == null || ('],
    ['held = now.map(each => (isGained(each.piece) ? each : whole(each.piece)))', 'held = now.map(each => whole(each.piece))']
  ),
  ...changes('T60', CATCH_UP, ['stopListening = tokens.onChange(fetchFirst)', 'stopListening = undefined']),
  ...changes('T65', HELD, ['isAgreed ? held : []', 'held'], [' || !holdersOf(part.piece).includes(node)', '']),
  ...changes('T65', CATCH_UP, ['      held.agreed()\n', '']),
  ...changes('T61', HELD, ['[...new Set([...current, ...former])]', '[...current]']),
  ...changes('T62', 'packages/tier/src/tree/shelf.ts', ['if (clocks.span() == null) throw', 'if (isAhead === undefined) throw']),
  ...changes('T63', CATCH_UP, ['      working.later()\n', '']),
  ...changes('T63', 'packages/tier/src/tree/receiver.ts', ['        missed(record.stored.epoch)\n', '']),
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
    'actingOwner(candidates(subject), node => node !== self && outOfReach(node)) === self',
    'candidates(subject)[0] === self'
  ]),
  ...changes('T104', 'packages/tier/src/tree/writer.ts', [' || [...durable.keys()].some(node => gone.has(node))', '']),
  ...changes('T4', READER, ['readsNeeded(list, copies)', 'list.length']),
  ...changes('T11', 'packages/tier/src/tree/answering.ts', [
    "        return { status: TREE_STATUS.view, reason: 'another view', hello: view.hello(true, from) }",
    '        void 0'
  ]),
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
  ...changes('T25', WRITER, ['lacking(current) > 0 || lacking(former) > 0', 'lacking(current) > 0'], ['tokens.partition() !== view || [', '[']),
  ...changes('T23', 'packages/tier/src/tree/settling.ts', ['gain.node !== core.self || hasAll(gain)', 'hasAll(gain)']),
  ...changes('T23', 'packages/tier/src/tree/token-book.ts', ['settled === version ? [] : leaving', '[]'], ['|| leaving.includes(token.node)', '']),
  ...changes('T23', 'packages/tier/src/tree/trusted-links.ts', ['formerTrusted.get(peer) !== 0', 'false']),
  ...changes('T22', 'packages/tier/src/tree/settling.ts', ['await tokens.place(own.start)', 'await Promise.resolve()']),
  ...changes(
    'T28',
    'packages/tier/src/tree/balancing.ts',
    ['({ node }) => node === core.self)\n    const move', '({ node }) => node !== core.self)\n    const move'],
    ['await tokens.place(place, { from })', 'await tokens.place(place)'],
    ['isGiving ? 1 - move.share : move.share)', 'move.share)']
  ),
  ...changes(
    'T96',
    'packages/tier/src/tree/member-clocks.ts',
    [' && nowMs < last.untilMs', ''],
    ['.slice(-HELLOS))\n      last = undefined\n', '.slice(-HELLOS))\n']
  ),
  ...changes(
    'T95',
    'packages/tier/src/tree/balancing.ts',
    ['const turn = moves.findIndex(({ node }) => node === core.self)', 'const turn = moves[0]?.node === core.self ? 0 : -1'],
    ['    if (turn > 0) await delay(core.clock, turnMs, ending.signal)\n', ''],
    ['core.health.stretched(TURN_MS)', 'TURN_MS'],
    ['Math.max(core.health.stretched(TURN_MS), core.clock.monotonicMs() - askedAtMs)', 'core.health.stretched(TURN_MS)'],
    ['    if (tokens.partition() !== before) return\n', ''],
    ['      ending.abort()\n', '']
  ),
  ...changes('T110', 'packages/tier/src/tree/balancing.ts', [
    'core.clock.after(core.windows.windowMs / 2, wake)',
    'core.clock.after(8 * core.windows.windowMs, wake)'
  ]),
  ...changes(
    'T111',
    'packages/tier/src/tree/balancing.ts',
    ['    await loads.ask()\n', ''],
    ['countedSeconds(core.clock.monotonicMs() - changedAtMs)', '10 * countedSeconds(core.clock.monotonicMs() - changedAtMs)']
  ),
  ...changes(
    'T112',
    'packages/tier/src/tree/cutting.ts',
    ['granted.by === by ? load.cut', 'granted != null ? load.cut'],
    [' || nowMs >= granted.untilMs', ''],
    ['granted?.view !== view || ', 'granted == null || '],
    ['if (view.formerRing != null) return', 'if (view == null) return']
  ),
  ...changes(
    'T114',
    'packages/tier/src/tree/balancing.ts',
    ['    await loads.ask()\n', ''],
    ['    if (movesNow(loads.known()).length === 0) return\n', ''],
    ['    if (isSameRing(before, view)) return\n', '']
  ),
  ...changes(
    'T29',
    'packages/tier/src/tree/load-meter.ts',
    ['index > 0 && place !== sorted[index - 1]', 'index > 0'],
    ['(1 - Math.exp((sinceMs - atMs) / AVERAGED_MS))', '1'],
    ['share: 1 - nearest / sorted.length', 'share: 1 - (nearest + 1) / sorted.length']
  ),
  ...changes('T12', 'packages/tier/src/tree/receiver.ts', ["if (outcome === 'stored' && record.kind === 'report') count(record)", '']),
  ...changes('T12', CATCH_UP, ['      fetchFirst()\n    },', '    },']),
  ...changes('T12', RECONCILE, ['batch.map(async stored => link.put(reader.parse(stored), true))', "batch.map(async () => 'known' as const)"]),
  ...changes('T13', WRITER, ["'expired' : 'retry'", "'expired' : 'stored'"], ['writesNeeded(list, copies) - list', 'Math.min(1, list.length) - list']),
  ...changes(
    'T14',
    RETENTION,
    ['        await expire(oldest, oldestCounting)\n', '        return\n'],
    ['if (oldestKept - 1 > store.floor()) await expire(oldestKept - 1, oldestCounting)', 'if (oldestKept < 0) await expire(0, 0)'],
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
  ),
  ...changes(
    'T85',
    'packages/tier/src/tree/status.ts',
    ['(answerMs ?? 0) >= SLOW_RATIO', '(answerMs ?? 0) > SLOW_RATIO'],
    ['const SLOW_RATIO = 0.25', 'const SLOW_RATIO = 0.2'],
    [': !isFar && (answerMs', ': (answerMs'],
    ["node === self ? health.state() !== 'well' : ", ''],
    ["(isFar ? ['out of reach' as const] : [])", '[]'],
    ["(roster.isTrusted(node) ? [] : ['retired' as const])", '[]'],
    ['...trusted, ...former.keys()]', '...trusted]']
  ),
  ...changes(
    'T85',
    'packages/tier/src/tree/exchange.ts',
    ['if (request.hello != null || isWhole) answerMs', 'answerMs'],
    ['if (request.hello != null || isWhole) answerMs', 'if (request.hello != null) answerMs'],
    [' - (health.lostMs() - lostBeforeMs)', '']
  ),
  ...changes('T87', VIEWS, ['    ...settling.told(),\n', '']),
  ...changes(
    'T87',
    'packages/tier/src/tree/settling.ts',
    ['if (!wasWhole && isWhole()) for', 'if (false) for'],
    ['return from + Number(', 'return 1 + from + Number(']
  ),
  ...changes('T87', 'packages/tier/src/tree/answering.ts', [
    "reason: 'another view', hello: view.hello(true, from)",
    "reason: 'another view', hello: view.hello(false, from)"
  ]),
  ...changes(
    'T86',
    'packages/tier/src/tree/status.ts',
    ['{ from: token.moved.from }', '{ from: token.start }'],
    ['view.formerRing == null || isSame(range, former.get(node)) ? undefined', 'view.formerRing == null ? undefined'],
    ['one?.from === other?.from && one?.to === other?.to', 'one?.from === other?.from']
  ),
  ...changes(
    'T75',
    RECONCILE,
    ['Math.max(span.fromEpoch, firstEpoch), toEpoch: last', 'span.fromEpoch, toEpoch: last'],
    ['if (pulls) for (const run', 'for (const run'],
    ['if (pushes) for (const epoch of mine', 'for (const epoch of mine'],
    ['isBrief: !pulls', 'isBrief: false'],
    ['if (pushes && lacking.size > 0)', 'if (lacking.size > 0)'],
    ['own.some(each => each > last.toEpoch && each < epoch)', 'false'],
    ['from === to && from !== FIRST_PLACE', 'from === to && from < FIRST_PLACE']
  ),
  ...changes(
    'T76',
    RECONCILE,
    ['const PIECE_RECORDS = 32', 'const PIECE_RECORDS = 32_000'],
    ['theirs.get(epoch) !== mine.get(epoch)!.sum', 'epoch > 0'],
    ['sum !== (theirs.get(index)?.[at] ?? NOTHING_HELD)', 'sum !== theirs.get(index)?.[0]']
  ),
  ...changes('T76', PAGES, ['keeps: ({ id }) => !has.has(briefOf(id))', 'keeps: () => true']),
  ...changes(
    'T77',
    RECONCILE,
    ['if (barren > BARREN_PAGES_MOST)', 'if (barren > 1_000)'],
    ['epoch <= span.toEpoch))', 'epoch <= span.toEpoch) && epochSums.length > 1e6)']
  ),
  ...changes(
    'T78',
    COMPARING,
    ['[turn - 1, cuts.length - 1]', '[turn, cuts.length - 1]'],
    ['if (cuts[middle]! <= place)', 'if (cuts[middle]! < place)'],
    ['(steps === 1 && last <= first &&', '(steps === 1 &&'],
    ['fromEpoch <= before ||', ''],
    ['(cuts.length > 2 && fromEpoch !== toEpoch) ||', ''],
    ['cuts.length < 2 ||', '']
  ),
  ...changes(
    'T79',
    CATCH_UP,
    ['pulls: at < copies', 'pulls: true'],
    ['list.slice(0, Math.min(at, copies))', 'list.slice(0, Math.min(at, 1))'],
    ['        closed(from)\n', '        void from\n']
  ),
  ...changes(
    'T80',
    DROPPING,
    ['kept === needed', 'kept > 0'],
    ['tokens.partition().formerRing == null', 'true'],
    ['|| tokens.partition() !== view) return true', ') return true'],
    ['if (!(await isKept(view, found.places))) continue', ''],
    ['candidatesOf(view, range.from, copies).current.includes(core.self)', 'false'],
    ['end = places[places.length >>> 1]!', 'return { places: { from: part.fromPlace ?? FIRST_PLACE, to: end ?? FIRST_PLACE }, records: names.slice(0, most) }'],
    ['places.length === 1', 'false']
  ),
  ...changes('T80', RECONCILE, ["if (outcomes.includes('refused')) isGiven = false", '']),
  ...changes('T81', 'packages/reputation/src/step.ts', ['judge.evidence.subjects().filter(event.isLost)', 'judge.evidence.subjects()']),
  ...changes(
    'T82',
    RECALL,
    ['window - ACCEPTED_PAST_WINDOWS)', 'window - ACCEPTED_PAST_WINDOWS / 2)'],
    ['let epoch = oldestCounting(core)', 'let epoch = oldestCounting(core) - 2']
  ),
  ...changes(
    'T90',
    RECALL,
    ['    if (part > next) yield await records(next, part - 1)\n', ''],
    ['    next = part + 1\n', ''],
    ['if (next < EPOCH_PARTS) yield await records(next, EPOCH_PARTS - 1)', 'if (next === 0) yield await records(next, EPOCH_PARTS - 1)']
  ),
  ...changes(
    'T90',
    CHECKPOINT,
    ['if (own === slot) book.retract(report.reporter, report.subject, report.window)\n      else book', 'book'],
    ["if (record != null && record.kind !== 'report') others.push(record)", ''],
    ['bits | (1 << names.indexOf(cut))', 'bits'],
    ["row.length === 0 ? 'conflict' : keptOf(row, names)", 'keptOf(row, names)'],
    ["Buffer.from(network.id).toString('hex'), ", ''],
    [
      'okHalfLifeWindows, badHalfLifeWindows, mostSubjects, mostReportersPerSubject, OBSERVATIONS_MOST',
      'mostSubjects, mostReportersPerSubject, OBSERVATIONS_MOST'
    ]
  ),
  ...changes('T90', 'packages/reputation/src/evidence.ts', [
    'for (const [dimension, evidence] of Object.entries(folded)) account.folded[dimension] = this.#sum(account.folded[dimension], evidence)',
    ''
  ]),
  ...changes('T90', 'packages/reputation/src/accusations.ts', ['if (heard.size < MOST_HEARD) heard.add(account.subject)', '']),
  ...changes(
    'T91',
    RECALL,
    ['    if (checkpoint.accounts.some(({ subject }) => forgivenThrough(core, subject) >= epoch * epochWindows)) continue\n', ''],
    ['window > forgivenThrough(core, subject)', 'window > 0']
  ),
  ...changes(
    'T92',
    'packages/tier/src/tree/checkpointing.ts',
    ['    madeEpoch = last\n', ''],
    ['      if (await isEmpty(epoch)) continue\n', ''],
    ['epochWindows) - 1\n', 'epochWindows)\n'],
    ['underWay = undefined', 'underWay = Promise.resolve()']
  ),
  ...changes(
    'T93',
    SHELF,
    ["announce(record, outcome !== 'stored')", "announce(record, outcome === 'conflict')"],
    ['idOf ??= new BoundedMap(REMEMBERED_REPORTS)', 'idOf = undefined']
  ),
  ...changes(
    'T100',
    FOUND,
    ['new Set([...current, ...former])', 'new Set(current)'],
    [' && !answers.has(undefined)', ''],
    [' && former.length === 0', ''],
    [' && tokens.partition() === view', ''],
    ['current.length > 0 && ', ''],
    [' && isCaughtUp()\n', '\n'],
    ["  if (answers.has('held')) return 'held'\n", '']
  ),
  ...changes(
    'T101',
    FOUND,
    [' || isErased(author, epoch)', ''],
    ['isErased(subject, epoch) || ', ''],
    ['isPassed || ', ''],
    ['epoch <= upToEpoch', 'epoch < upToEpoch'],
    [' && record.window === window', ''],
    ['record.author === by && ', '']
  ),
  ...changes('T102', FOUND, ['record.author === by && ', '']),
  ...changes('T102', 'packages/peer/src/query/query-client.ts', ['.finally(() => void asking.close())', '']),
  ...changes('T103', FOUND, [' && !answers.has(undefined)', '']),
  ...changes('T66', 'packages/tier/src/tree/load-meter.ts', ['clock.monotonicMs() - health.lostMs()', 'clock.monotonicMs() - 0 * health.lostMs()']),
  ...changes('T66', 'packages/tier/src/tree/balancing.ts', ['links.onUp(holdOff), ', ''], ['> core.windows.windowMs) holdOff()', '> 1e9) holdOff()'])
]
