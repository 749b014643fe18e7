import { prettyLine } from '@peerwatch/node/events'
import { parseLine } from './log-line.ts'
import { shortId } from './look.ts'
import { paintFor } from './paint.ts'
import { widthOf } from './table.ts'
import type { Names } from './known-peers.ts'
import type { LogLine } from './log-line.ts'

export interface LinePrinterInit {
  readonly json: boolean
  readonly passes: (line: LogLine) => boolean
  readonly names: Pick<Names, 'of'>
}

/** Prints lines that are JSON objects and pass: as they are, or for people, with names beside ids. What is no JSON object, a pretty log for instance, is for people already. */
export function linePrinter({ json, passes, names }: LinePrinterInit): (text: string) => void {
  const { stdout } = process
  const paint = paintFor(stdout)
  const people = (line: LogLine): string => {
    const whole = prettyLine(line, { paint, nameOf: names.of })
    return stdout.isTTY && widthOf(whole) > stdout.columns ? prettyLine(line, { paint, nameOf: names.of, idText: shortId }) : whole
  }
  return text => {
    if (text.trim() === '') return
    const line = parseLine(text)
    if (line == null) {
      if (!json) console.log(printable(text))
    } else if (passes(line)) console.log(json ? text : people(line))
  }
}

/** No control character of a log reaches the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}
