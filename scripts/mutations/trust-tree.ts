import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const PARTITION = 'packages/trust-tree/src/partition.ts'
const CANDIDATES = 'packages/trust-tree/src/candidates.ts'
const TOKEN = 'packages/trust-tree/src/token.ts'
const TREE = 'packages/trust-tree/src/tree.ts'
const ROUTE = 'packages/trust-tree/src/route.ts'
const GAINS = 'packages/trust-tree/src/gains.ts'
const RANGE = 'packages/trust-tree/src/range.ts'

export const trustTreeMutations: readonly Mutation[] = [
  ...changes('T1', PARTITION, ['.start <= place) low', '.start < place) low'], ['low === 0 ? ring.length - 1 : low - 1', 'Math.max(0, low - 1)']),
  ...changes(
    'T1',
    RANGE,
    ['range.from <= place && place < range.to', 'range.from <= place && place <= range.to'],
    [' && !(last === ring.length - 1 && from === ring[0]!.start)', '']
  ),
  ...changes(
    'T2',
    PARTITION,
    ['const staying = new Set(members)', 'const staying = new Set([...members, ...tokens.keys()])'],
    ['compareText(a.start, b.start) || compareText(a.node, b.node)', 'compareText(a.start, b.start)']
  ),
  ...changes(
    'T3',
    TOKEN,
    ['if (a.version !== b.version) return a.version - b.version', ''],
    ['taken.get(token.node) ?? known.get(token.node)', 'known.get(token.node)'],
    ['if (order > 0) taken', 'if (order >= 0) taken'],
    ['return a.hash < b.hash ? -1 : 1', 'return 1']
  ),
  ...changes(
    'T5',
    CANDIDATES,
    ['Math.min(ring.length, copies + 1)', 'Math.min(ring.length, copies)'],
    ['Math.min(ring.length, copies + 1)', 'ring.length === 0 ? 0 : copies + 1'],
    ['owner - back + ring.length', 'owner + back']
  ),
  ...changes('T7', CANDIDATES, ['.find(node => !isOutOfReach(node))', '.findLast(node => !isOutOfReach(node))'], ['.find(node => !isOutOfReach(node))', '[0]']),
  ...changes(
    'T8',
    TREE,
    ['(first + last + 1) >>> 1', 'first'],
    ['ring[(index - 1 + ring.length) % ring.length]', 'ring[Math.max(0, index - 1)]'],
    ['Math.max(left?.height ?? -1, right?.height ?? -1)', 'Math.min(left?.height ?? -1, right?.height ?? -1)'],
    ['build(index + 1, last, depth + 1, node)', 'build(index + 1, last, depth + 1, parent)']
  ),
  ...changes(
    'T9',
    ROUTE,
    ['child?.node ?? links.parent ??', 'links.parent ?? child?.node ??'],
    ['below: rangeAt(view.ring, found.first, found.last)', 'below: rangeAt(view.ring, found.index, found.index)'],
    ['if (contains(links.own, place)) return links.self', '']
  ),
  ...changes(
    'T10',
    PARTITION,
    ['return moved == null ? start : moved.from', 'return start'],
    ['if (gone.length === 0 && placing.every(token => token.moved == null)) return { ring }', 'return { ring }']
  ),
  ...changes(
    'T10',
    CANDIDATES,
    ['former: same ? NOBODY : former', 'former'],
    ['former.every((node, index) => node === current[index])', 'former.every(node => current.includes(node))']
  ),
  ...changes('T20', GAINS, ['candidates.length - writesNeeded(candidates, copies) + 1', 'candidates.length - writesNeeded(candidates, copies)']),
  ...changes('T20', PARTITION, ['[...placing, ...gone], startBefore', 'placing, startBefore']),
  ...changes(
    'T21',
    GAINS,
    [' || current.length < former.length', ''],
    ['[...view.ring, ...(view.formerRing ?? [])]', 'view.ring'],
    ['Math.min(copies, candidates.length)', 'copies']
  ),
  ...changes('T64', GAINS, [' || (current.indexOf(node) < copies && former.indexOf(node) >= copies)', '']),
  ...changes(
    'T27',
    'packages/trust-tree/src/balance.ts',
    ['const LEAST_GAIN = { shift: 0.004', 'const LEAST_GAIN = { shift: 0.2'],
    ['const NOT_BY_CHANCE = 5', 'const NOT_BY_CHANCE = 1'],
    ['if (formerRing != null || ring.length < 2', 'if (ring.length < 2'],
    ['  put(from, -given)\n', '']
  ),
  ...changes('T95', 'packages/trust-tree/src/balance.ts', ['const ABOUT_AS_GOOD = 0.9', 'const ABOUT_AS_GOOD = 1']),
  ...changes('T113', 'packages/trust-tree/src/balance.ts', [', ...best.slice(good.length)]', ']']),
  ...changes(
    'T24',
    RANGE,
    ['return width === 0n ? KEY_SPACE : width', 'return width'],
    ['BigInt(Math.floor(part * PRECISION))', 'BigInt(Math.floor(part * PRECISION * part))']
  )
]
