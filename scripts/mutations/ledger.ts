import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const CREDIBILITY = 'packages/reputation/src/credibility.ts'
const CHECKS = 'packages/reputation/src/check-reports.ts'
const BOOK = 'packages/reputation/src/ledger-book.ts'
const KEEP = 'packages/tier/src/ledger/keep-ledger.ts'
const LEDGER = 'packages/tier/src/ledger/ledger.ts'
const ASKED = 'packages/tier/src/ledger/credibilities.ts'

export const ledgerMutations: readonly Mutation[] = [
  ...changes(
    'R60',
    CREDIBILITY,
    ['return Math.max(LEAST, truth', 'return Math.min(LEAST, truth'],
    ['checked === 0 ? options.uncheckedCredibility', 'checked === 0 ? 1']
  ),
  ...changes('R61', CREDIBILITY, ['* 0.1 ** ((10 *', '* 0.9 ** ((1 *'], ['each => each.agreed) + 0.5)', 'each => each.contradicted) + 0.5)']),
  ...changes('R62', CREDIBILITY, ['Math.max(weight, ...without)', 'weight'], ['.length >= witnesses', '.length > 0']),
  ...changes(
    'R63',
    CHECKS,
    ['const about = isOwnWatcher\n', 'const about = true\n'],
    ['cuts.includes(dimension) || (seen.bad >= CONTRADICTION.bad', '(seen.bad >= CONTRADICTION.bad'],
    ['seen.bad >= CONTRADICTION.bad &&', 'seen.bad >= 1 &&']
  ),
  ...changes(
    'R64',
    CHECKS,
    ['other === reporter || !isChecked ||', 'other === reporter ||'],
    ['if (other === reporter || !isChecked', 'if (!isChecked'],
    ['byGroup.set(group, { counts, weight })', 'byGroup.set(other, { counts, weight })']
  ),
  ...changes('R65', BOOK, ['id > known.id', 'id < known.id'], ['if (known == null || id > known.id) entries.set', 'entries.set']),
  ...changes(
    'R66',
    KEEP,
    ['others.length > 0 ? undefined', 'first == null ? undefined'],
    ['checkedSubject(records, tree, { isOwnWatcher: true', 'checkedSubject(records, tree, { isOwnWatcher: false']
  ),
  ...changes(
    'R67',
    LEDGER,
    ["!== 'retry') waiting.delete", "!== 'conflict') waiting.delete"],
    ['epoch > keptEpoch &&', 'keptEpoch < 0 &&'],
    ['    keptEpoch = epoch\n', '']
  ),
  ...changes(
    'T88',
    ASKED,
    ['Math.max(a.voice, b.voice)', 'Math.min(a.voice, b.voice)'],
    ['a.isChecked && b.isChecked', 'a.isChecked || b.isChecked'],
    ['inReach.slice(0, ASKED)', 'inReach.slice(0, 1)']
  ),
  ...changes(
    'T89',
    'packages/tier/src/tree/tree-record.ts',
    ['!isLast || checked > CHECKED_MOST', 'checked > CHECKED_MOST'],
    ['checked > CHECKED_MOST ||', ''],
    ['agreed + contradicted > checked ||', ''],
    [' || deviations.byteLength > LIMITS.deviations', '']
  ),
  ...changes('T89', 'packages/tier/src/tree/shelf.ts', [
    "if (record.kind !== 'report') return roster",
    "if (record.kind !== 'report') return record.kind === 'ledger' || roster"
  ])
]
