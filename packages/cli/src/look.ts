import { widthOf } from './table.ts'
import type { Paint } from './paint.ts'
import type { Names } from './known-peers.ts'

/** How an answer is shown to people: what its ids, windows and instants look like. */
export interface Look {
  readonly paint: Paint
  readonly nowMs: number
  /** Room is short: ids are, and what is said elsewhere is left out. */
  readonly isNarrow: boolean
  /** A peer: its id, and its name behind it. */
  readonly peer: (id: string) => string
  /** A peer of which the whole id stands elsewhere: its name, else a short id. */
  readonly called: (id: string) => string
  /** In quotes, since nobody has checked it. */
  readonly claim: (id: string) => string | undefined
}

export interface LookInit {
  readonly paint: Paint
  readonly names: Names
  readonly nowMs: number
  /** Columns of the terminal; undefined where the output is none: then programs read it, and ids are whole. */
  readonly columns: number | undefined
}

const FIRST = 12
const LAST = 5

/** The first and last letters of an id: the first eight are the same in all. Commands that only read take it as it stands. */
export function shortId(id: string): string {
  return id.length > FIRST + LAST + 1 ? `${id.slice(0, FIRST)}…${id.slice(-LAST)}` : id
}

function look({ paint, names, nowMs }: LookInit, isNarrow: boolean): Look {
  const id = isNarrow ? shortId : (whole: string): string => whole
  return {
    paint,
    nowMs,
    isNarrow,
    peer: peer => [id(peer), names.of(peer) ?? ''].join(' ').trim(),
    called: peer => names.of(peer) ?? shortId(peer),
    claim: peer => {
      const claim = names.claim(peer)
      return claim == null ? undefined : JSON.stringify(claim.replaceAll(/\p{C}/gu, '?'))
    }
  }
}

/** An answer with whole ids where it fits the terminal, else with short ones. */
export function fitted(init: LookInit, show: (look: Look) => string): string {
  const whole = show(look(init, false))
  const { columns } = init
  if (columns == null || whole.split('\n').every(line => widthOf(line) <= columns)) return whole
  return show(look(init, true))
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** An instant on the clock of this machine: `14:32:05`, of another day with its date. */
export function clockTime(atMs: number, nowMs: number): string {
  const [at, now] = [new Date(atMs), new Date(nowMs)]
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  if (at.toDateString() === now.toDateString()) return time
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time.slice(0, 5)}`
}

/** When a window begins, and its number. */
export function windowTime(window: number, windowMs: number, { nowMs, isNarrow }: Pick<Look, 'nowMs' | 'isNarrow'>): string {
  const time = clockTime(window * windowMs, nowMs)
  return isNarrow ? time : `${time}, window ${window}`
}
