import { systemClock } from '@peerwatch/model/system-clock'
import { answerWord, messages } from '@peerwatch/wire'
import { frames } from '@peerwatch/link'
import { until } from '../../../link/test/support/core.ts'
import type { Stream } from '@libp2p/interface'
import type { ReportDown } from '@peerwatch/wire'
import type { Frames } from '@peerwatch/link'

/** A raw client of the report protocol, without any of the manners of the real one. */
export interface RawReports {
  readonly stream: Stream
  readonly framed: Frames
  readonly received: ReportDown[]
  /** Sends and returns the word of each answer, in the order of the reports. */
  readonly send: (reports: readonly Uint8Array[]) => Promise<string[]>
}

/** Resolves with the hello of the entry, or once it has ended the stream. */
export async function rawReports(stream: Stream): Promise<RawReports> {
  const received: ReportDown[] = []
  const words = new Map<number, string>()
  let last = 0
  const framed = frames(stream, {
    clock: systemClock,
    maxFrameBytes: messages.reportDown.maxBytes,
    onFrame: bytes => {
      const down = messages.reportDown.decode(bytes)
      received.push(down)
      for (const { number, code } of down.answers) words.set(number, answerWord(code))
    },
    onEnd: () => {}
  })
  await until(() => received.length > 0 || !framed.isOpen(), 'the hello of an entry')
  return {
    stream,
    framed,
    received,
    send: async reports => {
      const numbered = reports.map(report => ({ number: ++last, report }))
      for (let at = 0; at < numbered.length; at += 64) framed.send(messages.reportUp.encode({ reports: numbered.slice(at, at + 64) }))
      await until(() => numbered.every(({ number }) => words.has(number)), 'an answer to each report')
      return numbered.map(({ number }) => words.get(number)!)
    }
  }
}
