import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const REGISTERED = 'packages/peer/src/registry/registered.ts'
const NOTICES = 'packages/peer/src/registry/notices.ts'
const SERVER = 'packages/seed/src/registry-server.ts'
const FIRST_HAND = 'packages/seed/src/first-hand.ts'
const REMOVALS = 'packages/seed/src/removals.ts'
const VOTES = 'packages/peer/src/registry/removal-votes.ts'
const TESTS = 'packages/seed/src/death-tests.ts'
const DEPARTURES = 'packages/peer/src/registry/departures.ts'
const LISTS = 'packages/seed/src/peer-lists.ts'
const STREAMS = 'packages/seed/src/peer-streams.ts'
const REGISTRANTS = 'packages/seed/src/registrants.ts'
const GROUP_SIZES = 'packages/seed/src/group-sizes.ts'
const FAILURES = 'packages/peer/src/registry/seed-failures.ts'
const STATE = 'packages/peer/src/registry/network-state.ts'

export const registryMutations: readonly Mutation[] = [
  ...changes(
    'G83',
    'packages/seed/src/other-seeds.ts',
    ["if (!isOursAlone(error)) fault(from, 'bad-record')", "fault(from, 'bad-record')"],
    ["return error instanceof ServicesError && error.code === 'refused'", 'return true']
  ),
  ...changes('G83', 'packages/peer/src/registry/stamps.ts', ["new ServicesError('refused'", "new ServicesError('bad-signature'"]),
  ...changes(
    'G82',
    'packages/seed/src/shared-tests.ts',
    ['(counts.get(group) ?? 0) < most - total', 'total < most'],
    ['    for (const group of running()) count(group)\n', ''],
    ['    window = now()\n', '']
  ),
  ...changes('G82', 'packages/seed/src/dialled.ts', ['?? groupOfLink(core, by)', '?? by']),
  ...changes(
    'P80',
    'packages/link/src/reach.ts',
    ['          if (all.aborted) break', '          break'],
    ['for (const address of tried) {', 'for (const address of tried.slice(-1)) {']
  ),
  ...changes('P83', 'packages/link/src/resolve-options.ts', ['if (known.includes(name)) continue', "if (name !== '') continue"]),
  ...changes('P83', 'packages/peer/src/peerwatch.ts', ['    checkInit(init)\n', '']),
  ...changes('P84', 'packages/peer/src/early-alarms.ts', ["    refuseUnknown('addEventListener', EVENT_NAMES, { [type]: true })\n", '']),
  ...changes('P85', 'packages/peer/src/options.ts', [
    "    return refuse(what, 'a PeerId, or a peer id such as 12D3Koo…', String(peer))",
    '    return String(peer) as PeerIdString'
  ]),
  ...changes('P86', 'packages/peer/src/service-status.ts', ['  look()\n  try', '  try']),
  ...changes('P86', 'packages/peer/src/peerwatch.ts', ["    this.#stopped.abort(new ServicesError('closed', 'the node stopped'))\n", '']),
  ...changes('P87', 'packages/node/src/files/default-listen.ts', ['hasIPv6 && wantsIPv6', 'hasIPv6 && !wantsIPv6']),
  ...changes('P81', FAILURES, ['alarmed.add(seed)', ''], ["if (code !== 'other-key' || alarmed.has(seed)) return", 'return']),
  ...changes('P81', 'packages/link/src/reach.ts', ['find(id => id !== peer)', 'find(id => id === peer)']),
  ...changes(
    'P82',
    FAILURES,
    ["    core.emit('alarm', { code: 'no-seed', message })\n", ''],
    ['if (before?.code === code && before.reason === reason) return', '']
  ),
  ...changes(
    'G22',
    'packages/seed/src/seed-feed.ts',
    ['groups.byTurns(AT_ONCE, rng)', 'groups.byTurns(1e9, rng)'],
    ['    if (waiting.size > 0) callOff = clock.after(EVERY_MS, flush)', ''],
    ['    callOff = undefined\n', ''],
    ['.filter(change => change != null)', '.map(change => change ?? ({} as Change))']
  ),
  ...changes('G1', LISTS, ['peer !== asker && ', '']),
  ...changes('G1', 'packages/peer/src/registry/stamps.ts', ['{ encoded, seed, firstWindow }].slice(-STAMPS_KEPT)', '].slice(-STAMPS_KEPT)']),
  ...changes('G1', 'packages/peer/src/registry/known-peers.ts', [
    'if (isWhole) await peerStore.consumePeerRecord(record, { expectedPeer: id })',
    'if (isWhole) return'
  ]),
  ...changes('G2', REGISTERED, ['seeds.length >= aim()', 'seeds.length > 0'], ["seeds.length === 0 ? 'alone' : 'degraded'", "'alone'"]),
  ...changes('G3', 'packages/seed/src/registrant-store.ts', ['else registrants.push(registrant)', ''], ['firstWindow: stored.firstWindow', 'firstWindow: 1']),
  ...changes('G4', NOTICES, ['if (links.length > 0) await withinMs', 'if (links.length > 9) await withinMs']),
  ...changes(
    'G4',
    DEPARTURES,
    ['if ((left.get(peer)?.recordSeq ?? -1) >= recordSeq ||', 'if ('],
    ["      core.emit('peer:goodbye', { peer: toPeerId(peer) })\n", '']
  ),
  ...changes(
    'G5',
    TESTS,
    ['test.failed >= DEATH_TESTS_COUNT', 'test.failed >= 1'],
    ['test.failed >= DEATH_TESTS_COUNT', 'test.failed > DEATH_TESTS_COUNT + 99']
  ),
  ...changes('G5', REMOVALS, ['    init.tellSeeds(changeOf({ votes: [encoded] }))\n', '']),
  ...changes('G6', 'packages/seed/src/probe.ts', ['    return isDialable(peer, addresses, timeoutMs)\n  }', '    return false\n  }']),
  ...changes('G6', TESTS, ['if (answered || isHeard(after, test)) {', 'if (isHeard(after, test) && answered && test.failed < 0) {']),
  ...changes('G7', DEPARTURES, ['if ((left.get(peer)?.recordSeq ?? recordSeq) < recordSeq) left.delete(peer)', '']),
  ...changes('G8', SERVER, ['registered.expire(sinceMs)', 'registered.expire(0)'], ['registered.expire(sinceMs)', 'registered.expire(Infinity)']),
  ...changes('G8', TESTS, ["registrant == null || registrant.reach === 'unreachable'", 'registrant == null']),
  ...changes('G9', STATE, ['response.rosterVersion < own.version) {', 'response.rosterVersion < 0) {']),
  ...changes('G10', SERVER, ['for (const guest of stored.guests) await invited.take(guest).catch(() => false)', '']),
  ...changes(
    'C83',
    'packages/seed/src/guests.ts',
    ['    told: () => [...list(), ...current(takenBack)],', '    told: list,'],
    ['guest.addresses.length === 0 ? takenBack : removed', 'removed'],
    ['return guest.addresses.length === 0 ? keepTakenBack({ ...guest, encoded }) : keep({ ...guest, encoded })', 'return keep({ ...guest, encoded })']
  ),
  ...changes(
    'C83',
    'packages/seed/src/vouching.ts',
    ['      if (core.roster.isMember(peer)) throw', '      if (peer === core.network.authority) throw'],
    ['      if (registrants.get(peer) != null) throw', '      if (peer === core.network.authority) throw']
  ),
  ...changes('G10', LISTS, ['...guests.map(listedGuest)', '']),
  ...changes(
    'G11',
    FIRST_HAND,
    ["if (read.peer !== peer) return refuse(peer, REGISTRY_STATUS.foreignRecord, `the record is of ${read.peer}`, 'foreign-record')", ''],
    ['if (known != null && known.seq >= read.seq)', 'if (known != null && known.seq > 1e15)'],
    ["if (!(await read.isSigned())) return refuse(peer, REGISTRY_STATUS.badSignature, 'the record has a wrong signature', 'bad-record')", '']
  ),
  ...changes('G12', 'packages/link/src/served.ts', ["if (fault != null && fault !== 'reset') onFault(connection, fault)", '']),
  ...changes(
    'G12',
    'packages/link/src/frame-reader.ts',
    ['    if (length != null && length > maxFrameBytes)', '    if (length === -1)'],
    ['    if (length == null && end - start >= MAX_PREFIX_BYTES)', '    if (length === -1)']
  ),
  ...changes(
    'G13',
    STREAMS,
    ['return streams.count() < options.mostStreams || get(peer) != null', 'return true'],
    ['if (!limits.take(peer, OPENING_COST)) {', 'if (OPENING_COST < 0) {'],
    ['if (held.registeredAtMs == null) void held.close()', '']
  ),
  ...changes(
    'G14',
    STREAMS,
    ['refusedCount > options.refusedMost', 'refusedCount > 1e9'],
    ['const PULL_COST = 20', 'const PULL_COST = 1'],
    ['const LIST_COST = 4', 'const LIST_COST = 0.1']
  ),
  ...changes(
    'G15',
    VOTES,
    ['seeds.length < votesNeeded(core)', 'seeds.length < 1'],
    ['const seeds = [...new Set(opened.map(({ seed }) => seed))]', 'const seeds = opened.map(({ seed }) => seed)'],
    ["if (!core.roster.isSeed(seed)) throw new ServicesError('refused', `a removal vote by ${seed}, which is no seed here`)", ''],
    ["if (vote.tests < DEATH_TESTS_COUNT) throw new WireError('malformed', `a removal vote on ${vote.tests} tests`)", '']
  ),
  ...changes('G15', 'packages/seed/src/registry-answers.ts', [
    'if (peekSigned(encoded).signer !== stream.peer) throw new Error(`a goodbye in the name of another than ${stream.peer}`)',
    ''
  ]),
  ...changes('G15', 'packages/seed/src/other-seeds.ts', ['if (!core.roster.isSeed(from)) throw new Error(`${from} is no seed`)', '']),
  ...changes('G16', DEPARTURES, ['if ((await identifiedSeq(peer)) > recordSeq + STOPPING_MS) return undefined', '']),
  ...changes('G88', DEPARTURES, ['recordSeq + STOPPING_MS', 'recordSeq']),
  ...changes(
    'G89',
    'packages/peer/src/appeal/appeals.ts',
    ["        stream.abort(new Error('given up'))\n", ''],
    ['(asking ??= askAll()', '(asking = askAll()']
  ),
  ...changes('G17', 'packages/seed/src/carried.ts', ["fault(stream.peer, 'bad-roster')", '']),
  ...changes('G17', 'packages/seed/src/carried.ts', ["taken === 'older' ?", "taken === 'known' ?"]),
  ...changes('G17', 'packages/link/src/roster-book.ts', ["return 'older'", "throw new Error('older')"]),
  ...changes('G85', STREAMS, [' || makesRoom(core, groups, groupAt(connection, peer))', ''], ['each.number > newest.number', 'each.number < newest.number']),
  ...changes(
    'G86',
    'packages/seed/src/waiting-by-group.ts',
    ['[...groups.byTurns(count, rng)]', '[...waiting.keys()].slice(0, count)'],
    ['remove(groups.random(groups.largest()!, 1, rng)[0]!)', 'remove(waiting.keys().next().value!)']
  ),
  ...changes('G50', LISTS, ['core.certificates.evicted(peer) == null', 'core.certificates.evicted(peer) != null']),
  ...changes(
    'G51',
    'packages/peer/src/registry/registered-count.ts',
    ['(counts.length - 1) / 2', 'counts.length / 2'],
    ['bySeed.get(seed) ?? 0', 'bySeed.get(seed) ?? Infinity'],
    ['bySeed.set(seed, count)', 'bySeed.set(seed, Math.max(count, ...bySeed.values()))']
  ),
  ...changes('G19', STREAMS, ['if (core.certificates.evicted(peer) != null) return false', '']),
  ...changes('G19', SERVER, ['    registered.drop(peer)\n', '']),
  ...changes('G20', 'packages/seed/src/carried.ts', ['for (const certificates of frames.slice(1, CERTIFICATE_FRAMES_MOST)) stream.push({ certificates })', '']),
  ...changes('G20', STATE, ['if (live.count > 0) {', 'if (live.count < 0) {']),
  ...changes('G63', 'packages/peer/src/registry/known-peers.ts', [
    '  if (!core.roster.isSeed(peekSigned(told.stamp).signer)) return { ...known, addresses: [] }\n',
    ''
  ]),
  ...changes('G21', 'packages/peer/src/registry/known-peers.ts', [
    "if (!(await record.isSigned())) throw new ServicesError('bad-signature', `the peer record of ${record.peer} has a wrong signature`)",
    ''
  ]),
  ...changes('G21', 'packages/peer/src/registry/lookups.ts', [
    "        fault(link.seed, 'bad-record')\n        throw error\n",
    "        fault(link.seed, 'bad-record')\n        break\n"
  ]),
  ...changes('G60', 'packages/peer/src/neighbours/degree.ts', [
    `  return inTurn(
    inOrder,
    groupOf,
    countsBy(ownGroups, group => group)
  ).slice(0, Math.max(0, missing))`,
    '  return inTurn(inOrder, groupOf).slice(0, Math.max(0, missing))'
  ]),
  ...changes('G60', 'packages/model/src/in-turn.ts', ['return turns.toSorted((a, b) => a.turn - b.turn).map', 'return turns.map']),
  ...changes('G60', GROUP_SIZES, ['        again.push(members)\n', '']),
  ...changes(
    'G61',
    REGISTRANTS,
    ['groups.size(group) + 1 >= groups.size(largest)', 'groups.size(group) >= groups.size(largest)'],
    ["if (held.size < most) return { as: 'new' }", "if (held.size < most) return { as: 'new' }\n    if (most > 0) return { as: 'full' }"],
    ['each.firstWindow > newest.firstWindow', 'each.firstWindow < newest.firstWindow']
  ),
  ...changes('G61', GROUP_SIZES, ['else if (from === largestSize && !bySize.has(from)) largestSize = to', '']),
  ...changes('G61', 'packages/seed/src/kept-registrants.ts', ["      return admission.as === 'in-place-of'\n", '    return false\n']),
  ...changes(
    'G62',
    REGISTRANTS,
    ["if (introducedBy !== self && (introduced.get(introducedBy) ?? 0) >= share(most)) return { as: 'share' }", ''],
    ['if (by !== self && before >= share(wantedCount)) beyond.push(registrant)', 'if (false) beyond.push(registrant)'],
    ['...inTurn(beyond, ({ introducedBy }) => introducedBy)', '']
  ),
  ...changes(
    'G63',
    'packages/link/src/groups.ts',
    ['return isOfOneHost ? inside.map(String) : []', 'return inside.map(String)'],
    ['hostOf(address) != null && groupOf(address, scope, peer) === group', 'groupOf(address, scope, peer) === group']
  ),
  ...changes('G63', 'packages/seed/src/vouched.ts', [
    'return addresses.every(address => hostOf(multiaddr(address)) === hostOf(remote)) ? addresses : []',
    'return addresses'
  ]),
  ...changes(
    'G63',
    'packages/peer/src/registry/known-peers.ts',
    ['addresses: isUnknownNetwork ? [] : addressesIn', 'addresses: addressesIn'],
    ['addresses: isUnknownNetwork ? [] : addressesIn(group, record.addresses, scope, record.peer)', 'addresses: record.addresses']
  ),
  ...changes('G63', LISTS, ['registrant => wanted(registrant) && mayBeDialled(core, registrant)', 'wanted']),
  ...changes('P102', 'packages/peer/src/neighbours/wards.ts', [
    'pauseWindows = least + Math.floor(core.rng() * (most - least + 1))',
    'pauseWindows = (least + most) / 2'
  ]),
  ...changes(
    'G64',
    'packages/seed/src/departure-feed.ts',
    [', (init.watchersCount() * 1_000) / PUSHES_PER_SECOND)', ')'],
    ['clock.after(pauseMs, flush)', 'clock.after(0, flush)'],
    ['Math.min(MOST_PAUSE_MS, init.windowMs) - sinceMs', '0'],
    ['Math.max(LEAST_AT_ONCE, Math.ceil(waiting.count() * SHARE))', 'waiting.count()'],
    ['waitingByGroup<Change>(WAITING_MOST,', 'waitingByGroup<Change>(1e9,'],
    ['Math.min(AT_ONCE, Math.max(', 'Math.min(1e9, Math.max(']
  ),
  ...changes(
    'O60',
    'packages/peer/src/neighbours/dialable.ts',
    ["core.roster.current().scope === 'local' || core.roster.isMember(peer)\n", 'true\n'],
    ['.filter(address => hostOf(address) === host)', ''],
    ['if (host == null || !(await peerStore.has(id))) return []', 'if (id != null) return []']
  )
]
