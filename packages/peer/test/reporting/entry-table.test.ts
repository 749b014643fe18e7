import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CLOSED, CREDITS_MOST, ENTRY_TABLE, transition } from '../../src/reporting/entry-state.ts'
import type { EntryEvent, EntryState } from '../../src/reporting/entry-state.ts'
import type { OutboxItem } from '../../src/reporting/outbox.ts'

interface Row {
  readonly states: readonly string[]
  readonly event: string
  readonly next: string
  readonly actions: readonly string[]
  readonly word: string | undefined
}

/** The table of docs/protocol.md, read as it stands there. */
function drawn(): Row[] {
  const page = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8')
  const [, table] = /The reporter, for each of its two entries[^\n]*\n\n[^\n]*\n[^\n]*\n((?:\|[^\n]*\n)+)/.exec(page) ?? []
  assert.ok(table != null, 'docs/protocol.md has the table')
  return table
    .trim()
    .split('\n')
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim())
    )
    .map(([states = '', event = '', next = '', does = '']) => ({
      states: states.split(', '),
      event: event.replace(/:.*/, ''),
      next,
      actions: [...does.replaceAll(/\(.*?\)/g, '').matchAll(/`(\w+)`/g)].map(([, name]) => name!),
      word: /\(`(.*?)`\)/.exec(does)?.[1]
    }))
}

const report: OutboxItem = { key: 'k', subject: 'p' as OutboxItem['subject'], window: 1, isDraft: false, bytes: new Uint8Array() }
const served = { credits: 5, lastNumber: 1, sent: new Map([[1, { item: report, sentAtMs: 0 }]]), keys: new Set(['k']) }
const STATES: Readonly<Record<string, EntryState>> = {
  closed: CLOSED,
  dialling: { name: 'dialling' },
  waiting: { name: 'waiting', openedAtMs: 0 },
  ready: { name: 'ready', ...served },
  resting: { name: 'resting', ...served },
  stopped: { name: 'stopped' }
}

const hello = { window: 7, offsetMs: 0, tookMs: 0 }
const NOTHING = { type: 'frame', hello: undefined, credits: 0, answers: [] } as const
const answers = (number: number, ...statuses: number[]): EntryEvent[] => statuses.map(status => ({ ...NOTHING, answers: [{ number, status, code: 0 }] }))
/** What each event of the table looks like, in every way the words allow. */
const EVENTS: Readonly<Record<string, readonly EntryEvent[]>> = {
  '`due`': [{ type: 'due' }],
  '`opened`': [{ type: 'opened', atMs: 0 }],
  '`failed`': [{ type: 'failed' }],
  '`send`': [{ type: 'send', items: [report], atMs: 0 }],
  '`frame` with `hello`': [{ ...NOTHING, hello }],
  '`frame` without `hello`': [NOTHING, { ...NOTHING, credits: 9 }],
  '`frame` with answer 1 or 2': answers(1, 1, 2),
  '`frame` with answer 3': answers(1, 3),
  '`frame` with answer 3 and code 8, 17 or 18': [8, 17, 18].map(code => ({ ...NOTHING, answers: [{ number: 1, status: 3, code }] })),
  '`frame` with credits': [{ ...NOTHING, credits: 1 }],
  '`frame` with an answer to a number that is not under way': answers(2, 1, 2, 3),
  '`frame` with `hello` and too many credits': [{ ...NOTHING, hello, credits: CREDITS_MOST + 1 }],
  '`late`': [{ type: 'late' }],
  '`ended`': [{ type: 'ended', why: 'reset' }],
  '`fault`': [{ type: 'fault', what: 'malformed' }],
  '`stop`': [{ type: 'stop' }]
}

test("P4: each row of the reporter's table in docs/protocol.md is what the code does, and the code has no row more", () => {
  const rows = drawn()
  for (const { states, event, next, actions, word } of rows) {
    assert.ok(EVENTS[event] != null, `this test knows ${event}`)
    for (const [name, each] of states.flatMap(state => EVENTS[event]!.map(one => [state, one] as const))) {
      const result = transition(STATES[name]!, each)
      const done = result.actions.map(({ type }) => type)
      assert.deepEqual([result.state.name, ...done], [next === 'the same' ? name : next, ...actions], `${name} on ${event}`)
      assert.ok(word == null || result.actions.some(action => action.type === 'blame' && action.what === word))
    }
  }
  const pairs = rows.flatMap(({ states, event }) => states.map(state => `${state} ${event.split('`')[1]}`))
  const known = Object.entries(ENTRY_TABLE).flatMap(([state, row]) => Object.keys(row).map(event => `${state} ${event}`))
  assert.deepEqual([...new Set(pairs)].toSorted(), known.toSorted())
})
