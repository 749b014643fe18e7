/** Answers of real nodes (`--json`), as people see them on a narrow and on a wide terminal. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { prettyLine } from '@peerwatch/node/events'
import { standingText } from '../src/commands/ask-tables.ts'
import { diagnosisText } from '../src/commands/doctor.ts'
import { guestsText } from '../src/commands/guest.ts'
import { historyText } from '../src/commands/history-table.ts'
import { nodesText } from '../src/commands/nodes.ts'
import { changedText, rosterText } from '../src/commands/roster-text.ts'
import { statusText } from '../src/commands/status-text.ts'
import { fitted } from '../src/look.ts'
import { plain } from '../src/paint.ts'
import { peersText, peerText } from '../src/peers/peers-text.ts'
import { topRows, topText } from '../src/peers/top.ts'
import { treeText } from '../src/tree/tree-text.ts'
import { table } from '../src/table.ts'
import { commandLines, fittedHelp, fittedLines, widest, widthOf, wrapped } from '../src/wrap.ts'
import type { Look } from '../src/look.ts'
import type { Names } from '../src/known-peers.ts'

const answers = JSON.parse(readFileSync(new URL('recorded-answers.json', import.meta.url), 'utf8'))
const { roster: shown } = answers
const memberNames = new Map<string, string>([
  ...[...shown.seeds, ...shown.trusted].map(({ id, name }: { id: string; name: string }): [string, string] => [id, name]),
  ...Object.entries<string>(answers.treeNames)
])
const names: Names = { of: peer => memberNames.get(peer), claim: () => '"js-libp2p/3.3.11 node/24.21.0"' }
const nowMs = (answers.statusOfPeer.window + 1) * answers.statusOfPeer.windowMs
/** What stands in several of the pages. */
const FAILURE = {
  code: 'timeout',
  failures: 14,
  reason: 'connect ETIMEDOUT 192.0.2.7:14601, and at its other address another key answers than the roster says'
}
const failing = {
  ...answers.statusOfPeer,
  neighbours: answers.statusOfPeer.neighbours.map((each: object) => ({ ...each, gone: 'removed' })),
  registry: { state: 'degraded', seeds: [shown.seeds[0].id], failures: [{ ...FAILURE, seed: shown.seeds[1].id }] }
}
const roster = {
  ...shown,
  presetName: shown.preset,
  seeds: shown.seeds.map(({ id }: { id: string }) => id),
  trusted: shown.trusted.map(({ id }: { id: string }) => id),
  names: memberNames,
  requestLimits: new Map([['/app/rpc/1.0.0', 60]])
}
const addresses = new Map<string, string>(shown.seeds.map(({ id, address }: { id: string; address: string }) => [id, address]))
const changed = { version: 2, terms: [{ name: 'retentionMs', from: 86_400_000, to: 604_800_000 }], removed: { name: 'seed-2', id: shown.seeds[1].id } }

const linked = answers.statusOfPeer.neighbours.map(({ peer, direction }: { peer: string; direction: string }) => ({
  peer,
  kind: 'neighbour',
  claim: 'js-libp2p/3.3.11 node/24.21.0',
  link: { direction, openedAtMs: nowMs - 90_000, inBytes: 1_234_567, outBytes: 7_654_321, latencyMs: 12.3, score: -10_000.5 }
}))
const peers = { peers: [...linked, { peer: shown.seeds[0].id, kind: 'seed' }], isCut: true }
const peer = {
  ...linked[0],
  agent_version: linked[0].claim,
  score: -10_000.5,
  downscore_reasons: ['gossipsub P4 on /peerwatch/of-the-street/chat/1: -10000.50', 'integrity: 7 bad of 1300 seen here'],
  registry: 'registered',
  addresses: ['/ip4/192.0.2.17/tcp/14601', '/dns4/peers.of-the-street.example/tcp/14601'],
  connections: [{ direction: 'outbound', address: `/ip4/192.0.2.17/tcp/14601/p2p/${linked[0].peer}`, openedAtMs: nowMs - 90_000 }],
  traffic: [{ protocol: '/peerwatch/report/1.0.0', inBytes: 1_234_567, outBytes: 3 }],
  scoreParts: [{ part: 'P4', topic: '/peerwatch/of-the-street/chat/1', value: -10_000.5 }],
  meshTopics: ['/peerwatch/of-the-street/chat/1'],
  windowMs: answers.statusOfPeer.windowMs,
  windows: [{ window: answers.statusOfPeer.window, counts: { integrity: { ok: 1_293, bad: 7 }, resource: { ok: 20, bad: 0 } }, cuts: ['integrity'] }],
  cut: { dimension: 'integrity', untilWindow: answers.statusOfPeer.window + 30 },
  isAllowed: false,
  reporters: [{ reporter: shown.seeds[0].id, newestWindow: answers.statusOfPeer.window, accuses: ['integrity'] }],
  notHere: ['what it reports of others: `peerwatch export` on a trusted node has it']
}

const SENTENCES = [FAILURE.reason, 'records of others are still being fetched', 'coarse, as any peer is', 'the node listens at', 'as the running node has it']

const PAGES: Record<string, (look: Look) => string> = {
  'status of a peer': look => statusText(answers.statusOfPeer, look),
  'status of a trusted node': look => statusText(answers.statusOfTrusted, look),
  'status of a seed': look => statusText(answers.statusOfSeed, look),
  'status of a peer to which a seed does not answer': look => statusText(failing, look),
  tree: look => treeText(answers.tree, look),
  'standing on a trusted node that holds the records': look => standingText(answers.full, look),
  'standing elsewhere': look => standingText(answers.coarse, look),
  'standing --history': look => historyText(answers.history, look),
  peers: look => peersText(peers, true, look),
  'peers PEER': look => peerText(peer, look),
  top: look => topText(topRows(peers, undefined, 0, 'rate'), answers.statusOfPeer, 'rate', look),
  nodes: look => nodesText(answers.nodes, look),
  'guest list': look => guestsText(answers.guests, look),
  'roster show': look => rosterText({ path: '', network: shown.network, authority: 'authority', roster, addresses }, look),
  'roster set': look => changedText(changed as never, { from: 'networks/of-the-street/peerwatch', command: 'npx peerwatch', shortened: text => text }, look),
  doctor: look => diagnosisText(answers.checks, look),
  events: () => answers.events.map((event: object) => prettyLine({ ...event }, { nameOf: names.of })).join('\n')
}

for (const [name, page] of Object.entries(PAGES)) {
  for (const columns of [80, 160]) {
    test(`C102: no line of ${name} is longer than ${columns} columns, and no word of a sentence is broken`, () => {
      const text = fitted({ paint: plain, names, nowMs, columns }, page)
      assert.ok(widest(text.split('\n')) <= columns, text)
      assert.equal(text, text.replaceAll(/[ \t]+$/gm, ''))
      const unwrapped = fitted({ paint: plain, names, nowMs, columns: undefined }, page)
      const words = text.split(/\s+/)
      for (const sentence of SENTENCES.filter(each => unwrapped.includes(each)))
        assert.deepEqual(
          sentence.split(' ').filter(word => !words.includes(word)),
          [],
          text
        )
    })
  }
}

/** As large as they get, and of another day. */
const LARGE = { openedAtMs: nowMs - 40 * 3_600_000, inBytes: 1023.9 * 2 ** 20, outBytes: 999.9 * 2 ** 30, latencyMs: 999.4, score: -10_000.5 }
const busy = { ...peers, peers: linked.map((each: { link: object }) => ({ ...each, link: { ...each.link, ...LARGE } })) }
const idle = { ...peers, peers: linked.map((each: { link: object }) => ({ ...each, link: { ...each.link, ...LARGE, inBytes: 1000, outBytes: 0 } })) }

for (const [name, count, page] of [
  ['peers', linked.length, look => peersText(busy, false, look)],
  ['top', linked.length, look => topText(topRows(busy, idle, 1_000, 'rate'), answers.statusOfPeer, 'rate', look)],
  ['standing --history', answers.history.windows.length, PAGES['standing --history']!]
] satisfies [string, number, (look: Look) => string][]) {
  test(`each row of ${name} takes one line of 80 columns, and each number stands beside its unit`, () => {
    const lines = fitted({ paint: plain, names, nowMs, columns: 80 }, page).split('\n')
    const from = lines.findIndex(line => /^ *(peer +kind|window +from)/.test(line)) + 1
    assert.ok(from > 0)
    assert.equal(lines.slice(from, from + count).filter(line => /^(12D3KooW|\d{9} ).* -?\d+(\.\d)?$/.test(line)).length, count, lines.join('\n'))
    assert.doesNotMatch(lines.join('\n'), /^ *(ms|[KMGT]iB(\/s)?)\b/m)
  })
}

function barAt(columns: number): number {
  return /[█░]+/.exec(fitted({ paint: plain, names, nowMs, columns }, PAGES['standing --history']!))?.[0].length ?? 0
}

test('the bars of a history take what room there is, and are left out where there is little', () => {
  assert.deepEqual([barAt(160), barAt(80), barAt(70), barAt(67)], [20, 15, 5, 0])
})

test('a number of a table stays with its unit where another column can give way', () => {
  const rows = [['a b c d e', '1000.6 KiB/s']]
  const text = fitted({ paint: plain, names, nowMs, columns: 17 }, look => table({ head: ['why', 'in'], rows, right: [1] }, look))
  assert.equal(text, 'why            in\na b  1000.6 KiB/s\nc d\ne')
})

test('C102: whole ids are shown where there is room for them', () => {
  const whole = /^12D3KooW\w{44} /m
  for (const name of ['status of a peer', 'peers', 'guest list', 'status of a peer to which a seed does not answer']) {
    assert.match(fitted({ paint: plain, names, nowMs, columns: 160 }, PAGES[name]!), whole, name)
    assert.doesNotMatch(fitted({ paint: plain, names, nowMs, columns: 80 }, PAGES[name]!), whole, name)
  }
})

test('C102: lines are wrapped between words, a little to the right of where they begin, and a longer word after one of its marks', () => {
  assert.equal(fittedLines('  one two three', 9), '  one two\n    three')
  assert.equal(fittedLines('short\nas it is', undefined), 'short\nas it is')
  assert.deepEqual(wrapped('data in /home/alice/networks/street', 16), ['data in', '/home/alice/', 'networks/street'])
  for (const part of wrapped('/ip4/127.0.0.1/tcp/42711/p2p/12D3KooWQsBqVu8oKF6XQykT2LnkKUhC5JkTbJvx9DVAkugm5maM', 30)) assert.ok(widthOf(part) <= 30, part)
  assert.equal(wrapped('\u001B[1mbold and long\u001B[22m', 6).join('\n'), '\u001B[1mbold\nand\nlong\u001B[22m')
})

test('C102: a column of a table that does not fit goes on below in itself, and what is said elsewhere is left out', () => {
  const rows = [['seed-1', 'records of others are fetched', 3]]
  assert.equal(
    fitted({ paint: plain, names, nowMs, columns: 28 }, look => table({ head: ['node', 'why', 'count'], rows, right: [2] }, look)),
    'node    why            count\nseed-1  records of         3\n        others are\n        fetched'
  )
  assert.match(fitted({ paint: plain, names, nowMs, columns: 80 }, PAGES['status of a peer']!), /^addresses +\/ip4\/127\.0\.0\.1\/tcp\/\d+$/m)
})

test('C102: paragraphs of help are wrapped anew, and what is indented stays', () => {
  const sentence = 'Shows the last events that the running node tells, and those that come, until its end.'
  const text = fittedHelp(`${sentence}\n${sentence}\nExamples:\n  $ peerwatch events`, 50)
  assert.ok(widest(text.split('\n')) <= 50, text)
  assert.equal(text.split('\nExamples:')[0]?.replaceAll('\n', ' '), `${sentence} ${sentence}`)
  assert.match(text, /\nExamples:\n {2}\$ peerwatch events$/)
})

test('C102: a command that is too long stays one that a shell takes', () => {
  const command = '  peerwatch seed --network of-the-street/public --node of-the-street/nodes/seed-1'
  for (let columns = 45; columns < 90; columns++) {
    const text = commandLines(command, columns)
    assert.ok(widest(text.split('\n')) <= columns, text)
    assert.equal(text.replaceAll(/ \\\n +/g, ' '), command)
  }
  assert.equal(commandLines(command, undefined), command)
})
