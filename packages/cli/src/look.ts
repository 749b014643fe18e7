import { fittedLines, widest } from './wrap.ts'
import type { Page } from './table.ts'
import type { Names } from './known-peers.ts'

/** How an answer is shown to people: what its ids, windows and instants look like. */
export interface Look extends Page {
  readonly nowMs: number
  /** Room is short: what is said elsewhere is left out. */
  readonly isNarrow: boolean
  /** A peer: its id, and its name behind it. */
  readonly peer: (id: string) => string
  /** A peer of which the whole id stands elsewhere: its name, else a short id. */
  readonly called: (id: string) => string
  /** In quotes, since nobody has checked it. */
  readonly claim: (id: string) => string | undefined
}

export interface LookInit extends Omit<Page, 'isTight'> {
  readonly names: Names
  readonly nowMs: number
}

const FIRST = 12
const LAST = 5

/** The first and last letters of an id: the first eight are the same in all. Commands that only read take it as it stands. */
export function shortId(id: string): string {
  return id.length > FIRST + LAST + 1 ? `${id.slice(0, FIRST)}…${id.slice(-LAST)}` : id
}

/** From the one that needs most room to the one that fits anywhere. */
const LOOKS = [
  { hasShortIds: false, isNarrow: false },
  { hasShortIds: true, isNarrow: false },
  { hasShortIds: true, isNarrow: true }
] as const

function look({ names, ...init }: LookInit, { hasShortIds, isNarrow }: (typeof LOOKS)[number]): Look {
  const id = hasShortIds ? shortId : (whole: string): string => whole
  return {
    ...init,
    isNarrow,
    isTight: isNarrow,
    peer: peer => [id(peer), names.of(peer) ?? ''].join(' ').trim(),
    called: peer => names.of(peer) ?? shortId(peer),
    claim: peer => {
      const claim = names.claim(peer)
      return claim == null ? undefined : JSON.stringify(claim.replaceAll(/\p{C}/gu, '?'))
    }
  }
}

/** An answer with whole ids where it fits the terminal, else with short ones, and with less where that does not fit either. */
export function fitted(init: LookInit, show: (look: Look) => string): string {
  const { columns = Infinity } = init
  let text = ''
  for (const each of LOOKS) {
    text = show(look(init, each))
    if (widest(text.split('\n')) <= columns) return text
  }
  return fittedLines(text, init.columns)
}

/** An instant, in UTC as in logs and JSON: `14:32:05Z`, of another day with its date. */
export function clockTime(atMs: number, nowMs: number): string {
  const at = new Date(atMs)
  // others tell windows, too
  if (Number.isNaN(at.getTime())) return 'never'
  const text = at.toISOString()
  if (text.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10)) return `${text.slice(11, 19)}Z`
  return `${text.slice(0, 10)} ${text.slice(11, 16)}Z`
}

/** When a window begins, and its number. */
export function windowTime(window: number, windowMs: number, { nowMs, isNarrow }: Pick<Look, 'nowMs' | 'isNarrow'>): string {
  const time = clockTime(window * windowMs, nowMs)
  return isNarrow ? time : `${time}, window ${window}`
}
