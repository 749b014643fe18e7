import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const TAP = 'packages/peer/src/gossip/gossip-tap.ts'
const LIMITS = 'packages/peer/src/gossip/gossip-limits.ts'
const COSTS = 'packages/link/src/cost-limits.ts'
const OBSERVATION = 'packages/peer/src/observation/observation.ts'
const INTEGRITY = 'packages/peer/src/observation/integrity.ts'
const RESOURCE = 'packages/peer/src/observation/resource.ts'
const REQUEST_SLOTS = 'packages/peer/src/observation/request-slots.ts'
const STREAMS = 'packages/peer/src/observation/counted-streams.ts'
const FORWARDING = 'packages/peer/src/observation/forwarding.ts'
const DEFENCE = 'packages/peer/src/enforcement/defence.ts'
const NEIGHBOURS = 'packages/peer/src/neighbours/neighbours.ts'
const COMINGS = 'packages/peer/src/neighbours/comings.ts'
const DEGREE = 'packages/peer/src/neighbours/degree.ts'
const WATCHED = 'packages/peer/src/neighbours/watched.ts'
const PROBES = 'packages/peer/src/neighbours/probes.ts'
const PING_STREAMS = 'packages/peer/src/neighbours/ping-streams.ts'

export const observationMutations: readonly Mutation[] = [
  ...changes(
    'O29',
    'packages/model/src/bounded-map.ts',
    ['    if (this.#entries.size <= this.#most) return\n', '    if (this.#entries.size <= this.#most + 1) return\n'],
    ['  set(key: K, value: V): void {\n    this.#entries.delete(key)\n', '  set(key: K, value: V): void {\n'],
    ['    this.#entries.delete(key)\n    this.#entries.set(key, value)\n    return value', '    return value']
  ),
  ...changes(
    'O1',
    'packages/peer/src/gossip/gossip-copy.ts',
    ["if (signature.byteLength === 0) return 'unsigned'", ''],
    ["code === MessageStatus.duplicate ? 'duplicate' : 'unproved'", "'unproved'"],
    ['{ from: peerIdText(from), author:', '{ from: peerIdFromBytes(author), author:'],
    ['code !== MessageStatus.duplicate && !isUnproved', 'code !== MessageStatus.duplicate']
  ),
  ...changes('O2', TAP, ['p5(peer) + (ignores', '(ignores'], ['(ignores(peer as PeerIdString) ? GRAYLISTED_SCORE : 0)', '0']),
  ...changes(
    'O3',
    TAP,
    ['ignores(author) || ignores(peerIdText(from))', 'ignores(peerIdText(from))'],
    ['return TopicValidatorResult.Ignore\n    return', 'return TopicValidatorResult.Reject\n    return']
  ),
  ...changes(
    'O4',
    TAP,
    ['      insides.sendGraft(peer, [topic])\n', ''],
    ['if (asked.has(id)) ask(inside, id, announcements)', ''],
    ["      insides.addToMesh(peer, topic, 'random')\n", '']
  ),
  ...changes(
    'O5',
    TAP,
    ['insides.reportMessageValidationResult(detail.msgId', 'void (detail.msgId'],
    ["=== 'accept' ? TopicValidatorResult.Accept : TopicValidatorResult.Ignore", "=== 'accept' ? TopicValidatorResult.Accept : TopicValidatorResult.Accept"]
  ),
  ...changes('O6', TAP, ['insides = insidesOf(core)', 'insides = pubsub() as unknown as Insides']),
  ...changes(
    'O7',
    'packages/detection/src/integrity.ts',
    ['messages >= evidence.alteredMessages', 'messages >= evidence.alteredMessages - 1'],
    ['messages >= evidence.alteredMessages', 'messages > evidence.alteredMessages']
  ),
  ...changes(
    'O8',
    INTEGRITY,
    ['if (waiting.contents !== contents) prove(', 'if (waiting.contents === contents) prove('],
    ['if (original == null) delivered.waiting.set(key, { contents, window })', 'if (original == null) prove(copy.from, delivered, key, window)']
  ),
  ...changes('O9', STREAMS, ['const isGated = gate(muxer, admitsStream)', 'const isGated = gate(muxer, () => true)']),
  ...changes('O30', PING_STREAMS, ["if (answer !== 'over') return answer", 'if (kept != null) return answer']),
  ...changes(
    'O31',
    PING_STREAMS,
    ["if (answer !== 'over') return answer", "if (answer === 'answered') return answer"],
    ["if (answer !== 'answered') stream.abort(new Error('no answer to a ping'))\n      else if", 'if']
  ),
  ...changes('O32', STREAMS, ['countWithin(detail, admitsPing)', 'countWithin(detail, () => true)']),
  ...changes('O10', WATCHED, ['watched.misses < mostMisses', 'watched.misses < mostMisses + 1'], ['    watched.misses = 0\n', '']),
  ...changes('O10', PROBES, ['if (!isLinked && !(await isLinkedWithin(', 'if (isLinked && !(await isLinkedWithin(']),
  ...changes('O11', COMINGS, ['const isOver = isOurs || registry.hasLeft(peer)', 'const isOver = isOurs'], [", 'peer:removed': onGone", '']),
  ...changes('O12', WATCHED, ['|| isOffline()', '']),
  ...changes('O12', OBSERVATION, ['if (!(isBlind && observer.needsOwnLink)) addTo', 'if (!isBlind || observer.needsOwnLink) addTo']),
  ...changes('O12', PROBES, ['wasSilent ||= isSilent', ''], ['if (isSilent && !before) core.emit', 'if (isSilent) core.emit']),
  ...changes(
    'O13',
    DEGREE,
    ['links.filter(({ held }) => !held)', 'links.filter(() => true)'],
    ['links.length - maxDegree)', 'links.length - maxDegree - 1)'],
    ['.slice(0, Math.max(0, missing))', '']
  ),
  ...changes('O13', NEIGHBOURS, ['book.linked().length > targetDegree) book', 'book.linked().length > maxDegree()) book']),
  ...changes(
    'O14',
    OBSERVATION,
    ['if (window > firstWindow) core.emit', 'core.emit'],
    ['if (ok + bad === 0) continue', ''],
    ['capped(counts, OBSERVATIONS_MOST, core.rng())', 'counts']
  ),
  ...changes('O14', 'packages/model/src/counts.ts', ['(counts.bad * most) / n', 'Math.min(counts.bad, most)']),
  ...changes('O15', OBSERVATION, ['bad: Math.max(0, counts.bad)', 'bad: counts.bad']),
  ...changes('O15', 'packages/link/src/subject.ts', ['peer !== self && ', ''], [' && !roster.isMember(peer)', '']),
  ...changes(
    'O15',
    'packages/link/src/roster-book.ts',
    ['seeds.has(peer) || trusted.has(peer)', 'seeds.has(peer)'],
    ['seeds.has(peer) || trusted.has(peer)', 'trusted.has(peer)']
  ),
  ...changes('O15', RESOURCE, ['if (!isSubject(peer)) return true', '']),
  ...changes(
    'G87',
    FORWARDING,
    ['before?.length === now.length', 'before?.length === -1'],
    ['known.given |= bitOf(copy.from, known.mesh)', 'known.given |= 0n'],
    ['at < 0 ? 0n : 1n << BigInt(at)', 'at < 0 ? 0n : 1n']
  ),
  ...changes('O16', FORWARDING, ['needsOwnLink: true', 'needsOwnLink: false']),
  ...changes('O16', 'packages/peer/src/observation/liveness.ts', ['needsOwnLink: true', 'needsOwnLink: false']),
  ...changes('O16', INTEGRITY, ['needsOwnLink: false', 'needsOwnLink: true']),
  ...changes(
    'O17',
    INTEGRITY,
    ['core.windows.now().window - withinWindows', 'core.windows.now().window - withinWindows - 1'],
    ['core.windows.now().window - withinWindows', 'core.windows.now().window - withinWindows + 1']
  ),
  ...changes('O17', DEFENCE, ['window < untilWindow)', 'window <= untilWindow)']),
  ...changes(
    'O18',
    REQUEST_SLOTS,
    ['timesOf(requests) >= timesLimit', 'timesOf(requests) >= timesLimit - 0.2'],
    ['requests.floodedWindows.length >= windowsNeeded', 'requests.floodedWindows.length + 1 >= windowsNeeded'],
    ['requests.flooded.some(each => each.slot === requests.slot - 1) ? 0 : limitOf(requests)', 'limitOf(requests)']
  ),
  ...changes('O70', REQUEST_SLOTS, ['slot >= now - 1 - missedSlots', 'slot >= now']),
  ...changes('O66', 'packages/peer/src/neighbours/filling.ts', ['book.linked().filter(({ isOwn }) => isOwn)\n    return', 'book.linked()\n    return']),
  ...changes('O18', RESOURCE, ['const isOver = isSettled && ', 'const isOver = ']),
  ...changes('O18', RESOURCE, ['return isWithin || !enforce', 'return true']),
  ...changes('O18', 'packages/detection/src/resource.ts', [
    '(windowMs / RESOURCE_SLOT_MS) * evidence.slotShare',
    '((windowMs / RESOURCE_SLOT_MS) * evidence.slotShare) / 2'
  ]),
  ...changes('O19', DEFENCE, ['if (!enforce) {', 'if (enforce) {'], ['if ((warned.get(key) ?? 0) > window) return', '']),
  ...changes(
    'O20',
    FORWARDING,
    ['peer !== author && isSubject(peer)', 'isSubject(peer)'],
    ['copy.data.byteLength > LARGEST_COUNTED_BYTES', 'copy.data.byteLength > 2 * LARGEST_COUNTED_BYTES'],
    ['      previous = current\n', '      previous = new BoundedMap(MOST_MESSAGES)\n'],
    ['current.peek(copy.id) ?? previous.peek(copy.id)', 'current.peek(copy.id)']
  ),
  ...changes('O21', INTEGRITY, ['delivered.waiting.set(key, { contents, window })', 'delivered.altered.set(key, window)']),
  ...changes('O22', 'packages/peer/src/neighbours/watch-book.ts', ['      if (!prunes) return\n', '']),
  ...changes('O22', COMINGS, ['if (watch && !book.onTrial.has(peer)) probing.schedule', 'probing.schedule']),
  ...changes(
    'O23',
    LIMITS,
    ['return isWithin && messages.take(from, 1)', 'return isWithin'],
    [
      'const messages = costLimits({ ...common, perSecond: messagesPerSecond, burst: BURST_SECONDS * messagesPerSecond })',
      'const messages = { take: () => Math.random() < 0.02 }'
    ]
  ),
  ...changes(
    'O23',
    TAP,
    ['for (const promised of inside.gossipTracer.promises.values()) promised.delete(id)', ''],
    ['return handleRpc(from, { ...rpc, messages: kept })', 'return undefined']
  ),
  ...changes(
    'O24',
    LIMITS,
    ['const isWithin = bytes.take(from, Math.min(batch.bytes, mostBytes))', 'const isWithin = true'],
    ['Math.min(batch.bytes, mostBytes)', 'batch.bytes']
  ),
  ...changes('O25', LIMITS, ['return enforce ? kept : given', 'return kept']),
  ...changes(
    'O26',
    LIMITS,
    ['if (isOwn(message) && batch.bytes <= OWN_MOST_BYTES && own.take(from, 1)) return true', ''],
    [' && batch.bytes <= OWN_MOST_BYTES', ''],
    [' && own.take(from, 1)', '']
  ),
  ...changes('O27', TAP, ["topic.startsWith('/peerwatch/') && ", ''], ['data.byteLength > MOST_DATA_BYTES', 'data.byteLength > 2 * MOST_DATA_BYTES']),
  ...changes(
    'O28',
    COSTS,
    ['Math.min(burst, bucket.left', 'Math.max(0, bucket.left'],
    ['bucket == null ? burst :', 'bucket == null ? 0 :'],
    ['granted ? left - cost : left', 'left - cost'],
    ['/ 1000) * perSecond', '/ 500) * perSecond']
  ),
  ...changes(
    'O33',
    'packages/tier/src/query/query-server.ts',
    ['      init.onRefused(peer)\n', ''],
    ['if (isGranted) refusals', 'init.onRefused(peer)\n    if (isGranted) refusals']
  ),
  ...changes(
    'O45',
    INTEGRITY,
    ['.update(signature)', ''],
    [' ${seqno.byteLength} `).update(seqno)', '`)'],
    ['    if (original === contents) return\n', ''],
    ['if (waiting.contents !== contents) prove(', 'prove(']
  ),
  ...changes(
    'O46',
    INTEGRITY,
    ['.update(`${topic.length} ${topic} `)', ''],
    ['.update(data)', ''],
    ['update(`${topic.length} ${topic} `)', 'update(topic)'],
    ['    if (altered.has(key)) return\n', '']
  ),
  ...changes('O49', TAP, ["  return globalSignaturePolicy === StrictSign && !namesAuthor(message) ? 'author' : undefined", '  return undefined']),
  ...changes(
    'O49',
    'packages/peer/src/gossip/gossip-copy.ts',
    ['return key == null || from[0] !== SHA256_CODE || isNameOf(from, key)', 'return true'],
    ["'number'", "'author'"]
  ),
  ...changes('O47', INTEGRITY, [' || !isTelling(copy.author)) return', ') return']),
  ...changes(
    'O47',
    'packages/peer/src/observation/telling-key.ts',
    ["publicKey?.type === 'Ed25519' && !", 'publicKey != null && !'],
    ['  unsigned[31] = (unsigned[31] ?? 0) & 0x7f\n', '']
  ),
  ...changes('O48', INTEGRITY, ['    altered.set(key, window)\n', '    altered.set(key.split(`/`)[0] ?? ``, window)\n'])
]
