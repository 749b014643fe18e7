import { prettyLine } from '@peerwatch/node/events'
import { parseLine } from './log-line.ts'
import { shortId } from './look.ts'
import { isStandingState, STATE_WORDS } from './state-words.ts'
import { pageOf, say } from './terminal.ts'
import { widthOf } from './wrap.ts'
import type { Names } from './known-peers.ts'
import type { LogLine } from './log-line.ts'

export interface LinePrinterInit {
  readonly json: boolean
  readonly passes: (line: LogLine) => boolean
  readonly names: Pick<Names, 'of'>
}

/** Prints lines that are JSON objects and pass: as they are, or for people, with names beside ids. What is no JSON object, a pretty log for instance, is for people already. */
export function linePrinter({ json, passes, names }: LinePrinterInit): (text: string) => void {
  const people = (written: LogLine): string => {
    const line = inWords(written)
    // a terminal may have become smaller
    const { paint, columns = Infinity } = pageOf(process.stdout)
    const whole = prettyLine(line, { paint, nameOf: names.of })
    return widthOf(whole) > columns ? prettyLine(line, { paint, nameOf: names.of, idText: shortId }) : whole
  }
  return text => {
    if (text.trim() === '') return
    const line = parseLine(text)
    if (line == null) {
      if (!json) say(printable(text))
    } else if (passes(line)) {
      if (json) console.log(text)
      else say(people(line))
    }
  }
}

/** A state is called as `standing` calls it. */
function inWords(line: LogLine): LogLine {
  const { event, state } = line
  return event === 'standing:changed' && isStandingState(state) ? { ...line, state: STATE_WORDS[state].word } : line
}

/** No control character of a log reaches the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}
