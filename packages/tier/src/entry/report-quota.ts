import { ACCEPTED_PAST_WINDOWS, BoundedMap } from '@peerwatch/model'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'

/** How many reporters are remembered. A reporter that comes back after it was forgotten starts with a full backlog. */
const REPORTERS = 20_000
/** The subjects of so many windows of one reporter are remembered. */
const WINDOWS = 16
/** How much one reporter gets back in one window: twice what the credits of an entry let it have under way. Nobody asked for what it sends beyond that. */
const GIVEN_BACK = 1_024

interface Account {
  /** How many new reports it may still make. */
  allowance: number
  updatedWindow: WindowNumber
  /** How much it got back in `updatedWindow`. */
  givenBack: number
  readonly subjects: BoundedMap<WindowNumber, Set<PeerIdString>>
}

/**
 * Bounds how much a reporter may say: in each window about as many subjects as a peer has neighbours, as many again for each window that has passed, and
 * a backlog.
 */
export interface ReportQuota {
  /** `again`: the quota counted this report before, and does not count it now. */
  readonly take: (
    reporter: PeerIdString,
    window: WindowNumber,
    subject: PeerIdString,
    maxDegree: number
  ) => 'ok' | 'again' | 'window-rate' | 'too-many-subjects'
  /** Gives back what was counted as `ok`: the record is held already, or the reporter has to send it again. */
  readonly giveBack: (reporter: PeerIdString, window: WindowNumber, subject: PeerIdString, maxDegree: number) => void
  /** Forgets on whom the peer reported, and who reported on it. The allowance that it used up stays used up. */
  readonly forget: (peer: PeerIdString) => void
}

/**
 * Only a newly stored report uses up a reporter's allowance. A reporter sends a backlog that no node can take again and again. If each try counted, the
 * reporter would be held to one window per window afterwards, and would never come to the end of its backlog.
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
    forget: peer => {
      accounts.peek(peer)?.subjects.clear()
      for (const { subjects } of accounts.values()) for (const named of subjects.values()) named.delete(peer)
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
