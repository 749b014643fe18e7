import { ANSWER_STATUS, isReportWaiting, LIMITS } from '@peerwatch/wire'
import type { WindowNumber } from '@peerwatch/model'
import type { Answer } from '@peerwatch/wire'
import type { OutboxItem } from './outbox.ts'

/** More credits than any entry has a use for: somebody plays with us. */
export const CREDITS_MOST = 65_536
const NUMBER_MOST = 0x7fffffff

interface Sent {
  readonly item: OutboxItem
  /** In time in which this node did not stand still. */
  readonly sentAtMs: number
}

interface OffStream {
  /** `closed`: until the pause is over. `stopped`: for good. */
  readonly name: 'closed' | 'dialling' | 'stopped'
}

interface Waiting {
  readonly name: 'waiting'
  readonly openedAtMs: number
}

interface Served {
  /** `resting`: the entry asked for a report again, so that others get the next ones. */
  readonly name: 'ready' | 'resting'
  readonly credits: number
  readonly lastNumber: number
  /** The reports that wait for an answer, by number, the oldest first. */
  readonly sent: ReadonlyMap<number, Sent>
  /** The outbox keys of `sent`. */
  readonly keys: ReadonlySet<string>
}

/** Where the stream to one entry stands: the states of docs/protocol.md. */
export type EntryState = OffStream | Waiting | Served

export interface Hello {
  readonly window: WindowNumber
  readonly offsetMs: number
  /** How long ago the stream was asked for. */
  readonly tookMs: number
}

export interface Answered {
  readonly item: OutboxItem
  readonly status: number
  readonly code: number
  readonly sentAtMs: number
}

export interface NumberedReport {
  readonly number: number
  readonly report: Uint8Array
}

export type EntryEvent =
  | { readonly type: 'due' }
  | { readonly type: 'opened'; readonly atMs: number }
  | { readonly type: 'failed' }
  | { readonly type: 'frame'; readonly hello: Hello | undefined; readonly credits: number; readonly answers: readonly Answer[] }
  | { readonly type: 'send'; readonly items: readonly OutboxItem[]; readonly atMs: number }
  | { readonly type: 'late' }
  | { readonly type: 'ended'; readonly why: string }
  | { readonly type: 'fault'; readonly what: string }
  | { readonly type: 'stop' }

/** The shell does these in their order. Those that call other code come last. */
export type EntryAction =
  | { readonly type: 'dial' }
  /** `due` comes when the pause is over. */
  | { readonly type: 'pause' }
  /** It takes reports from now on: pauses become short again where that lasts. */
  | { readonly type: 'works' }
  | { readonly type: 'write'; readonly reports: readonly NumberedReport[] }
  | { readonly type: 'reset'; readonly why: string }
  | { readonly type: 'close' }
  | { readonly type: 'blame'; readonly what: string }
  | { readonly type: 'follow'; readonly hello: Hello }
  | { readonly type: 'answered'; readonly answers: readonly Answered[] }
  /** Reports that wait may find an entry now, or credits have come free. */
  | { readonly type: 'pump' }

export interface Transition {
  readonly state: EntryState
  readonly actions: readonly EntryAction[]
}

type Name = EntryState['name']
type Named<N extends Name> = N extends OffStream['name'] ? OffStream : N extends 'waiting' ? Waiting : Served
type Typed<T extends EntryEvent['type']> = Extract<EntryEvent, { type: T }>
type Row<N extends Name> = { readonly [T in EntryEvent['type']]?: (state: Named<N>, event: Typed<T>) => Transition }

export const CLOSED: EntryState = { name: 'closed' }
const SERVED: Served = { name: 'ready', credits: 0, lastNumber: 0, sent: new Map(), keys: new Set() }

const to = (state: EntryState, ...actions: EntryAction[]): Transition => ({ state, actions })
const stop = (): Transition => to({ name: 'stopped' }, { type: 'close' })
const leave = (why: string, ...actions: EntryAction[]): Transition => to(CLOSED, { type: 'pause' }, { type: 'reset', why }, ...actions, { type: 'pump' })
const blamed = (what: string): Transition => leave(`left: ${what}`, { type: 'blame', what })

const onStream = {
  late: (): Transition => leave('no answer in time'),
  ended: (_: EntryState, { why }: Typed<'ended'>): Transition => leave(why),
  fault: (_: EntryState, { what }: Typed<'fault'>): Transition => blamed(what),
  stop
}

/** Every pair of a state and an event that does something: docs/protocol.md draws it. */
export const ENTRY_TABLE: { readonly [N in Name]: Row<N> } = {
  closed: { due: () => to({ name: 'dialling' }, { type: 'dial' }), stop },
  dialling: { opened: (_, { atMs }) => to({ name: 'waiting', openedAtMs: atMs }), failed: () => to(CLOSED, { type: 'pause' }), stop },
  waiting: { frame: takeFirst, ...onStream },
  ready: { frame: (state, frame) => take(state, frame), send, ...onStream },
  resting: { due: state => to({ ...state, name: 'ready' }, { type: 'works' }, { type: 'pump' }), frame: (state, frame) => take(state, frame), ...onStream },
  stopped: {}
}

/** Gives what follows from an event. It is pure. An event that a state has no row for does nothing. */
export function transition(state: EntryState, event: EntryEvent): Transition {
  const row: Row<Name> = ENTRY_TABLE[state.name]
  const next = row[event.type] as ((from: EntryState, by: EntryEvent) => Transition) | undefined
  return next?.(state, event) ?? { state, actions: [] }
}

export function isServed(state: EntryState): state is Served {
  return state.name === 'ready' || state.name === 'resting'
}

/** How many reports may be sent now. */
export function roomOf(state: EntryState): number {
  return state.name === 'ready' ? Math.min(state.credits, LIMITS.batch) : 0
}

/** Since when the entry owes a hello, or the answer to the oldest report. */
export function owedSinceMs(state: EntryState): number | undefined {
  if (state.name === 'waiting') return state.openedAtMs
  const [oldest] = isServed(state) ? state.sent.values() : []
  return oldest?.sentAtMs
}

function takeFirst(_: Waiting, frame: Typed<'frame'>): Transition {
  return frame.hello == null ? blamed('no-hello') : take(SERVED, frame, [{ type: 'works' }])
}

/** A frame with a fault in it does nothing else. */
function take(state: Served, { hello, credits, answers }: Typed<'frame'>, first: readonly EntryAction[] = []): Transition {
  if (state.credits + credits > CREDITS_MOST) return blamed('absurd-credits')
  const taken = answered(state.sent, answers)
  if (taken == null) return blamed('unknown-number')
  // The other entry gets what this one cannot take now.
  const mustRest = state.name === 'ready' && taken.some(({ status, code }) => status === ANSWER_STATUS.retry && !isReportWaiting(code))
  const next: Served = {
    ...state,
    name: mustRest ? 'resting' : state.name,
    credits: state.credits + credits,
    ...(taken.length > 0 && without(state.sent, taken))
  }
  const actions: EntryAction[] = [...first]
  if (mustRest) actions.push({ type: 'pause' })
  if (hello != null) actions.push({ type: 'follow', hello })
  if (taken.length > 0) actions.push({ type: 'answered', answers: taken })
  if (mustRest || credits > 0 || first.length > 0) actions.push({ type: 'pump' })
  return to(next, ...actions)
}

/** Undefined where an answer is to a number that is not under way, or answers it twice. */
function answered(sent: Served['sent'], answers: readonly Answer[]): (Answered & Pick<Answer, 'number'>)[] | undefined {
  const taken = new Map<number, Answered & Pick<Answer, 'number'>>()
  for (const { number, status, code } of answers) {
    const found = sent.get(number)
    if (found == null || taken.has(number)) return undefined
    // an answer of a later version is ignored here: the time-out gives the report to the other entry
    if (status >= ANSWER_STATUS.stored && status <= ANSWER_STATUS.retry) taken.set(number, { number, ...found, status, code })
  }
  return [...taken.values()]
}

function without(sent: Served['sent'], taken: readonly Pick<Answer, 'number'>[]): Pick<Served, 'sent' | 'keys'> {
  const numbers = new Set(taken.map(({ number }) => number))
  const left = [...sent].filter(([number]) => !numbers.has(number))
  return { sent: new Map(left), keys: new Set(left.map(([, { item }]) => item.key)) }
}

function send(state: Served, { items, atMs }: Typed<'send'>): Transition {
  const sending = items.slice(0, roomOf(state))
  if (sending.length === 0) return { state, actions: [] }
  const sent = new Map(state.sent)
  const keys = new Set(state.keys)
  let { lastNumber } = state
  const reports = sending.map(item => {
    lastNumber = (lastNumber % NUMBER_MOST) + 1
    sent.set(lastNumber, { item, sentAtMs: atMs })
    keys.add(item.key)
    return { number: lastNumber, report: item.bytes }
  })
  return to({ ...state, credits: state.credits - sending.length, lastNumber, sent, keys }, { type: 'write', reports })
}
