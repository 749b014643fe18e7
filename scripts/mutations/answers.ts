import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

/** How answers fit a terminal, and what nodes say of those who are gone or whose records lie elsewhere. */
export const answerMutations: readonly Mutation[] = [
  ...changes('C96', 'packages/cli/src/commands/status-text.ts', ['    gone ?? state,\n', '    state,\n']),
  ...changes('C100', 'packages/node/src/view.ts', ['isHolding ? fullStanding', 'tier != null ? fullStanding']),
  ...changes(
    'C101',
    'packages/node/src/view.ts',
    ["told.state === 'unknown' && registry === 'unlisted'", "told.state === 'unknown'"],
    ["told.state === 'unknown' && registry === 'unlisted'", 'told == null']
  ),
  ...changes('C101', 'packages/tier/src/trusted.ts', [
    '        if (told != null) return told\n',
    "        return told ?? { state: 'unknown', reputation: undefined, window: 0 }\n"
  ]),
  ...changes(
    'C102',
    'packages/cli/src/look.ts',
    ['    isTight: isNarrow,\n', '    isTight: false,\n'],
    ['  { hasShortIds: false, isNarrow: false },\n', ''],
    ['  { hasShortIds: true, isNarrow: true }\n', '']
  ),
  ...changes(
    'C102',
    'packages/cli/src/wrap.ts',
    ['widthOf(current) + widthOf(word) > columns) end()', 'widthOf(current) + widthOf(word) > columns + 1) end()'],
    ['const fits = widthOf(letters) <= room || !breaks', 'const fits = widthOf(letters) <= room || breaks'],
    ['widthOf(current) + widthOf(part) + 2 > columns', 'widthOf(current) + widthOf(part) > columns + 2']
  ),
  ...changes('C103', 'packages/cli/src/doctor/examine.ts', ["isMissing(error.cause) ? { why } : { trouble: troubleOf('process', error), why }", '{ why }']),
  ...changes(
    'C104',
    'packages/link/src/roster-book.ts',
    ['if (hasDouble || version !== current.version', 'if (version !== current.version'],
    ['    current = roster\n    hasDouble = false\n', '    current = roster\n'],
    ['      else compare(roster)\n', '']
  ),
  ...changes(
    'C105',
    'packages/link/src/roster-changes.ts',
    ['.toSorted(([a], [b]) => (a < b ? -1 : 1))', ''],
    ['peer => !others.includes(peer)', 'peer => others.includes(peer)'],
    ['before[name] !== after[name]', 'before[name] === after[name]']
  ),
  ...changes('C106', 'packages/seed/src/guests.ts', ['removed.delete(peer) || wasGuest', 'removed.delete(peer) && wasGuest']),
  ...changes('C106', 'packages/seed/src/registry-server.ts', ['      news.begin()\n', '']),
  ...changes(
    'C107',
    'packages/tier/src/tree/trusted-links.ts',
    ["        core.emit('trusted:lost', { peer: toPeerId(peer) })\n", ''],
    ["        core.emit('trusted:reached', { peer: toPeerId(peer) })\n", '']
  ),
  ...changes(
    'C108',
    'packages/node/src/files/read-text.ts',
    ["['ENOSPC', 'EDQUOT'].includes(code)", "['ENOSPC'].includes(code)"],
    [' || /No space left on device|Disk quota exceeded/.test(message)', '']
  ),
  ...changes(
    'C130',
    'packages/cli/src/tree/tree-rows.ts',
    ['?? 0) < position)', '?? 0) > position)'],
    ['`${before}${line}`)\n    rows', '`${before}${none}`)\n    rows'],
    ['`${after}${line}`, `${after}${fromUpper}`', '`${after}${none}`, `${after}${fromUpper}`']
  ),
  ...changes(
    'C130',
    'packages/cli/src/tree/tree-text.ts',
    ["if (count < 2) return ''", "if (count < 1) return ''"],
    ['index === count - 1', 'index === count - 2'],
    ['    ...others.map(', '    ...[].map('],
    ['unsettled.length === 0 ? []', 'unsettled.length < 3 ? []']
  ),
  ...changes('C131', 'packages/cli/src/tree/node-text.ts', ['return [...labels, ', 'return ['], ["!labels.includes('retired')).length", 'true).length']),
  ...changes('C131', 'packages/cli/src/tree/tree-text.ts', ['!isReachable).map', 'isReachable).map']),
  ...changes('C131', 'packages/cli/src/tree/tree-svg.ts', ["? ' far' : ", "? '' : "], ["labels.includes('slow') ? ' slow'", "labels.includes('slow') ? ''"]),
  ...changes('C131', 'packages/cli/src/tree/tree-dot.ts', [', style="rounded,dashed"', '']),
  ...changes(
    'C132',
    'packages/cli/src/tree/tree-svg.ts',
    [".replaceAll('&', '&amp;')", ''],
    [".replaceAll(/\\p{C}/gu, '?')", ''],
    ['[from, EDGE + room], ...(to > EDGE ? [[EDGE, to]] : [])', '[from, EDGE + room]'],
    ['    ...threadEnds(placed[0], placed.at(-1)),\n', ''],
    ['parent == null ? [] : [branchOf', 'parent != null ? [] : [branchOf']
  ),
  ...changes('C132', 'packages/cli/src/tree/tree-dot.ts', ["line.replaceAll('\\\\', '\\\\\\\\')", 'line'], ['next === node ? []', 'next !== node ? []']),
  ...changes(
    'C133',
    'packages/cli/src/tree/tree-changes.ts',
    ['!now.labels.includes(label)', 'now.labels.includes(label)'],
    ['!before.labels.includes(label)', 'true'],
    ['isUnsettled.filter(line => !wasUnsettled.has(line))', 'isUnsettled'],
    ['wasUnsettled.size > 0 && isUnsettled', 'isUnsettled'],
    ['staying.has(node) ? [] : ', 'staying.has(node) ? [] : now.height > 0 ? [] : '],
    ['!== rangeText(now.range, false)', '=== rangeText(now.range, false)']
  ),
  ...changes('C134', 'packages/cli/src/tree/watch-tree.ts', ['    process.exitCode = SIGINT_CODE\n', ''])
]
