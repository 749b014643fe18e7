import { prettyLine } from '@peerwatch/node/events'
import { paintFor } from './paint.ts'

/** Prints lines that are JSON objects and pass: as they are, or for people. What is no JSON object, a pretty log for instance, is for people already. */
export function linePrinter(init: { readonly json: boolean; readonly passes: (line: Readonly<Record<string, unknown>>) => boolean }): (text: string) => void {
  const paint = paintFor(process.stdout)
  return text => {
    if (text.trim() === '') return
    const line = parsed(text)
    if (line == null) {
      if (!init.json) console.log(printable(text))
    } else if (init.passes(line)) console.log(init.json ? text : prettyLine(line, paint))
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value != null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** No control character of a log reaches the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}
