import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { peerIdText } from '@peerwatch/link'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { LIMITS } from '@peerwatch/wire'
import { CLOSED, CREDITS_MOST, isServed, owedSinceMs, roomOf, transition } from '../../src/reporting/entry-state.ts'
import { outboxKey } from '../../src/reporting/outbox.ts'
import type { EntryEvent, EntryState, Transition } from '../../src/reporting/entry-state.ts'
import type { OutboxItem } from '../../src/reporting/outbox.ts'

const subject = peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))
const HELLO = { window: 7, offsetMs: 100, tookMs: 20 }
const STORED = 1
const RETRY = 3
const UNHEARD_OF = 9

const report = (window: number): OutboxItem => ({ key: outboxKey(window, subject), subject, window, isDraft: false, bytes: Uint8Array.of(window & 255) })
const frame = (parts: Partial<Extract<EntryEvent, { type: 'frame' }>> = {}): EntryEvent => ({
  type: 'frame',
  hello: undefined,
  credits: 0,
  answers: [],
  ...parts
})
const answer = (number: number, status = STORED): EntryEvent => frame({ answers: [{ number, status, code: 0 }] })
const after = (...events: EntryEvent[]): EntryState => events.reduce<EntryState>((state, event) => transition(state, event).state, CLOSED)
const ready = (credits: number): EntryState => after({ type: 'due' }, { type: 'opened', atMs: 0 }, frame({ hello: HELLO, credits }))
const doneBy = ({ actions }: Transition): string[] => actions.map(({ type }) => type)

test('an entry is sent no more than its credits and a batch, whatever it is handed', () => {
  const many = Array.from({ length: 200 }, (_, index) => report(index))
  assert.equal(roomOf(ready(3)), 3)
  assert.equal(roomOf(ready(1_000)), LIMITS.batch)
  const { state, actions } = transition(ready(3), { type: 'send', items: many, atMs: 5 })
  assert.deepEqual(
    actions.map(action => action.type === 'write' && action.reports.map(({ number }) => number)),
    [[1, 2, 3]]
  )
  assert.equal(roomOf(state), 0)
})

test('an entry owes a hello since the stream is open, and an answer since the oldest report that has none', () => {
  assert.equal(owedSinceMs(after({ type: 'due' }, { type: 'opened', atMs: 30 })), 30)
  assert.equal(owedSinceMs(ready(9)), undefined)
  const first = transition(ready(9), { type: 'send', items: [report(1), report(2)], atMs: 40 }).state
  const second = transition(first, { type: 'send', items: [report(3)], atMs: 50 }).state
  assert.equal(owedSinceMs(second), 40)
  assert.equal(owedSinceMs(transition(second, answer(2)).state), 40)
  assert.equal(owedSinceMs(transition(transition(second, answer(2)).state, answer(1)).state), 50)
  assert.equal(owedSinceMs(transition(second, answer(1, UNHEARD_OF)).state), 40, 'what a later version may answer is no answer')
})

test('a frame with a fault in it does nothing else: its hello is not followed, its answers are not taken', () => {
  const state = transition(ready(9), { type: 'send', items: [report(1), report(2)], atMs: 40 }).state
  for (const [what, answers, credits] of [
    ['unknown-number', [1, 77], 0],
    ['unknown-number', [1, 1], 0],
    ['absurd-credits', [1], CREDITS_MOST]
  ] as const) {
    const result = transition(state, frame({ hello: HELLO, credits, answers: answers.map(number => ({ number, status: STORED, code: 0 })) }))
    assert.deepEqual(doneBy(result), ['pause', 'reset', 'blame', 'pump'])
    assert.deepEqual(
      result.actions.flatMap(action => (action.type === 'blame' ? [action.what] : [])),
      [what]
    )
    assert.deepEqual(result.state, CLOSED)
  }
})

/** `onward` is what brings the link to its next state; answers name what is under way by its place, and now and then what is not. */
type Move =
  | Exclude<EntryEvent, { type: 'frame' | 'send' }>
  | { readonly type: 'onward'; readonly credits: number }
  | { readonly type: 'send'; readonly count: number; readonly atMs: number }
  | { readonly type: 'frame'; readonly hello: boolean; readonly credits: number; readonly answers: readonly { readonly at: number; readonly status: number }[] }

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: fc.constant('onward' as const), credits: fc.nat(100) }) },
  { weight: 8, arbitrary: fc.record({ type: fc.constant('send' as const), count: fc.nat(90), atMs: fc.nat(1_000) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('frame' as const),
      hello: fc.boolean(),
      credits: fc.oneof({ weight: 9, arbitrary: fc.nat(100) }, { weight: 1, arbitrary: fc.nat(2 * CREDITS_MOST) }),
      answers: fc.array(
        fc.record({
          at: fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(80) }),
          status: fc.constantFrom(STORED, STORED, 2, RETRY, UNHEARD_OF)
        }),
        { maxLength: 3 }
      )
    })
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Move>(
      { type: 'failed' },
      { type: 'late' },
      { type: 'ended', why: 'reset' },
      { type: 'fault', what: 'malformed' },
      { type: 'stop' }
    )
  }
)

/** What a reader of docs/protocol.md would keep on paper. */
interface Paper {
  credits: number
  underWay: Map<number, string>
  isPausing: boolean
  isDialling: boolean
}

function eventOf(made: Move, { name }: EntryState, { underWay }: Paper, next: () => OutboxItem): EntryEvent {
  if (made.type === 'onward')
    return name === 'dialling' ? { type: 'opened', atMs: 0 } : name === 'waiting' ? frame({ hello: HELLO, credits: made.credits }) : { type: 'due' }
  if (made.type === 'send') return { type: 'send', items: Array.from({ length: made.count }, next), atMs: made.atMs }
  if (made.type !== 'frame') return made
  const numbers = [...underWay.keys()]
  const answers = made.answers.map(({ at, status }) => ({ number: numbers[at] ?? 0x7fffffff - at, status, code: 0 }))
  return frame({ hello: made.hello ? HELLO : undefined, credits: made.credits, answers })
}

/** What the shell would not say: a pause that does not run cannot end, a stream that is not asked for cannot open. */
function canCome({ type }: EntryEvent, { isPausing, isDialling }: Paper): boolean {
  return type === 'due' ? isPausing : type === 'opened' || type === 'failed' ? isDialling : true
}

function note(paper: Paper, event: EntryEvent, { state, actions }: Transition): void {
  if (event.type === 'due') paper.isPausing = false
  if (event.type === 'opened' || event.type === 'failed') paper.isDialling = false
  if (event.type === 'frame' && isServed(state)) paper.credits += event.credits
  for (const action of actions) {
    if (action.type === 'pause') paper.isPausing = true
    if (action.type === 'dial') paper.isDialling = true
    if (action.type === 'reset' || action.type === 'close') Object.assign(paper, { credits: 0, underWay: new Map() })
    if (action.type === 'close') paper.isPausing = false
    if (action.type === 'answered') {
      for (const { item } of action.answers) {
        const number = [...paper.underWay].find(([, key]) => key === item.key)?.[0]
        assert.ok(number != null, 'only what is under way is answered, and once')
        paper.underWay.delete(number)
      }
    }
    if (action.type === 'write') {
      for (const { number } of action.reports) {
        assert.ok(number > 0 && !paper.underWay.has(number), 'each number is above 0, and unique')
        paper.underWay.set(number, isServed(state) ? state.sent.get(number)!.item.key : '')
        paper.credits--
      }
    }
  }
}

test('P3: through any history a link to an entry spends only credits it got, knows each report that is under way, and never waits for nothing', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), history => {
      let state = CLOSED
      let window = 0
      const paper: Paper = { credits: 0, underWay: new Map(), isPausing: true, isDialling: false }
      for (const made of history) {
        const event = eventOf(made, state, paper, () => report(++window))
        if (!canCome(event, paper)) continue
        const before = JSON.stringify(state, (_, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value))
        const result = transition(state, event)
        assert.equal(
          JSON.stringify(state, (_, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value)),
          before,
          'nothing is changed in place'
        )
        assert.deepEqual(transition(state, event), result, 'the same follows from the same')
        note(paper, event, result)
        const held = isServed(result.state) ? result.state : undefined
        assert.equal(held?.credits ?? 0, paper.credits)
        assert.ok(paper.credits >= 0 && paper.credits <= CREDITS_MOST)
        assert.deepEqual(new Map([...(held?.sent ?? [])].map(([number, { item }]) => [number, item.key])), paper.underWay)
        assert.deepEqual(new Set(held?.keys), new Set(paper.underWay.values()))
        const waitsFor = {
          closed: paper.isPausing,
          dialling: paper.isDialling,
          waiting: owedSinceMs(result.state) != null,
          ready: paper.underWay.size === 0 || owedSinceMs(result.state) != null,
          resting: paper.isPausing,
          stopped: !paper.isPausing
        }
        assert.ok(waitsFor[result.state.name], `${result.state.name} waits for nothing`)
        assert.ok(state.name !== 'stopped' || (result.state === state && result.actions.length === 0), 'a stop is for good')
        state = result.state
      }
    }),
    { numRuns: 400 }
  )
})
