import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const BOOK = 'packages/peer/src/enforcement/certificates.ts'
const HELD = 'packages/peer/src/enforcement/held-verdicts.ts'
const VERDICTS = 'packages/link/src/verdicts.ts'
const ENFORCEMENT = 'packages/peer/src/enforcement/enforcement.ts'
const GATER = 'packages/peer/src/enforcement/gater.ts'

export const certificateMutations: readonly Mutation[] = [
  ...changes('E1', VERDICTS, ['roster.isSigner(peer, issuedAtMs) && !claimed.has(peer)', '!claimed.has(peer)'], ['? [peer] : []', '? [peer] : [peer]']),
  ...changes(
    'E1',
    BOOK,
    ["if (signers.length < core.roster.quorumFor(read.issuedAtMs)) return 'refused'", ''],
    ["    if (before?.hash === read.hash) return 'known'\n", ''],
    ['    announce(core, before, now)\n', '    announce(core, before, now)\n    announce(core, before, now)\n']
  ),
  ...changes(
    'E2',
    VERDICTS,
    ['expiresAtMs - issuedAtMs > CERTIFICATE_LONGEST_MS', 'expiresAtMs - issuedAtMs > 2 * LONGEST_MS'],
    ['expiresAtMs <= issuedAtMs || ', ''],
    ['dimensions.findEvictable(verdict.dimension)', 'dimensions.find(verdict.dimension)'],
    ['if (verdict.kind !== VERDICT_KINDS.eviction && verdict.kind !== VERDICT_KINDS.reinstatement) return undefined', ''],
    ['if (verdict.findings.byteLength !== FINDINGS_DIGEST_BYTES) return undefined', ''],
    [' || /\\p{Cc}/u.test(reason)', '']
  ),
  ...changes('E2', BOOK, ['read.expiresAtMs <= nowMs || ', ''], [' || read.issuedAtMs > nowMs + core.windows.windowMs', '']),
  ...changes(
    'E3',
    BOOK,
    ['core.roster.isMember(peer)', 'core.roster.isSeed(peer)'],
    ['core.roster.isMember(peer)', 'core.roster.isTrusted(peer)'],
    ['isImmune(read.peer) || ', '']
  ),
  ...changes('E3', 'packages/link/src/signatures.ts', [
    'await hasSigned(peer, signingBytes(domain, networkId,',
    'await hasSigned(peer, signingBytes(domain, new Uint8Array(32),'
  ]),
  ...changes(
    'E4',
    BOOK,
    ['read.serial < (subject?.serial ?? 0) || ', ''],
    ["held?.kind !== 'eviction' || operator.has(peer)", 'held == null || operator.has(peer)'],
    ["else if (before?.kind === 'eviction') core.emit('peer:reinstated', { peer, reason })", '']
  ),
  ...changes(
    'E5',
    BOOK,
    [' || (before != null && !outranks(read, before))', ''],
    [' && candidate.hash > other.hash', ''],
    ['(candidate.serial === other.serial && candidate.hash > other.hash)', 'false']
  ),
  ...changes(
    'E6',
    HELD,
    ['live.map(({ hash }) => hash).toSorted()', 'live.map(({ hash }) => hash)'],
    ['subject.held.expiresAtMs > core.windows.nowMs() ? subject.held : undefined', 'subject.held'],
    ['shown == null || shown.untilMs <= core.windows.nowMs()', 'shown == null']
  ),
  ...changes(
    'E7',
    BOOK,
    ['    book.save(read.peer)\n', ''],
    ['if (signers.length >= core.roster.quorumFor(read.issuedAtMs)) book', 'book'],
    ['book.set(peer, { ...counts, held: undefined })', 'book.set(peer, { held: undefined, evictions: 0, serial })']
  ),
  ...changes('E7', 'packages/peer/src/enforcement/allowances.ts', [
    'for await (const key of datastore.queryKeys({ prefix: ALLOWED.toString() })) allowed.add(key.name() as PeerIdString)',
    ''
  ]),
  ...changes(
    'E8',
    BOOK,
    ['          checking(revalidate).catch(() => {})', '          void revalidate'],
    ['isImmune(held.peer) ? [] : held.signers.filter(signer => core.roster.isSigner(signer, held.issuedAtMs))', 'held.signers'],
    ["if (held.kind === 'eviction') core.emit('peer:reinstated', { peer: toPeerId(held.peer), reason })", '']
  ),
  ...changes('E15', BOOK, ['if (signers.length < core.roster.quorumFor(held.issuedAtMs)) drop', 'if (signers.length < core.roster.current().quorum) drop']),
  ...changes('E15', 'packages/link/src/roster-book.ts', [
    'issuedAtMs <= untilMs).map(({ quorum }) => quorum)',
    'issuedAtMs >= untilMs).map(({ quorum }) => quorum)'
  ]),
  ...changes('E15', 'packages/link/src/authority.ts', ['number < quorum && until > nowMs - CERTIFICATE_LONGEST_MS', 'number < quorum']),
  ...changes('E14', BOOK, ['core.roster.isSigner(signer, held.issuedAtMs)', 'core.roster.isTrusted(signer)']),
  ...changes('E14', 'packages/link/src/roster-book.ts', ['issuedAtMs <= (current.formerTrusted', 'issuedAtMs >= (current.formerTrusted']),
  ...changes('E14', 'packages/link/src/authority.ts', ['if (stolen != null && untilMs.has(stolen)) untilMs.set(stolen, 0)', '']),
  ...changes('E9', BOOK, ['evictions: evictionsToldBy(read)', 'evictions: 0'], ['earlier + 1 : earlier', 'earlier : earlier']),
  ...changes('E10', VERDICTS, [
    '  } catch {\n    return undefined\n  }\n}\n\n/** The signers',
    '  } catch (error) {\n    throw error\n  }\n}\n\n/** The signers'
  ]),
  ...changes('E11', 'packages/peer/src/enforcement/enforcement.ts', [", 'peer:update': onRemembered", '']),
  ...changes(
    'E11',
    ENFORCEMENT,
    [
      'for (const connection of components.connectionManager.getConnections(peer)) if (visits?.has(connection) !== true) connection.abort',
      'for (const connection of []) (connection as Connection).abort'
    ],
    ['if (refuses(peerIdText(peer))) await components.peerStore.delete(peer)', ''],
    [", 'peer:allowed': onAllowed", ''],
    [
      'components.connectionGater = denyingGater(components.connectionGater, peer => refuses(peerIdText(peer)), visits && visiting(core, visits))',
      'denyingGater(components.connectionGater, peer => refuses(peerIdText(peer)))'
    ]
  ),
  ...changes('E11', GATER, [' || (await own.denyInboundEncryptedConnection?.(peer, connection)) === true', ''], ['(id != null && isDenied(id)) || ', '']),
  ...changes('E12', BOOK, ['    beforeStart: async () => {\n      await load()\n', '    beforeStart: async () => {\n']),
  ...changes('E12', GATER, ['denyDialPeer: async peer => denied(peer) || ', 'denyDialPeer: async peer => ']),
  ...changes('E13', ENFORCEMENT, ['enforce && !neverEvict.has(peer)', '!neverEvict.has(peer)'], ['enforce && !neverEvict.has(peer)', 'enforce'])
]
