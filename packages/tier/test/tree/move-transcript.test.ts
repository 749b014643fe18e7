import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { messages, TREE_STATUS } from '@peerwatch/wire'
import { peekSigned } from '@peerwatch/link'
import { bookOfReports } from '../../../peer/test/support/reports.ts'
import { placeFromBytes } from '../../src/tree/token-book.ts'
import { wiredTier } from '../support/wired-tier.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { TreeHello, TreeRequest, TreeResponse, View } from '@peerwatch/wire'
import type { ReadResult } from '../../src/tree/reader.ts'
import type { TreeRecord } from '../../src/tree/tree-record.ts'

const FILE = new URL('transcripts/a-start-moves.txt', import.meta.url)
const COPIES = 2
const NAMES = ['A', 'B', 'C', 'D']
const SUBJECTS = 400
/** Reports that came in for each range. */
const COUNTS = [300, 600, 200, 300]
const COOL_DOWN_MS = 30_000

const short = (place: Place): string => `${place.slice(0, 4)}…`

function compareText({ spans }: NonNullable<TreeRequest['compare']>): string {
  return spans
    .map(({ cuts }) => `compare ${short(placeFromBytes(cuts.slice(0, 8)))} to ${short(placeFromBytes(cuts.slice(-8)))} in ${cuts.length / 8 - 1}`)
    .join(' and ')
}

/** Who is called what, and views by the order in which they came up. */
function scribe() {
  const lines: string[] = []
  const views: string[] = []
  const names = new Map<PeerIdString, string>()
  const called = (node: PeerIdString): string => names.get(node) ?? '?'
  const viewName = ({ rosterVersion, tokens }: View): string => {
    const key = `${rosterVersion} ${Buffer.from(tokens).toString('hex')}`
    if (!views.includes(key)) views.push(key)
    return `view ${views.indexOf(key) + 1}`
  }
  const helloText = ({ tokens, roster, whole }: TreeHello): string => {
    const told = tokens.flatMap(bytes => {
      const { signer, payload } = peekSigned(bytes)
      const { start, previousStart } = messages.token.decode(payload)
      // the others stay as they are
      if (called(signer) !== 'C') return []
      return [`C at ${short(placeFromBytes(start!))}${previousStart == null ? '' : ` and before at ${short(placeFromBytes(previousStart))}`}`]
    })
    const all = roster.byteLength > 0 ? `roster and all tokens, ${told.join()}; ` : ''
    return `hello (${all}${whole == null ? 'lacks records' : `whole in ${viewName(whole)}`})`
  }
  const askText = ({ view, hello, write, read, split, compare }: TreeRequest): string =>
    [
      view == null ? '' : `in ${viewName(view)}`,
      write == null ? '' : `write ${write.records.length}`,
      read == null
        ? ''
        : read.subject.byteLength > 0
          ? 'read one subject'
          : `read ${short(placeFromBytes(read.fromPlace))} to ${short(placeFromBytes(read.toPlace))}`,
      compare == null ? '' : compareText(compare),
      split == null ? '' : `cut off ${split.share.toFixed(2)}`,
      hello == null ? '' : helloText(hello)
    ]
      .filter(text => text !== '')
      .join(', ')
  const answerText = (request: TreeRequest, { status, hello, outcomes, records, place, share, epochSums }: TreeResponse): string =>
    [
      status === TREE_STATUS.view ? 'another view' : '',
      request.write == null ? '' : outcomes.map(outcome => ['', 'stored', 'known', 'expired', 'conflict', 'refused'][outcome]).join(' '),
      request.read == null || status !== 0 ? '' : `${records.length} records`,
      request.compare == null || status !== 0 ? '' : `sums of ${epochSums.length} epochs`,
      place.byteLength === 0 ? '' : `at ${short(placeFromBytes(place))}, with ${share.toFixed(2)} behind it`,
      hello == null ? '' : helloText(hello)
    ]
      .filter(text => text !== '')
      .join(', ')
  return {
    lines,
    names,
    viewName,
    say: (text: string) => lines.push(text),
    heard: (from: PeerIdString, to: PeerIdString, request: TreeRequest, response: TreeResponse): void => {
      lines.push(`${called(from)} → ${called(to)}  ${askText(request)}`, `  ${called(to)}: ${answerText(request, response)}`)
    }
  }
}

/** One record after the other whose place begins so. */
function taker(records: readonly TreeRecord[]): (begin: string) => TreeRecord {
  const left = [...records]
  return begin => {
    const at = left.findIndex(({ stored: { place } }) => place.startsWith(begin))
    assert.ok(at >= 0, `no subject more lies at ${begin}`)
    return left.splice(at, 1)[0]!
  }
}

test('T87: a start moves as the transcript has it: cut, signed, told, copied from two, settled; what is written meanwhile is in both lists', async () => {
  const book = await bookOfReports({ reporters: 1, subjects: SUBJECTS, windows: 1, trusted: NAMES.length })
  const take = taker(book.stored.map(stored => book.parser.stored(stored)))
  const told = scribe()
  let isTold = false
  const tier = await wiredTier(book, {
    copies: COPIES,
    coolDownMs: COOL_DOWN_MS,
    heard: (...said) => {
      if (isTold) told.heard(...said)
    }
  })
  const [a, b, c, d] = tier.nodes
  assert.ok(a && b && c && d)
  const comeIn = (index: number): void => {
    const count = COUNTS[index]!
    for (let at = 0; at < count; at++)
      tier.nodes[index]!.count((BigInt(index) * 2n ** 62n + (BigInt(at) * 2n ** 62n) / BigInt(count)).toString(16).padStart(16, '0') as Place)
  }
  for (const [index, node] of tier.nodes.entries()) {
    told.names.set(node.self, NAMES[index]!)
    comeIn(index)
  }
  tier.clock.advance(COOL_DOWN_MS + 1)
  await tier.begin()
  // no start moves before so much time has passed since the links came up
  tier.clock.advance(COOL_DOWN_MS + 1)
  for (const index of tier.nodes.keys()) comeIn(index)
  const before = ['4', '5', '7', '7', '9'].map(take)
  const [byA, byD] = [take('7'), take('7')]
  for (const record of before) {
    const written = a.write(record)
    await tier.quiet()
    assert.equal(await written, 'stored')
  }
  const own = new Map(tier.nodes.map(({ self, tokens }) => [self, tokens.token(self)?.hash]))
  for (const { self, tokens } of tier.nodes) {
    tokens.onChange(() => {
      const token = tokens.token(self)
      if (token?.start == null || own.get(self) === token.hash) return
      own.set(self, token.hash)
      told.say(
        `${told.names.get(self)} signs its token: start ${short(token.start)}${token.moved?.from == null ? ', settled' : `, was ${short(token.moved.from)}`}: ${told.viewName(tokens.versions())}`
      )
    })
  }
  isTold = true
  told.say(
    `${told.viewName(a.tokens.versions())}: ${tier.nodes.map(({ self, tokens }, index) => `${NAMES[index]} ${short(tokens.token(self)!.start!)}`).join(', ')}`
  )
  told.say('B has twice the reports of A and D and three times those of C: in the middle of a window C asks all for their loads of this moment')
  c.tick()
  await tier.step(3)
  told.say('C, which lies behind B, takes a part of its range')
  await tier.step(1)
  told.say('A and D have heard nothing of it yet and write a report each, about subjects in the part that moves')
  const early = a.write(byA)
  const late = d.write(byD)
  await tier.step(2)
  told.say('meanwhile D reads all that there is of another subject there')
  const read = d.reader.subject(before[3]!.subject, { fromEpoch: 0, toEpoch: 0xffff_ffff })
  await tier.quiet()
  // where both lists had it in part before the view came, writing it again finds it
  assert.deepEqual([await early, await late], ['stored', 'known'])
  const found = await read
  assert.deepEqual([found.records.length, found.isComplete], [1, true])
  told.say(`done: ${tier.nodes.map(({ self, tokens }, index) => `${NAMES[index]} ${short(tokens.token(self)!.start!)}`).join(', ')}`)
  isTold = false
  assert.deepEqual(
    tier.nodes.map(({ tokens }) => tokens.partition().formerRing),
    [undefined, undefined, undefined, undefined]
  )
  for (const record of [...before, byA, byD]) {
    const reading: Promise<ReadResult> = a.reader.subject(record.subject, { fromEpoch: 0, toEpoch: 0xffff_ffff })
    await tier.quiet()
    const { records: all, isComplete } = await reading
    assert.deepEqual([all.length, isComplete], [1, true], record.stored.place)
  }
  const transcript = `${told.lines.join('\n')}\n`
  if (process.env['UPDATE'] != null) writeFileSync(FILE, transcript)
  assert.equal(transcript, readFileSync(FILE, 'utf8'))
})
