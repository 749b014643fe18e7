import { delay } from '@peerwatch/model'
import { ANSWER_CODES, ANSWER_STATUS, LIMITS, messages } from '@peerwatch/wire'
import { frames } from '@peerwatch/link'
import { FAULT_CODES, RETRY_CODES } from './report-checks.ts'
import type { WindowNumber } from '@peerwatch/model'
import type { PeerId, Stream } from '@libp2p/interface'
import type { Answer, AnswerCode, NumberedReport, ReportDown } from '@peerwatch/wire'
import type { Core, FrameFault } from '@peerwatch/link'

export interface ReportStreamInit {
  readonly peer: PeerId
  readonly credits: number
  readonly check: (encoded: Uint8Array) => Promise<AnswerCode>
  /** Counts a fault of the sender. Returns true if the stream is to be cut. */
  readonly fault: (what: string) => boolean
  readonly onEnd: (fault?: FrameFault) => void
}

/** The entry's side of one report stream. A report takes a credit, and its answer gives the credit back. */
export interface ReportStream {
  readonly isOpen: () => boolean
  readonly close: () => Promise<void>
}

/** The entry keeps so many bytes of answers for a peer that does not read them. */
const UNSENT_BYTES = 256 * 1024
/** The certificates of one frame. The next frame goes when the peer has taken this one; otherwise a slow but honest reader would be ended. */
const CERTIFICATES_BYTES = 64 * 1024
const TAKEN_WITHIN_MS = 30_000
const POLL_MS = 50
/** A peer pulls what changed, so once per window and kind is enough. */
const PULLS_PER_WINDOW = 4

function statusOf(code: AnswerCode): number {
  if (code === 'stored') return ANSWER_STATUS.stored
  return RETRY_CODES.has(code) ? ANSWER_STATUS.retry : ANSWER_STATUS.refused
}

export function reportStream(core: Core, stream: Stream, init: ReportStreamInit): ReportStream {
  let answers: Answer[] = []
  let storedCount = 0
  let credits = init.credits
  let isScheduled = false
  const mayPull = pullAllowance()
  let isTelling = false

  const send = (message: Partial<ReportDown>): boolean => {
    const live = core.certificates.liveSet()
    return framed.send(
      messages.reportDown.encode({
        ...message,
        live: { count: live.count, hash: live.hash },
        rosterVersion: core.roster.current().version
      })
    )
  }
  const flush = (): void => {
    isScheduled = false
    while (answers.length > 0 && framed.isOpen()) {
      const some = answers.slice(0, LIMITS.batch)
      answers = answers.slice(LIMITS.batch)
      credits += some.length
      send({ answers: some, credits: some.length })
    }
    if (storedCount > 0) core.emit('report:stored', { count: storedCount, reporter: init.peer })
    storedCount = 0
  }
  const fault = (what: string): void => {
    if (init.fault(what) && framed.isOpen()) framed.abort('malformed')
  }
  const answer = (number: number, code: AnswerCode): void => {
    if (!framed.isOpen()) return
    answers.push({ number, status: statusOf(code), code: ANSWER_CODES[code] })
    if (code === 'stored') storedCount++
    if (!isScheduled) {
      isScheduled = true
      // those that come with the same batch of the store go in one frame
      setImmediate(flush)
    }
    if (FAULT_CODES.has(code)) fault(code)
  }
  const take = ({ number, report }: NumberedReport): void => {
    void init
      .check(report)
      .catch((error: unknown): AnswerCode => {
        core.log.error('report of %p: %e', init.peer, error)
        return 'busy'
      })
      .then(code => answer(number, code))
  }
  const pull = (wantsRoster: boolean, wantsCertificates: boolean): void => {
    if (!mayPull(core.windows.now().window)) {
      fault('pull-rate')
      return
    }
    if (wantsRoster) send({ roster: core.roster.current().encoded })
    if (wantsCertificates && !isTelling) void tellCertificates()
  }
  const tellCertificates = async (): Promise<void> => {
    isTelling = true
    const untilMs = core.clock.monotonicMs() + TAKEN_WITHIN_MS
    for (const certificates of chunksOf(core.certificates.encoded())) {
      while (framed.isOpen() && framed.unsentBytes() > CERTIFICATES_BYTES && core.clock.monotonicMs() < untilMs) await delay(core.clock, POLL_MS)
      if (!framed.isOpen() || core.clock.monotonicMs() >= untilMs) break
      send({ certificates })
    }
    isTelling = false
  }
  const onFrame = (bytes: Uint8Array): void => {
    const { reports, pullRoster, pullCertificates } = messages.reportUp.decode(bytes)
    if (reports.length > credits) {
      fault('over-credit')
      framed.abort('malformed')
      return
    }
    if (reports.length === 0 && !pullRoster && !pullCertificates) fault('empty-frame')
    credits -= reports.length
    for (const report of reports) take(report)
    if (pullRoster || pullCertificates) pull(pullRoster, pullCertificates)
  }
  const framed = frames(stream, {
    clock: core.health,
    maxFrameBytes: messages.reportUp.maxBytes,
    maxUnsentBytes: UNSENT_BYTES,
    onFrame,
    onEnd: what => {
      answers = []
      init.onEnd(what)
    }
  })
  const { window, offsetMs } = core.windows.now()
  send({ hello: { window, windowOffsetMs: Math.floor(offsetMs) }, credits: init.credits })
  return { isOpen: framed.isOpen, close: framed.close }
}

function pullAllowance(): (window: WindowNumber) => boolean {
  let pulls = { window: -1, count: 0 }
  return window => {
    if (pulls.window !== window) pulls = { window, count: 0 }
    pulls.count++
    return pulls.count <= PULLS_PER_WINDOW
  }
}

function chunksOf(encoded: readonly Uint8Array[]): Uint8Array[][] {
  const chunks: Uint8Array[][] = []
  let bytes = 0
  for (const certificate of encoded) {
    bytes += certificate.byteLength
    const last = chunks.at(-1)
    if (last == null || last.length >= LIMITS.certificates || bytes > CERTIFICATES_BYTES) {
      chunks.push([certificate])
      bytes = certificate.byteLength
    } else last.push(certificate)
  }
  return chunks
}
