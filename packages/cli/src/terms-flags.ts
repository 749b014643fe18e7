import { ROSTER_RANGES } from '@peerwatch/model'
import { wholeNumber } from './parse-option.ts'
import { quoted, UsageError } from './usage-error.ts'
import type { Command } from 'commander'
import type { RosterLimits } from '@peerwatch/model'

/** The terms of a roster, beside its members, as flags. */
export interface TermsFlags extends RosterLimits {
  readonly quorum?: number
  readonly requestLimit?: Readonly<Record<string, number>>
}

function rosterLimit(flag: string, name: keyof RosterLimits): ReturnType<typeof wholeNumber> {
  const { least, most } = ROSTER_RANGES[name]
  return wholeNumber(flag, least, most)
}

/** `/app/rpc/1.0.0=60`, added to those before it. */
function requestLimit(text: string, earlier: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> {
  const [, protocol, count] = /^(.+)=(\d{1,7})$/.exec(text) ?? []
  if (protocol == null) throw new UsageError(`--request-limit is ${quoted(text)}`, 'a protocol and a number, such as /app/rpc/1.0.0=60')
  return { ...earlier, [protocol]: Number(count) }
}

/** The same for a new network and for a new roster of one; `defaults` are told where nothing was said before. */
export function addTermsFlags(command: Command, defaults: boolean): Command {
  const or = (text: string): string => (defaults ? ` (default: ${text})` : '')
  return command
    .option('--quorum <k>', `signatures that an eviction needs${or('a majority of the trusted nodes, at most 4')}`, wholeNumber('--quorum', 1, 16))
    .option('--max-degree <count>', `links of a peer, and subjects of a reporter in a window${or('32')}`, rosterLimit('--max-degree', 'maxDegree'))
    .option(
      '--requests-per-second <count>',
      `requests that a neighbour may make of a node in a second; twice as many are a flood${or('20')}`,
      rosterLimit('--requests-per-second', 'requestsPerSecond')
    )
    .option(
      '--request-limit <protocol=count>',
      `streams of a protocol of your application that a neighbour may open in a second; may be repeated${or('none is counted')}`,
      requestLimit
    )
    .option('--retention-ms <ms>', `how long trusted nodes keep reports${or('86400000, a day')}`, rosterLimit('--retention-ms', 'retentionMs'))
    .option(
      '--retention-bytes <bytes>',
      `what a trusted node's records may take; beyond it the oldest go${or('1073741824, 1 GiB')}`,
      rosterLimit('--retention-bytes', 'retentionBytes')
    )
}

/** How messages call what a flag gives; `requestLimits` are given one by one. */
export function flagOf(name: string): string {
  return name === 'requestLimits' ? '--request-limit' : `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}
