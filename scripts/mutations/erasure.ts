import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const FLOORS = 'packages/store/src/floors.ts'
const ERASING = 'packages/store/src/erasing.ts'
const RECORD = 'packages/model/src/record.ts'
const READ = 'packages/store/src/read-records.ts'
const MEMORY = 'packages/store/src/testing/memory-record-store.ts'
const ERASURES = 'packages/tier/src/erasure/erasures.ts'
const BOOK = 'packages/tier/src/erasure/erasure-book.ts'
const SIGNED = 'packages/tier/src/erasure/read-erasure.ts'
const PERSONAL = 'packages/tier/src/tree/personal-data.ts'
const EXCHANGE = 'packages/tier/src/erasure/erasure-exchange.ts'
const READER = 'packages/tier/src/tree/reader.ts'
const JUDGE = 'packages/reputation/src/erase.ts'
const MERGED = 'packages/tier/src/export/merged.ts'
const EXPORT = 'packages/tier/src/export/export.ts'
const SEALING = 'packages/store/src/sealing.ts'

export const erasureMutations: readonly Mutation[] = [
  ...changes('P90', RECORD, ['|| author === peer', '']),
  ...changes(
    'P90',
    FLOORS,
    [', byPeer.get(author) ?? floor', ''],
    ['byPeer.get(subject) ?? floor, ', ''],
    ['Math.max(upToEpoch, byPeer.get(peer) ?? NO_FLOOR)', 'upToEpoch']
  ),
  ...changes('P90', READ, ['if (record.epoch > floors.of(record)) yield record', 'yield record']),
  ...changes(
    'P90',
    ERASING,
    ['      unfinished.add(peer)\n    },\n', '    },\n'],
    ['await database.write([note(peer, upToEpoch, false)])', ''],
    ['if (keys.length > 0) await flush()', ''],
    ['if (plain.readUInt8(VALUE_BYTES - 1) === 0) unfinished.add(peer)', '']
  ),
  ...changes('P90', MEMORY, ['if (epoch > upToEpoch) continue', 'if (epoch >= upToEpoch) continue']),
  ...changes('P91', MEMORY, ['      floors.erase(peer, upToEpoch)\n', '']),
  ...changes('P92', ERASURES, [
    'if (floorOf(erasure.subject) < erasure.upToEpoch) await apply',
    'if (floorOf(erasure.subject) > erasure.upToEpoch) await apply'
  ]),
  ...changes(
    'P93',
    ERASURES,
    ["if (hasCase(peer)) return 'case'", ''],
    [" ? 'certificate' : undefined", ' ? undefined : undefined'],
    ['      } else await apply(erasure)\n', '      }\n'],
    ['(upToEpoch + 1) * core', 'upToEpoch * core']
  ),
  ...changes(
    'P94',
    SIGNED,
    ['if (signer !== core.network.authority)', 'if (signer === core.network.id.toString())'],
    ['if (upToEpoch >= EPOCHS_END)', 'if (upToEpoch > EPOCHS_END)'],
    ["openSigned('erasure'", "openSigned('token'"]
  ),
  ...changes(
    'P94',
    ERASURES,
    ['if (subject !== peer) throw', 'if (subject === undefined) throw'],
    ['if (core.roster.isMember(subject)) throw', 'if (core.roster.isMember(core.self) === false) throw'],
    ['if (upToEpoch > latestEpoch()) throw', 'if (upToEpoch < 0) throw']
  ),
  ...changes(
    'P94',
    EXCHANGE,
    ["          core.emit('peer:fault', { peer: toPeerId(from), protocol: PROTOCOLS.tree, what: 'bad-erasure' })\n", ''],
    ["          if (taken === 'older' || taken === 'full') refused(taken, from)\n", '']
  ),
  ...changes('P94', BOOK, ["known.upToEpoch > erasure.upToEpoch ? 'older'", "known.upToEpoch > 1e12 ? 'older'"]),
  ...changes(
    'P95',
    EXCHANGE,
    ['signed: isSame ? [] : ', 'signed: '],
    ['return [...trusted, ...leaving].every(', 'return [...trusted, ...leaving].some('],
    ['      heard.delete(node)\n    },', '    },']
  ),
  ...changes(
    'P95',
    BOOK,
    ["held.size >= most ? 'full'", "held.size > most ? 'full'"],
    ['held.set(erasure.subject, { ...erasure, records })\n        } catch', 'void records\n        } catch']
  ),
  ...changes('P95', EXCHANGE, ['hasHeard: links => links.every(({ peer, isUp }) => !isUp() || heard.has(peer))', 'hasHeard: () => true']),
  ...changes('P96', EXCHANGE, ['          const taken = await take(encoded)\n', '          const taken = await book.take(encoded)\n']),
  ...changes(
    'P97',
    JUDGE,
    ['  evidence.forget(peer)\n', ''],
    ['  evidence.forgetReporter(peer)\n', ''],
    ['  told.delete(peer)\n', ''],
    ['    findings.erase(peer, dimension, throughWindow)\n', '']
  ),
  ...changes(
    'P98',
    MERGED,
    ['if (source.head != null || source.isOver) return', 'if (source.isOver) return'],
    ['const holding = sources.filter(({ head }) => head?.order === first.order)', 'const holding = sources.filter(({ head }) => head?.record === first.record)']
  ),
  ...changes('P98', EXPORT, ['const isComplete = partition() === view && isEnough(view, answered, copies)', 'const isComplete = true']),
  ...changes('P99', SEALING, ['cipher.update(plain).copy(sealed, SEALED_AT)', 'cipher.update(plain); Buffer.from(plain).copy(sealed, SEALED_AT)']),
  ...changes('T70', READER, ['record == null || record.stored.epoch <= store.floorOf(record.stored) ? []', 'record == null ? []']),
  ...changes('T70', PERSONAL, ['(isErased(record) ? ', '(record == null ? ']),
  ...changes('T71', PERSONAL, [
    '.then(async () => shelf.refold(placement.pseudonym(peer), epoch + 1))',
    '.then(async () => shelf.refold(placement.pseudonym(peer), epoch + 1_000_000))'
  ]),
  ...changes('P95', ERASURES, ['if (erasure.records != null && isPassed(erasure))', 'if (erasure.records === -1)'])
]
