import { systemClock } from '@peerwatch/model/system-clock'
import { ANSWER_CODES, ANSWER_STATUS, messages, PROTOCOLS } from '@peerwatch/wire'
import { frames, openSigned, peerIdFromBytes } from '@peerwatch/link'
import type { AnswerCode, NumberedReport, ReportDown, ReportUp } from '@peerwatch/wire'
import type { TestHost } from '../../../link/test/support/core.ts'

/** What the server does with a report: stores it, refuses it, asks for it again, says nothing, or drops the stream. */
export type Deed = 'store' | 'refuse' | 'retry' | 'ignore' | 'drop'

export interface ReportServerInit {
  /** Asked for each report. Default: always 'store'. */
  deed: () => Deed
  code: AnswerCode
  /** Reports that a client may have unanswered. */
  credits: number
  hello: () => Partial<ReportDown>
  /** Sent after the hello as it is. */
  raw?: Uint8Array
}

export interface ReportServer {
  readonly init: ReportServerInit
  /** Hex of every signed report that was answered `stored`, and of every one that came. */
  readonly stored: Set<string>
  readonly received: string[]
  readonly pulls: ReportUp[]
  readonly mostUnanswered: () => number
  /** Sends this on all open streams. */
  readonly push: (down: Partial<ReportDown>) => void
  readonly streams: () => number
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** A small entry: real stream, real frames, no tree behind it. */
export async function reportServer({ node, core }: TestHost, overrides: Partial<ReportServerInit> = {}): Promise<ReportServer> {
  const hello = (): Partial<ReportDown> => {
    const { window, offsetMs } = core.windows.now()
    return { hello: { window, windowOffsetMs: Math.floor(offsetMs) } }
  }
  const init: ReportServerInit = { deed: () => 'store', code: 'bad-stamp', credits: 128, hello, ...overrides }
  const stored = new Set<string>()
  const received: string[] = []
  const pulls: ReportUp[] = []
  const open = new Set<(down: Partial<ReportDown>) => void>()
  let mostUnanswered = 0

  await node.handle(PROTOCOLS.report, stream => {
    let unanswered = 0
    const send = (down: Partial<ReportDown>): void => {
      link.send(messages.reportDown.encode(down))
    }
    const answer = ({ number, report }: NumberedReport): void => {
      received.push(hex(report))
      const deed = init.deed()
      if (deed === 'ignore') return
      if (deed === 'drop') {
        link.abort('reset')
        return
      }
      unanswered--
      if (deed === 'store') stored.add(hex(report))
      const status = { store: ANSWER_STATUS.stored, refuse: ANSWER_STATUS.refused, retry: ANSWER_STATUS.retry }[deed]
      const code = { store: ANSWER_CODES.stored, refuse: ANSWER_CODES[init.code], retry: ANSWER_CODES.busy }[deed]
      send({ answers: [{ number, status, code }], credits: 1 })
    }
    const link = frames(stream, {
      clock: systemClock,
      maxFrameBytes: messages.reportUp.maxBytes,
      onFrame: frame => {
        const up = messages.reportUp.decode(frame)
        if (up.pullRoster || up.pullCertificates) pulls.push(up)
        unanswered += up.reports.length
        mostUnanswered = Math.max(mostUnanswered, unanswered)
        for (const report of up.reports) answer(report)
      },
      onEnd: () => {
        open.delete(send)
      }
    })
    open.add(send)
    send({ ...init.hello(), credits: init.credits })
    if (init.raw != null) link.send(init.raw)
  })
  return {
    init,
    stored,
    received,
    pulls,
    mostUnanswered: () => mostUnanswered,
    streams: () => open.size,
    push: down => {
      for (const send of open) send(down)
    }
  }
}

export interface ReadReport {
  readonly reporter: string
  readonly subject: string
  readonly window: number
  readonly stamp: string
  readonly dimensions: readonly number[]
}

/** Checks the signature of a report that a server received. */
export async function readReport(networkId: Uint8Array, report: string): Promise<ReadReport> {
  const { signer, payload } = await openSigned('report', networkId, Buffer.from(report, 'hex'))
  const { subject, window, stamp, observations } = messages.report.decode(payload)
  return { reporter: signer, subject: peerIdFromBytes(subject), window, stamp: hex(stamp), dimensions: observations.map(({ dimension }) => dimension) }
}
