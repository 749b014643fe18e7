import { ServicesError } from './errors.ts'
import { toPeerId } from './peer-ids.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { WireCodec } from '@peerwatch/wire'
import type { Core } from './core.ts'

/** Says how a value lies in the frames of a protocol. These are methods so that rows of different values fit into one table. */
export interface FieldCodec<Frame, T> {
  encode(value: T): Partial<Omit<Frame, 'id'>>
  /** Undefined if the frame carries no such value. Throws for what no honest node sends. */
  decode(frame: Frame): T | undefined
}

/** A handler returns it in place of an answer. */
export class Refusal {
  readonly code: 'refused' | 'notReady' | 'failed'
  readonly reason: string

  constructor(code: Refusal['code'], reason: string) {
    this.code = code
    this.reason = reason
  }
}

interface Asked<Req, Ask> {
  readonly ask: FieldCodec<Req, Ask>
  mayCall(from: PeerIdString, core: Pick<Core, 'roster'>): boolean
}

/** A question of one node to another: a row of a table of calls. `parts` is what handlers need of their node. */
export interface Call<Req, Res, Parts, Ask, Answer> extends Asked<Req, Ask> {
  readonly answer: FieldCodec<Res, Answer>
  handle(ask: Ask, from: PeerIdString, parts: Parts): Answer | Refusal | Promise<Answer | Refusal>
}

/** News that one node tells another: a row without an answer. */
export interface News<Req, Parts, Ask> extends Asked<Req, Ask> {
  readonly answer?: undefined
  handle(ask: Ask, from: PeerIdString, parts: Parts): void | Promise<void>
}

type Row<Req, Res, Parts> = Call<Req, Res, Parts, unknown, unknown> | News<Req, Parts, unknown>
type RowsOf<Req, Res, Parts> = Readonly<Record<string, Row<Req, Res, Parts>>>

/** All calls of one protocol. A request carries one question or any number of news. If it carries several questions, the first of the table counts. */
export interface CallTable<Req, Res, Parts, Rows extends RowsOf<Req, Res, Parts>> {
  readonly protocol: string
  readonly request: WireCodec<Req>
  readonly response: WireCodec<Res>
  readonly refusal: FieldCodec<Res, Refusal>
  /** How many requests of one stream are handled at a time. Beyond that the node reads no further. */
  readonly atATime: number
  readonly rows: Rows
}

export type AskOf<Rows, Name extends keyof Rows> = Rows[Name] extends { readonly ask: { encode(value: infer Ask): unknown } } ? Ask : never
/** Undefined for news. */
export type AnswerOf<Rows, Name extends keyof Rows> = Rows[Name] extends { readonly answer: { encode(value: infer Answer): unknown } } ? Answer : undefined
/** The rows without an answer. */
export type NewsName<Rows> = { [Name in keyof Rows]: Rows[Name] extends { readonly answer: object } ? never : Name }[keyof Rows]

/** Whether the peer may make any call. A peer that may make none gets no stream. */
export function mayCallAny<Req, Res, Parts, Rows extends RowsOf<Req, Res, Parts>>(
  core: Pick<Core, 'roster'>,
  table: CallTable<Req, Res, Parts, Rows>,
  from: PeerIdString
): boolean {
  return Object.values<Row<Req, Res, Parts>>(table.rows).some(row => row.mayCall(from, core))
}

/** Answers a request. Rejects if a handler fails, and for garbage, which it counts against the caller. */
export async function answerCall<Req, Res, Parts, Rows extends RowsOf<Req, Res, Parts>>(
  core: Pick<Core, 'roster' | 'emit'>,
  table: CallTable<Req, Res, Parts, Rows>,
  parts: Parts,
  from: PeerIdString,
  request: Req
): Promise<Partial<Omit<Res, 'id'>>> {
  for (const [name, row] of Object.entries<Row<Req, Res, Parts>>(table.rows)) {
    const ask = decoded(core, from, name, () => row.ask.decode(request))
    if (ask === undefined) continue
    if (!row.mayCall(from, core)) return table.refusal.encode(new Refusal('refused', `${name} is not for this node`))
    const answered = await row.handle(ask, from, parts)
    if (row.answer != null) return answered instanceof Refusal ? table.refusal.encode(answered) : row.answer.encode(answered)
  }
  return {}
}

/**
 * Asks `peer`, or tells it something. Rejects with ServicesError `refused` if the peer says no or answers garbage, which is counted. It also rejects as
 * `exchange` does.
 */
export async function makeCall<Req, Res, Parts, Rows extends RowsOf<Req, Res, Parts>, Name extends keyof Rows & string>(
  core: Pick<Core, 'emit'>,
  table: CallTable<Req, Res, Parts, Rows>,
  { peer, exchange }: { readonly peer: PeerIdString; readonly exchange: (request: Partial<Omit<Req, 'id'>>) => Promise<Res> },
  name: Name,
  ask: AskOf<Rows, Name>
): Promise<AnswerOf<Rows, Name>> {
  const row: Row<Req, Res, Parts> = table.rows[name]!
  const response = await exchange(row.ask.encode(ask))
  const refusal = table.refusal.decode(response)
  if (refusal != null) throw new ServicesError('refused', `${peer} refused ${name}: ${refusal.reason}`)
  if (row.answer == null) return undefined as AnswerOf<Rows, Name>
  const { answer } = row
  const found = decoded(core, peer, name, () => answer.decode(response))
  if (found === undefined) throw new ServicesError('refused', `${peer} answered ${name} with nothing`)
  return found as AnswerOf<Rows, Name>
}

function decoded<T>(core: Pick<Core, 'emit'>, from: PeerIdString, name: string, decode: () => T | undefined): T | undefined {
  try {
    return decode()
  } catch (error) {
    core.emit('peer:fault', { peer: toPeerId(from), protocol: name, what: 'malformed' })
    throw new ServicesError('refused', `malformed ${name}`, { cause: error })
  }
}
