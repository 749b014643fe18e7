import { ACCEPTED_PAST_WINDOWS, BoundedMap } from '@peerwatch/model'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'

/** Reporters remembered; who comes back after being forgotten starts with a full backlog. */
const REPORTERS = 20_000
/** Windows of one reporter whose subjects are remembered. */
const WINDOWS = 16
/** Given back to one reporter in one window: twice what the credits of an entry let it have under way. What it sends beyond is work that nobody asked for. */
const GIVEN_BACK = 1_024

interface Account {
  /** New reports it may still make. */
  allowance: number
  updatedWindow: WindowNumber
  /** Given back in `updatedWindow`. */
  givenBack: number
  readonly subjects: BoundedMap<WindowNumber, Set<PeerIdString>>
}

/** How much a reporter may say: in each window of as many subjects as a peer has neighbours, and of as many more for each elapsed window, beside a backlog. */
export interface ReportQuota {
  /** `again`: this one was counted before, and is not counted now. */
  readonly take: (
    reporter: PeerIdString,
    window: WindowNumber,
    subject: PeerIdString,
    maxDegree: number
  ) => 'ok' | 'again' | 'window-rate' | 'too-many-subjects'
  /** What was counted as `ok` is held already, or is to be sent again. */
  readonly giveBack: (reporter: PeerIdString, window: WindowNumber, subject: PeerIdString, maxDegree: number) => void
}

/**
 * Only what is newly stored uses up what a reporter may say. A backlog that nobody can take is sent again and again: were each try counted, the
 * reporter would be held to one window per window afterwards, and with the new ones it never came to the end of its backlog.
 */
export function reportQuota(now: () => WindowNumber, backlogWindows = ACCEPTED_PAST_WINDOWS): ReportQuota {
  const accounts = new BoundedMap<PeerIdString, Account>(REPORTERS)
  const accountOf = (reporter: PeerIdString, maxDegree: number): Account => {
    const window = now()
    const most = backlogWindows * maxDegree
    let account = accounts.get(reporter)
    if (account == null) {
      account = { allowance: most, updatedWindow: window, givenBack: 0, subjects: new BoundedMap(WINDOWS) }
      accounts.set(reporter, account)
    }
    const elapsed = Math.max(0, window - account.updatedWindow)
    account.allowance = Math.min(most, account.allowance + elapsed * maxDegree)
    if (window !== account.updatedWindow) account.givenBack = 0
    account.updatedWindow = window
    return account
  }
  return {
    take: (reporter, window, subject, maxDegree) => {
      const account = accountOf(reporter, maxDegree)
      const subjects = account.subjects.get(window) ?? new Set()
      if (subjects.has(subject)) return 'again'
      if (subjects.size >= maxDegree) return 'too-many-subjects'
      if (account.allowance < 1) return 'window-rate'
      account.allowance--
      account.subjects.set(window, subjects.add(subject))
      return 'ok'
    },
    giveBack: (reporter, window, subject, maxDegree) => {
      const account = accountOf(reporter, maxDegree)
      if (account.givenBack >= GIVEN_BACK) return
      account.subjects.peek(window)?.delete(subject)
      account.givenBack++
      account.allowance++
    }
  }
}
