import type { AnswerCode } from '@peerwatch/wire'
import { ACCEPTED_FUTURE_WINDOWS, ACCEPTED_PAST_WINDOWS, STAMP_TOLERANCE_WINDOWS } from '@peerwatch/model'
import { reportQuota } from './report-quota.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { ErasedListener } from '../erasure/erasures.ts'
import type { RegisteredPeers } from './registered-peers.ts'
import type { Stamp, StampBook } from './stamps.ts'
import type { RecordParser, ReportRecord } from '../tree/tree-record.ts'
import type { MemberClocks } from '../tree/member-clocks.ts'
import type { DurableOutcome } from '../tree/writer.ts'

export interface ReportChecksInit {
  readonly parser: RecordParser
  readonly stamps: StampBook
  readonly clocks: Pick<MemberClocks, 'span'>
  readonly write: (record: ReportRecord) => Promise<DurableOutcome>
  readonly registered: RegisteredPeers
  readonly onErased: (listener: ErasedListener) => unknown
}

/**
 * Codes of answers that no honest reporter earns. They count against the sender, since this node sees the fault itself. A code that depends on a roster
 * or on the word of others (`too-many-subjects`, `unknown-seed`, `unknown-subject`) blames nobody.
 */
export const FAULT_CODES: ReadonlySet<AnswerCode> = new Set(['malformed', 'not-the-reporter', 'own-subject', 'bad-stamp', 'bad-signature'])

/**
 * Codes that refuse nothing for good. For `window-rate` the reporter only has to wait. `future-window` ends once the clock that is ahead is right,
 * whichever it is. `early-window` and `unknown-seed` depend on a seed's clock and on which roster is older, and both come right.
 */
export const RETRY_CODES: ReadonlySet<AnswerCode> = new Set(['window-rate', 'future-window', 'early-window', 'unknown-seed', 'busy', 'no-copies', 'stale-view'])

const codeOf: Readonly<Record<Exclude<DurableOutcome, 'known'>, AnswerCode>> = {
  stored: 'stored',
  conflict: 'duplicate',
  expired: 'old-window',
  refused: 'bad-signature',
  retry: 'no-copies'
}

/** Decides on one report. The checks go by cost; the signature comes last, and the holders of the record check it. */
export function reportChecks(
  core: Core,
  { parser, stamps, clocks, write, registered, onErased }: ReportChecksInit
): (from: PeerIdString, encoded: Uint8Array) => Promise<AnswerCode> {
  const quota = reportQuota(() => core.windows.now().window)
  onErased(peer => {
    quota.forget(peer)
    registered.forget(peer)
  })
  let toldWindow: WindowNumber | undefined

  /** Refuses nothing by a wrong clock of this node: a report is old or early only if the clocks of the quorum say so, too. */
  const checkTime = (window: WindowNumber): AnswerCode | undefined => {
    const own = core.windows.now().window
    if (window >= own - ACCEPTED_PAST_WINDOWS && window <= own + ACCEPTED_FUTURE_WINDOWS) return undefined
    const span = clocks.span()
    if (span == null) {
      // once a window: whoever sends reports does not fill the log
      if (toldWindow !== own) core.emit('time:limited', { bound: 'too-few-clocks' })
      toldWindow = own
      return 'no-copies'
    }
    if (window < span.passed - ACCEPTED_PAST_WINDOWS) return 'old-window'
    return window > span.latest + ACCEPTED_FUTURE_WINDOWS ? 'future-window' : undefined
  }
  /**
   * Whether the stamp names a first window that is still to come. Then the seed's clock is ahead: the seed could as well have signed any earlier window,
   * and its peer did no wrong.
   */
  const isEarly = (window: WindowNumber, { firstWindow }: Stamp): boolean => {
    if (window + STAMP_TOLERANCE_WINDOWS >= firstWindow) return false
    const latest = clocks.span()?.latest ?? core.windows.now().window
    return firstWindow <= latest + STAMP_TOLERANCE_WINDOWS
  }
  /** Whether a seed whose clock was ahead has stamped this peer anew since. What the new stamp says then counts for what was signed before. */
  const isVouchedSince = async (window: WindowNumber, author: PeerIdString): Promise<boolean> => {
    const encoded = await registered.stampOf(author).catch(() => undefined)
    const stamp = encoded == null ? undefined : await stamps.check(encoded, window)
    return stamp != null && stamp !== 'unknown-seed' && stamp.peer === author && !isEarly(window, stamp)
  }
  const checkCheap = (from: PeerIdString, { author, subject, stored }: ReportRecord): AnswerCode | undefined => {
    if (author !== from) return 'not-the-reporter'
    if (subject === author) return 'own-subject'
    const untimely = checkTime(stored.window)
    if (untimely != null) return untimely
    return core.roster.isMember(subject) ? 'protected-subject' : undefined
  }
  const store = async (record: ReportRecord): Promise<AnswerCode | 'known'> => {
    const asked = registered.isRegistered(record.subject)
    const isRegistered = asked instanceof Promise ? await asked.catch(() => undefined) : asked
    if (isRegistered !== true) return isRegistered == null ? 'busy' : 'unknown-subject'
    const { window } = record.stored
    const found = stamps.check(record.stamp, window)
    const stamp = found instanceof Promise ? await found : found
    if (stamp === 'unknown-seed') return 'unknown-seed'
    if (stamp == null || stamp.peer !== record.author) return 'bad-stamp'
    if (isEarly(window, stamp) && !(await isVouchedSince(window, record.author))) return 'early-window'
    const outcome = await write(record)
    return outcome === 'known' ? outcome : codeOf[outcome]
  }
  return async (from, encoded) => {
    let record: ReportRecord
    try {
      record = parser.report(encoded)
    } catch {
      return 'malformed'
    }
    const refused = checkCheap(from, record)
    if (refused != null) return refused
    const { author, subject, stored } = record
    const { maxDegree } = core.roster.current()
    const taken = quota.take(author, stored.window, subject, maxDegree)
    if (taken === 'window-rate' || taken === 'too-many-subjects') return taken
    const code = await store(record)
    if (taken === 'ok' && (code === 'known' || RETRY_CODES.has(code))) quota.giveBack(author, stored.window, subject, maxDegree)
    return code === 'known' ? 'stored' : code
  }
}
