import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const BOOK = 'packages/peer/src/enforcement/certificates.ts'
const HELD = 'packages/peer/src/enforcement/held-verdicts.ts'
const REINSTATING = 'packages/tier/src/reinstatement/reinstating.ts'
const WORD = 'packages/tier/src/reinstatement/word.ts'
const WORDS = 'packages/tier/src/reinstatement/word-book.ts'
const VISITS = 'packages/peer/src/enforcement/visits.ts'
const APPEALS = 'packages/peer/src/appeal/appeals.ts'
const JUDGE = 'packages/reputation/src/judge.ts'

export const reinstatementMutations: readonly Mutation[] = [
  ...changes(
    'E20',
    REINSTATING,
    ["if ((await certificates.accept(encoded)) === 'new') await spread(encoded)", 'await certificates.accept(encoded)'],
    ['await signed(words.get(peer) ?? newWord(core, ended, reason))', 'await signed(newWord(core, ended, reason))'],
    ['roster.current().trusted.filter(node => !spoken.includes(node))', 'roster.current().trusted']
  ),
  ...changes(
    'E21',
    REINSTATING,
    ['const joins = words.isOwn(peer) && ', 'const joins = false && '],
    ['else if (closed % TOLD_EVERY_WINDOWS === 0) {', 'else if (closed < 0) {']
  ),
  ...changes('E21', WORD, ['some === others ? word.hash < than.hash : some > others', 'some > others']),
  ...changes(
    'E22',
    JUDGE,
    ['  evidence.forget(peer)\n', ''],
    ['reinstatedAtMs != null && window <=', 'reinstatedAtMs != null && window <'],
    ["    cases.close(peer, dimension, 'expired', at.window)\n", '']
  ),
  ...changes('E22', 'packages/reputation/src/accusations.ts', ['  if (isForgiven(judge, at, subject, window)) return false\n', '']),
  ...changes(
    'E22',
    'packages/reputation/src/step.ts',
    ['isForgiven(judge, at, finding.subject, finding.window) || ', ''],
    ['({ peer }) => !isForgiven(judge, at, peer, event.window)', '() => true']
  ),
  ...changes('E22', 'packages/reputation/src/standings.ts', ['at.history(peer).serial > 0', 'at.history(peer).evictions > 0']),
  ...changes('E23', WORDS, ['words.set(found.peer, found)', 'words.size'], ['await datastore.put(key, encoded)', 'await Promise.resolve()']),
  ...changes(
    'E24',
    WORD,
    ['reinstatement.serial === eviction.serial + 1', 'reinstatement.serial > 0'],
    ['reinstatement.issuedAtMs > eviction.issuedAtMs &&', ''],
    [' || read.issuedAtMs > windows.nowMs() + windows.windowMs', ''],
    ["    if (held == null && !(await isSignedBy(peer, 'certificate', network.id, certificate.verdict, signature))) return undefined\n", '']
  ),
  ...changes('E24', WORDS, ['.find(each => !isOwn(each))', '[0]']),
  ...changes(
    'E25',
    BOOK,
    ["return kind === 'eviction' ? earlier + 1 : earlier", 'return earlier + 1'],
    ['evictions: evictionsToldBy(read), serial', 'evictions: (subject?.evictions ?? 0) + 1, serial'],
    ["read.kind === 'reinstatement' ? read.issuedAtMs : subject?.reinstatedAtMs", "read.kind === 'reinstatement' ? read.issuedAtMs : undefined"]
  ),
  ...changes(
    'E26',
    APPEALS,
    ['if (status === APPEAL_STATUS.evicted) await certificates.accept(certificate)', ''],
    ["    core.emit('alarm', { code: 'evicted', message })\n", '']
  ),
  ...changes('E26', 'packages/node/src/readiness.ts', ["if (eviction == null) return 'registered at no seed'", "return 'registered at no seed'"]),
  ...changes(
    'E27',
    VISITS,
    ['registrar.getProtocols().filter(protocol => protocol === PROTOCOLS.appeal)', 'registrar.getProtocols()'],
    ['  connection.newStream = refuse\n', ''],
    ['peerStore: { merge: async () => {} }', 'peerStore: insides.components.peerStore'],
    ['!limits.take(groupOf(from, core.roster.current().scope, peer), 1)', 'false']
  ),
  ...changes('N80', 'packages/tier/src/pepper/asked-pepper.ts', ['    await keep(pepper)\n', '']),
  ...changes('N80', 'packages/node/src/create-node.ts', ['? await keptPepper(dataDir) : undefined', '? undefined : undefined']),
  ...changes(
    'N81',
    'packages/tier/src/pepper/asked-pepper.ts',
    ['nodes.length * 2 > others.length - waiting', 'nodes.length * 4 < others.length + 2'],
    ["    core.emit('alarm', { code: 'two-peppers', message })\n", '']
  ),
  ...changes('N81', 'packages/tier/src/tree/trusted-links.ts', [
    "if (!mayCall) core.emit('peer:fault', { peer: remotePeer, protocol: table.protocol, what: 'not-trusted' })",
    ''
  ]),
  ...changes(
    'N82',
    'packages/node/src/lapsing.ts',
    ['trusted.includes(signer) || issuedAtMs <=', 'trusted.includes(signer) || issuedAtMs >'],
    ['counting.length < needed || trusted.includes(peer)', 'counting.length < quorum || trusted.includes(peer)'],
    ['counting.length < needed || trusted.includes(peer) || seeds', 'counting.length < needed || seeds']
  ),
  ...changes('E25', HELD, [
    "certificate: Buffer.from(held.encoded).toString('base64') }), ...counts }",
    "certificate: Buffer.from(held.encoded).toString('base64') }), evictions: 1, serial: 1 }"
  ])
]
