import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fitted } from '../src/look.ts'
import { plain } from '../src/paint.ts'
import { treeChanges } from '../src/tree/tree-changes.ts'
import { treeDot } from '../src/tree/tree-dot.ts'
import { treeSvg } from '../src/tree/tree-svg.ts'
import { treeText } from '../src/tree/tree-text.ts'
import type { TreeNodeView, TreeView } from '@peerwatch/node/node-view'
import type { Names } from '../src/known-peers.ts'

const { tree: fifteen, treeNames }: { tree: TreeView; treeNames: Record<string, string> } = JSON.parse(
  readFileSync(new URL('recorded-answers.json', import.meta.url), 'utf8')
)
const called = (id: string): string => treeNames[id] ?? id
const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

function shown(answer: TreeView, columns?: number): string {
  const names: Names = { of: id => treeNames[id], claim: () => undefined }
  return fitted({ paint: plain, names, nowMs: NOW_MS, columns }, look => treeText(answer, look))
}

const ALONE: TreeNodeView = {
  node: '12D3KooWaaaaaa',
  isSelf: true,
  isReachable: true,
  labels: [],
  tokenVersion: 1,
  range: { from: '0000000000000000', to: '0000000000000000' },
  formerRange: undefined,
  moves: undefined,
  share: 1,
  reportsPerSecond: 3.14,
  answerMs: 1.26,
  threads: { previous: '12D3KooWaaaaaa', next: '12D3KooWaaaaaa' },
  copiesAt: [],
  parent: undefined,
  left: undefined,
  right: undefined,
  depth: 0
}
const one: TreeView = { rosterVersion: 1, view: 'ab', root: ALONE.node, height: 0, isCaughtUp: true, awaited: [], nodes: [ALONE] }

/** The answer with these nodes changed. */
function changed(answer: TreeView, by: Record<string, Partial<TreeNodeView>>, more: Partial<TreeView> = {}): TreeView {
  return { ...answer, ...more, nodes: answer.nodes.map(each => ({ ...each, ...by[called(each.node)] })) }
}

test('C130: a tree of one is a row without thread or branch; a node without a range stands below', () => {
  const [title, , row, ...more] = shown(one).split('\n')
  assert.equal(title, 'trust tree: 1 trusted node, roster 1, height 0')
  assert.match(row ?? '', /^12D3KooWaaaaaa +everything +100\.0 % +█{10} 3\.1 +– +1\.3 ms +this one$/)
  assert.deepEqual(more, [])
  const joining = {
    ...ALONE,
    node: '12D3KooWbbbbbb',
    isSelf: false,
    isReachable: false,
    labels: ['out of reach' as const],
    range: undefined,
    threads: undefined
  }
  const two = shown({ ...one, isCaughtUp: false, nodes: [ALONE, { ...joining, reportsPerSecond: undefined, answerMs: undefined, share: 0 }] })
  assert.match(two, /^trust tree: 2 trusted nodes, roster 1, height 0, catching up$/m)
  assert.match(two, /^12D3KooWbbbbbb +no range +0\.0 % +– +– +– +out of reach$/m)
})

test('C130: each node stands in the order of the key space, its parent on the side where it lies, and the thread goes through all of them', () => {
  const lines = shown(fifteen, 80).split('\n').slice(2, 17)
  const order = lines.map(line => /trusted-\d+/.exec(line)?.[0])
  assert.deepEqual(
    order,
    fifteen.nodes.map(({ node }) => called(node))
  )
  assert.equal(lines.map(line => line[0]).join(''), `╭${'├'.repeat(13)}╰`)
  const at = new Map(lines.map((line, index) => [order[index], { line: index, column: line.search(/trusted/) }]))
  for (const { node, parent } of fifteen.nodes) {
    const [own, above] = [at.get(called(node))!, parent == null ? undefined : at.get(called(parent))]
    const mark = lines[own.line]![own.column - 2]
    // a branch leads from the child towards the line of its parent, one level to the left, and nothing else stands between
    assert.equal(mark, above == null ? '┄' : above.line > own.line ? '┌' : '└', called(node))
    if (above == null) continue
    assert.equal(above.column, own.column - 2)
    const between = lines.slice(Math.min(own.line, above.line) + 1, Math.max(own.line, above.line))
    for (const line of between) assert.match(line[own.column - 2] ?? '', /[│┌└]/)
  }
  assert.match(shown(fifteen, 80), /trusted-11 +5226… – 5555… +[\d.]+ +2 +\d+ ms +.*moving, copying$/m)
  assert.match(shown(fifteen, 80), /\n\nnot settled\ntrusted-11 moves its start from aaaa… to 5226…\ntrusted-11, trusted-9, trusted-10 copy what moved$/)
  assert.match(shown(fifteen), / 12D3KooW\w{44} trusted-7 /, 'whole ids where there is room')
  assert.doesNotMatch(shown(fifteen, 160), /12D3KooW\w{44}/)
})

test('C131: whoever is slow, out of reach or retired is called so in every drawing, and a copy out of reach is not counted', () => {
  const far = changed(fifteen, {
    'trusted-3': { labels: ['out of reach'], isReachable: false },
    'trusted-8': { labels: ['slow'], answerMs: 12_345 },
    'trusted-15': { labels: ['retired'], range: undefined, threads: undefined, parent: undefined, formerRange: { from: 'e'.repeat(16), to: '0'.repeat(16) } }
  })
  const text = shown(far, 80)
  assert.match(text, /trusted-3 +2222… – 3333… .* out of reach$/m)
  assert.match(text, /trusted-8 .* 12 s +slow$/m)
  assert.match(text, /^trusted-15 +no range .* retired$/m)
  assert.match(text, /^trusted-15 left with roster 1 and still gives eeee… – 0000…$/m)
  assert.match(text, /^trust tree: 14 trusted nodes/)
  assert.match(text, /trusted-4 +3333… – 4444… +[\d.]+ +1 of 2 /)
  assert.match(text, /trusted-14 +dddd… – eeee… +[\d.]+ +2 /)
  const svg = treeSvg(far, { called })
  assert.match(svg, /class="box far"[^\n]*>trusted-3<[^\n]*>out of reach</)
  assert.match(svg, /class="box slow"[^\n]*>trusted-8<[^\n]*>slow</)
  assert.match(svg, /class="box retired"[^\n]*>trusted-15<[^\n]*>retired</)
  const dot = treeDot(far, { called })
  assert.match(dot, /label="trusted-3\\n.*out of reach", color=/)
  assert.match(dot, /label="trusted-15\\n.*retired", style="rounded,dashed"/)
})

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0

test('C132: a picture has a box for each node, a line from each parent to its child and a thread from each range to the next, whatever names hold', () => {
  const svg = treeSvg(fifteen, { called })
  assert.deepEqual([count(svg, /class="box/g), count(svg, /class="branch"/g), count(svg, /class="thread"/g)], [15, 14, 16])
  assert.equal(count(svg, /class="part"/g), 15)
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+"/)
  assert.doesNotMatch(svg, /href|url\(|NaN|undefined|<script/)
  const evil = treeSvg(fifteen, { called: () => '<a href="x">&\u0007' })
  assert.doesNotMatch(evil, /<a|&(?!amp;|lt;|gt;|quot;)|\p{Cc}(?<!\n)/u)
  assert.equal(count(treeSvg(one, { called }), /class="(branch|thread)"/g), 0)
  const wrapped = changed(fifteen, { 'trusted-15': { range: { from: 'eeeeeeeeeeeeeeee', to: '0800000000000000' } } })
  assert.equal(count(treeSvg(wrapped, { called }), /class="part"/g), 16, 'round the end of the key space it has two parts')

  const dot = treeDot(fifteen, { called })
  const ends = [...dot.matchAll(/^ {2}"(\w+)" -> "(\w+)"( \[style=dashed.*\])?$/gm)].map(([, from, to, how]) =>
    [how == null ? 'branch' : 'thread', from, to].join(' ')
  )
  const expected = fifteen.nodes.flatMap(({ node, parent, threads }) => [
    ...(parent == null ? [] : [`branch ${parent} ${node}`]),
    `thread ${node} ${threads?.next}`
  ])
  assert.deepEqual(ends.toSorted(), expected.toSorted())
  assert.match(treeDot(one, { called: () => 'say "hi" \\' }), /label="say \\"hi\\" \\\\\\n/)
})

const since = (before: TreeView, now: TreeView): string[] => treeChanges(before, now, { called, nowMs: NOW_MS }).map(line => line.replace('03:04:05Z ', ''))

test('C133: what changes is told once, a line each, and loads and lags are not', () => {
  assert.deepEqual(since(fifteen, fifteen), [])
  assert.deepEqual(since(fifteen, changed(fifteen, { 'trusted-1': { reportsPerSecond: 99, answerMs: 1 } })), [])
  const well = changed(fifteen, { 'trusted-13': { labels: [] } })
  const far = changed(fifteen, { 'trusted-13': { labels: ['out of reach'] } })
  assert.deepEqual(since(well, far), ['trusted-13 is out of reach'])
  assert.deepEqual(since(far, well), ['trusted-13 is no longer out of reach'])
  const settled = changed(fifteen, { 'trusted-11': { moves: undefined } }, { awaited: [] })
  assert.deepEqual(since(fifteen, settled), ['all moves are settled'])
  const [eleventh, ninth] = ['trusted-11', 'trusted-9'].map(name => fifteen.nodes.find(({ node }) => called(node) === name)!.node)
  assert.deepEqual(since(settled, fifteen), [
    'trusted-11 moves its start from aaaaaaaaaaaaaaaa to 52267217cd0040b0',
    'trusted-11, trusted-9, trusted-10 copy what moved'
  ])
  assert.deepEqual(since(settled, { ...settled, root: ninth, rosterVersion: 2 }), ['roster 2 is in force', 'trusted-9 is the root, at 8888888888888888'])
  const without = { ...settled, nodes: settled.nodes.filter(({ node }) => node !== eleventh) }
  assert.deepEqual(since(settled, without), ['trusted-11 is out of the tree'])
  assert.deepEqual(since(without, settled), ['trusted-11 is in the tree'])
  const wider = changed(settled, { 'trusted-5': { range: { from: '4444444444444444', to: '5555555555555555' }, share: 1 / 15 } })
  assert.deepEqual(since(settled, wider), ['trusted-5 holds 4444444444444444 – 5555555555555555, 6.7 %'])
})
