import { systemClock } from '@peerwatch/model/system-clock'
import { fitted } from './look.ts'
import { paintFor } from './paint.ts'
import { fittedLines } from './wrap.ts'
import type { Names } from './known-peers.ts'
import type { Look } from './look.ts'
import type { Page } from './table.ts'

/** Room of a line where the stream is a terminal; some tell that they have none. */
export function pageOf(stream: NodeJS.WriteStream): Page {
  return { paint: paintFor(stream), columns: (stream.isTTY && stream.columns) || undefined }
}

/** Says something to people on stdout. */
export function say(text: string): void {
  console.log(fittedLines(text, pageOf(process.stdout).columns))
}

/** Says something to people on stderr. */
export function complain(text: string): void {
  console.error(fittedLines(text, pageOf(process.stderr).columns))
}

const NOBODY: Names = { of: () => undefined, claim: () => undefined }

/** An answer on stdout, as much of it as there is room for. */
export function show(text: (look: Look) => string, names = NOBODY): void {
  const { paint, columns } = pageOf(process.stdout)
  console.log(fitted({ paint, columns, names, nowMs: systemClock.nowMs() }, text))
}
